using System.Collections.Concurrent;

namespace MailAdmin;

/// <summary>
/// Stores the names that cmdlets have shown from a runspace's tenants, for tab completion, which is immediate and sends no
/// requests.
/// </summary>
internal sealed class KnownNames
{
    /// <summary>
    /// The maximum number of names of each kind. With more names, typing the first letters still completes one.
    /// </summary>
    private const int Most = 5_000;

    private static readonly string[] UsualFolders = ["Inbox", "Archive", "DeletedItems", "Drafts", "JunkEmail", "SentItems"];

    private readonly ConcurrentDictionary<(string Tenant, string Name), string> _apps = new();
    private readonly ConcurrentDictionary<(string Tenant, string Name), string> _mailboxes = new();
    private readonly ConcurrentDictionary<(string Mailbox, string Name), string> _folders = new();
    private readonly ConcurrentDictionary<(string None, string Name), string> _keys = new();

    /// <summary>Client IDs, with the names of the apps.</summary>
    /// <param name="tenant">The tenant's ID.</param>
    public IEnumerable<(string Value, string Hint)> Apps(string? tenant) => Of(_apps, tenant).Select(a => (a.Key.Name, a.Value));

    /// <summary>Key IDs of credentials, with what they are.</summary>
    public IEnumerable<(string Value, string Hint)> Keys => Of(_keys, null).Select(k => (k.Key.Name, k.Value));

    /// <summary>Addresses of mailboxes.</summary>
    /// <param name="tenant">The tenant's ID.</param>
    public IEnumerable<(string Value, string Hint)> Mailboxes(string? tenant) =>
        Of(_mailboxes, tenant).Select(m => (m.Key.Name, m.Value));

    /// <summary>Returns paths of folders, and the well-known names of the default folders.</summary>
    /// <param name="mailbox">Of which; null for all.</param>
    public IEnumerable<(string Value, string Hint)> Folders(string? mailbox) => UsualFolders.Select(f => (f, "in every mailbox"))
        .Concat(Of(_folders, mailbox?.ToUpperInvariant()).Select(f => (f.Key.Name, f.Value)))
        .DistinctBy(f => f.Item1, StringComparer.OrdinalIgnoreCase);

    /// <summary>Keeps the names in an object that a cmdlet has shown.</summary>
    public void Note(object? shown)
    {
        switch (shown)
        {
            case MailAppRegistration app:
                Add(_apps, (app.TenantId, app.ClientId), app.Name);
                break;
            case MailAppCredential credential:
                Add(
                    _keys, ("", credential.KeyId),
                    $"{credential.Kind} of {credential.App}, expires on {credential.ExpiresAt:yyyy-MM-dd}");
                break;
            case MailAdminContext { Sandbox: { } sandbox } context:
                Array.ForEach(sandbox.Mailbox, m => Add(_mailboxes, (context.TenantId, m), context.Tenant));
                break;
            case MailboxConnection connection:
                Add(connection);
                break;
            case MailFolder { Connection: { } connection } folder:
                Add(connection);
                Add(_folders, (connection.Mailbox.ToUpperInvariant(), folder.Path), connection.Mailbox);
                break;
            case MailboxMessage { Connection: { } connection } message:
                Add(connection);
                Add(_folders, (connection.Mailbox.ToUpperInvariant(), message.Folder), connection.Mailbox);
                break;
        }
    }

    private void Add(MailboxConnection connection) =>
        Add(_mailboxes, (connection.TenantId, connection.Mailbox), connection.Server ?? $"{connection.Protocol}");

    private static void Add(ConcurrentDictionary<(string, string), string> names, (string, string) name, string hint)
    {
        if (!names.ContainsKey(name) && names.Count < Most)
        {
            names[name] = hint;
        }
    }

    private static IEnumerable<KeyValuePair<(string Of, string Name), string>> Of(
        ConcurrentDictionary<(string Of, string Name), string> names, string? of) =>
        names.Where(n => of is null || n.Key.Of == of).OrderBy(n => n.Key.Name, StringComparer.OrdinalIgnoreCase);
}
