namespace MailAdmin;

/// <summary>Collects piped messages by mailbox and folder, with the ID and the subject of each.</summary>
internal sealed class PipedMessages
{
    private const int MostSubjects = 10;

    private readonly Dictionary<MailboxKey, Source> _sources = [];

    /// <summary>Two connections that lead to the same mailbox in the same way are one.</summary>
    private sealed record MailboxKey(
        string TenantId, string ClientId, string Mailbox, MailProtocol Protocol, MailEnvironment Environment, string? User,
        string? Server, int? Port, object? Handle);

    private sealed record Source(MailboxConnection Connection, Dictionary<string, Dictionary<string, Chosen>> Folders);

    private sealed record Chosen(DateTimeOffset? ReceivedAt, string Subject);

    /// <summary>The messages of one folder.</summary>
    /// <param name="Path">The folder.</param>
    /// <param name="Ids">The messages, oldest first.</param>
    /// <param name="Description">The number of messages, and their subjects.</param>
    public sealed record Folder(string Path, IReadOnlyList<string> Ids, string Description);

    /// <summary>The mailboxes, and the messages of each by folder, in the order of the pipeline.</summary>
    public IEnumerable<(MailboxConnection Connection, IReadOnlyList<Folder> Folders)> Mailboxes =>
        _sources.Values.Select(source => (source.Connection, FoldersOf(source)));

    /// <summary>Takes one.</summary>
    /// <param name="message">The message.</param>
    /// <param name="connection">The connection it was read over.</param>
    /// <exception cref="InvalidRequestException">The object doesn't identify a message (MessageNotFound).</exception>
    public void Add(MailboxMessage message, MailboxConnection connection)
    {
        if (string.IsNullOrEmpty(message.Id) || string.IsNullOrEmpty(message.Folder))
        {
            throw new InvalidRequestException("MessageNotFound", $"The message '{message.Subject}' has no ID or no folder.")
            {
                Target = message.Subject,
                Advice = "Pipe the message as Get-MailboxMessage returns it.",
            };
        }

        var key = new MailboxKey(
            connection.TenantId.ToUpperInvariant(), connection.ClientId.ToUpperInvariant(), connection.Mailbox.ToUpperInvariant(),
            connection.Protocol, connection.Environment, connection.UserPrincipalName?.ToUpperInvariant(), connection.Server,
            connection.Port, connection.Handle);
        if (!_sources.TryGetValue(key, out var source))
        {
            _sources.Add(key, source = new Source(connection, new(StringComparer.Ordinal)));
        }

        if (!source.Folders.TryGetValue(message.Folder, out var chosen))
        {
            source.Folders.Add(message.Folder, chosen = new(StringComparer.Ordinal));
        }

        chosen[message.Id] = new Chosen(message.ReceivedAt, message.Subject);
    }

    /// <summary>The connection of a message.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="InvalidRequestException">It has none (NoConnection).</exception>
    public static MailboxConnection ConnectionOf(MailboxMessage message) =>
        message.Connection ?? throw NoConnection($"The message {message.Id}", message.Id);

    /// <summary>The error about an object without its connection.</summary>
    public static InvalidRequestException NoConnection(string what, string target) =>
        new("NoConnection", $"{what} has no connection.")
        {
            Target = target,
            Advice = "Specify it with -Id or -Folder and a connection. An object that was saved to a file loses its "
                + "connection.",
        };

    private static IReadOnlyList<Folder> FoldersOf(Source source) =>
        [.. source.Folders.Select(folder => Describe(folder.Key, folder.Value))];

    private static Folder Describe(string path, Dictionary<string, Chosen> messages)
    {
        var inOrder = messages.OrderBy(m => m.Value.ReceivedAt).ToArray();
        var subjects = string.Join(", ", inOrder.Take(MostSubjects).Select(m => $"'{OneLine(m.Value.Subject)}'"));
        var more = inOrder.Length > MostSubjects ? $", and {inOrder.Length - MostSubjects} more" : "";
        var count = inOrder.Length == 1 ? "1 message" : $"{inOrder.Length} messages";
        return new Folder(path, [.. inOrder.Select(m => m.Key)], $"{count}: {subjects}{more}");
    }

    /// <summary>The sender chooses the subject, so it must not look like another line of the prompt.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
