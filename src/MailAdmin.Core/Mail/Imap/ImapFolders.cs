using MailKit;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The folders of a mailbox: finding, listing and making them.</summary>
internal sealed class ImapFolders(ImapPool pool, string mailbox, MailboxConnection? described)
{
    public const StatusItems Counts = StatusItems.Count | StatusItems.Unread | StatusItems.UidValidity | StatusItems.UidNext;

    private ImapFolderTree? _known;

    private string PersonalPath => ListedFolder.PathOf(pool.Personal.Path, pool.Personal.DirectorySeparator).TrimEnd('/');

    /// <inheritdoc cref="IMailStore.GetFoldersAsync"/>
    public Task<IReadOnlyList<MailFolder>> ListAsync(string? parent, bool recurse, CancellationToken cancellationToken) =>
        pool.RunAsync(
            async client =>
            {
                var listed = await RefreshAsync(client, withStatus: true, cancellationToken).ConfigureAwait(false);
                var top = parent is null
                    ? null
                    : _known!.Find(parent, PersonalPath) ?? throw MailStoreExtensions.NotFound(parent);
                return await DescribeAsync(
                    client, [.. _known!.Below(top, recurse)], listed, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    /// <inheritdoc cref="IMailStore.FindFolderAsync"/>
    public async Task<MailFolder?> FindAsync(string folder, bool counted, CancellationToken cancellationToken) =>
        !counted && ListedFolder.IsInbox(folder) ? Describe(ListedFolder.Inbox, null) : await pool.RunAsync(
            async client => await FindAsync(client, folder, cancellationToken).ConfigureAwait(false) is not { } found ? null
                : counted ? (await DescribeAsync(client, [found], [], cancellationToken).ConfigureAwait(false))[0]
                : Describe(found, null),
            cancellationToken).ConfigureAwait(false);

    /// <summary>Finds a folder by its well-known name, path, or ID; null if there is none.</summary>
    public async Task<ListedFolder?> FindAsync(MailAdminImapClient client, string folder, CancellationToken cancellationToken)
    {
        // A recent list is sufficient to find a folder, but doesn't prove that one doesn't exist.
        if (_known?.Find(folder, PersonalPath) is { } found)
        {
            return found;
        }

        await RefreshAsync(client, withStatus: false, cancellationToken).ConfigureAwait(false);
        return _known!.Find(folder, PersonalPath);
    }

    /// <exception cref="InvalidRequestException">The folder can't be identified (DeletedItemsNotFound).</exception>
    public async Task<ListedFolder> FindDeletedItemsAsync(MailAdminImapClient client, CancellationToken cancellationToken)
    {
        const string name = "deleteditems";
        var found = await FindAsync(client, name, cancellationToken).ConfigureAwait(false);
        return found is { CanSelect: true, WellKnownName: name } ? found : throw MailStoreExtensions.NoDeletedItems(mailbox);
    }

    /// <inheritdoc cref="IMailStore.CreateFolderAsync"/>
    public Task<MailFolder> CreateAsync(string path, CancellationToken cancellationToken) =>
        pool.RunAsync(
            async client =>
            {
                await RefreshAsync(client, withStatus: false, cancellationToken).ConfigureAwait(false);
                var found = _known!.Find(path, PersonalPath);
                var change = found is { CanSelect: true } ? ChangeKind.Unchanged : ChangeKind.Created;
                if (change == ChangeKind.Created)
                {
                    MailStoreExtensions.RefuseWellKnown(path);
                    foreach (var name in MissingNames(path))
                    {
                        await CreateAsync(client, name, path, cancellationToken).ConfigureAwait(false);
                    }

                    await RefreshAsync(client, withStatus: false, cancellationToken).ConfigureAwait(false);
                    found = _known.Find(path, PersonalPath) ?? throw MailStoreExtensions.NotFound(path);
                }

                var described = await DescribeAsync(client, [found!], [], cancellationToken).ConfigureAwait(false);
                return described[0] with { Change = change };
            },
            cancellationToken);

    private static async Task CreateAsync(
        MailAdminImapClient client, string name, string path, CancellationToken cancellationToken)
    {
        var separator = client.Personal.DirectorySeparator;
        var at = separator == '\0' ? -1 : name.LastIndexOf(separator);
        var parent = at < 0 || name[..at] == client.Personal.Path ? client.GetFolder(client.Personal)
            : await client.FolderAsync(name[..at], cancellationToken).ConfigureAwait(false);
        try
        {
            await client.DoAsync("CREATE", token => parent.CreateAsync(name[(at + 1)..], true, token), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == ImapCodes.AlreadyExists)
        {
            // Another client created it first.
        }
        catch (ArgumentException e)
        {
            throw Invalid(path, $"'{path}' isn't a valid folder name because it contains control characters.", e);
        }
    }

    private List<string> MissingNames(string path)
    {
        var separator = pool.Personal.DirectorySeparator;
        var parts = FolderPath.Split(path);
        if (parts.Any(part => part.Contains(separator, StringComparison.Ordinal)))
        {
            throw Invalid(path, $"'{path}' isn't a valid folder name because the server separates names by '{separator}'.");
        }

        var names = new List<string>();
        var personal = pool.Personal.Path;
        var prefix = personal.Length == 0 || string.Equals(parts[0], personal, StringComparison.OrdinalIgnoreCase)
            ? "" : personal + separator;
        for (var depth = 1; depth <= parts.Count; depth++)
        {
            var existing = _known!.Find(FolderPath.Join(parts.Take(depth)), PersonalPath);
            if (existing is null || (depth == parts.Count && !existing.CanSelect))
            {
                names.Add(prefix + string.Join(separator, parts.Take(depth)));
            }
        }

        return names;
    }

    private static InvalidRequestException Invalid(string path, string message, Exception? inner = null) =>
        new("InvalidFolderPath", message, inner) { Target = path };

    /// <summary>Lists all folders.</summary>
    /// <returns>The folders with their counts.</returns>
    private async Task<HashSet<string>> RefreshAsync(
        MailAdminImapClient client, bool withStatus, CancellationToken cancellationToken)
    {
        var listed = await client.ListAsync(withStatus, cancellationToken).ConfigureAwait(false);
        // A name that no command can carry names nothing.
        var named = listed.Where(static f => f.FullName.Length > 0 && !f.FullName.Contains('\0', StringComparison.Ordinal));
        _known = new ImapFolderTree([.. named.Select(ListedFolder.From)], PersonalPath, client.Words.IsExchange);
        return withStatus && client.Capabilities.HasFlag(ImapCapabilities.ListStatus)
            ? [.. listed.Where(static folder => folder.UidValidity > 0)
                .Select(static folder => ListedFolder.From(folder).Id)] : [];
    }

    private async Task<IReadOnlyList<MailFolder>> DescribeAsync(
        MailAdminImapClient client, ListedFolder[] folders, HashSet<string> counted, CancellationToken cancellationToken)
    {
        var described = new List<MailFolder>(folders.Length);
        foreach (var folder in folders)
        {
            IMailFolder? status = null;
            if (folder.CanSelect)
            {
                status = await client.FolderAsync(folder.Id, cancellationToken).ConfigureAwait(false);
                if (!counted.Contains(folder.Id) && !await AskAsync(client, status, cancellationToken).ConfigureAwait(false))
                {
                    status = null;
                }
            }

            described.Add(Describe(folder, status));
        }

        return described;
    }

    /// <summary>Requests the counts of a folder.</summary>
    /// <returns>False if the folder was removed in the meantime or can't be read; then it has no counts.</returns>
    private static async Task<bool> AskAsync(MailAdminImapClient client, IMailFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            await client.DoAsync("STATUS", token => folder.StatusAsync(Counts, token), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ServiceRefusedException e) when (e.Code is not (ImapCodes.Throttled or ImapCodes.NotConnected))
        {
            return false;
        }
    }

    private MailFolder Describe(ListedFolder folder, IMailFolder? status) => new()
    {
        Mailbox = mailbox,
        Id = folder.Id,
        Path = folder.Path,
        Name = FolderPath.NameOf(folder.Path),
        WellKnownName = folder.WellKnownName,
        TotalItemCount = ToCount(status?.Count),
        UnreadItemCount = ToCount(status?.Unread),
        ChildFolderCount = _known?.CountChildren(folder),
        UidValidity = status?.UidValidity,
        Connection = described,
    };

    /// <summary>MailKit keeps a count in 32 bits, with a sign that IMAP's don't have.</summary>
    private static int? ToCount(int? number) => number < 0 ? int.MaxValue : number;
}
