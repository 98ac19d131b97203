using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>Represents the messages to receive, their destination, and their processing.</summary>
internal sealed record ReceiveOptions
{
    /// <summary>The folders to receive from, in this order: well-known names, paths or ids.</summary>
    public string[] Folders { get; init; } = ["Inbox"];

    /// <summary>Whether the folders below them follow. Folders that messages are moved or copied to are left out.</summary>
    public bool Recurse { get; init; }

    /// <summary>Which of the messages; <see cref="MessageQuery.First"/> counts over all folders.</summary>
    public MessageQuery Query { get; init; } = new();

    /// <summary>
    /// Only messages of these kinds; null for all. The content determines the kind. A message of another kind is downloaded,
    /// discarded, and not changed on the server.
    /// </summary>
    public IReadOnlySet<MailMessageKind>? Kinds { get; init; }

    /// <summary>
    /// The messages to receive: IDs by the path of the folder in which they were listed, instead of the messages of
    /// <see cref="Folders"/>. Conditions don't apply to them. Null to receive from folders.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Messages { get; init; }

    /// <summary>
    /// The destination of the .eml files: a folder on disk, which is created if it's missing, or a place for
    /// <see cref="OpenStore"/>; null to return objects only.
    /// </summary>
    public string? Destination { get; init; }

    /// <summary>
    /// The place of the state between runs; null for ".mailadmin" in the destination, and for none without a destination.
    /// </summary>
    public string? StatePath { get; init; }

    /// <summary>Opens a place that is no folder on disk; gives null for one that is.</summary>
    public Func<string, IReceiveStore?>? OpenStore { get; init; }

    /// <summary>Whether to reset the state, so that all messages are received again.</summary>
    public bool Resync { get; init; }

    /// <summary>
    /// Whether to reset the state of messages that were received at this time or later, so that they're received again. Earlier
    /// ones count as processed. Null to continue.
    /// </summary>
    public DateTimeOffset? LastChecked { get; init; }

    /// <summary>
    /// The maximum number of messages that are processed on the server together; null for the default of the protocol.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>The action on the server after a message is acknowledged.</summary>
    public AfterProcessing AfterProcessing { get; init; }

    /// <summary>The target folder for <see cref="AfterProcessing.Move"/>; it's created if it's missing.</summary>
    public string? MoveTo { get; init; }

    /// <summary>
    /// Before the action: a folder for a copy, which is created if it's missing, or an address to forward the message to.
    /// </summary>
    public string? CopyTo { get; init; }

    /// <summary>
    /// A folder for messages that the server can't return, which is created if it's missing; null to leave them.
    /// </summary>
    public string? MoveFailedTo { get; init; }

    /// <summary>
    /// Whether the attachments are saved in a folder next to the .eml file, with the same name without its extension.
    /// </summary>
    public bool SaveAttachments { get; init; }

    /// <summary>Whether files don't get the Mark of the Web of Windows.</summary>
    public bool SkipsMarks { get; init; }

    /// <summary>Whether files are flushed to the disk before the server is changed.</summary>
    public Durability Durability { get; init; }

    /// <summary>Whether to continue after all messages are received, and to return new ones.</summary>
    public bool Wait { get; init; }

    /// <summary>The interval of the checks if the server doesn't report changes.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Limits how many waiting runs are connected at the same time. Between two checks, a run isn't connected. Null if each run
    /// keeps its connection, so that the server can report new messages.
    /// </summary>
    internal SemaphoreSlim? Turns { get; init; }

    /// <summary>Messages that failed in earlier receivings from the same folder; null to remember none between them.</summary>
    internal RetryBackoff? Aside { get; init; }

    /// <summary>Called before (true) and after (false) each step that outlives the process; for tests.</summary>
    internal Action<ReceiveStep, bool>? Watcher { get; init; }

    /// <summary>The file system; for tests.</summary>
    internal IFileSystem Files { get; init; } = FileSystem.OfMachine;

    /// <summary>Whether <see cref="CopyTo"/> is an address, and no folder.</summary>
    internal bool CopiesToAddress => CopyTo?.Contains('@', StringComparison.Ordinal) == true;

    /// <summary>
    /// Whether the position in each folder is saved: only if messages aren't moved or deleted, and there is a place for it, or
    /// for the time of a waiting run.
    /// </summary>
    internal bool Remembers => AfterProcessing == AfterProcessing.None && (Wait || StateFolder is not null);

    /// <summary>
    /// Whether the run can skip messages that another run must receive. Then the position in a folder isn't changed, because the
    /// other run wouldn't find messages before it.
    /// </summary>
    internal bool IsSelective => Messages is not null || Kinds is not null || Query with { First = null } != new MessageQuery();

    /// <summary>Whether received messages are processed on the server.</summary>
    public bool ChangesMailbox => AfterProcessing != AfterProcessing.None || CopyTo is not null;

    /// <summary>The folders to receive from.</summary>
    internal IEnumerable<string> Sources => Messages?.Keys ?? Folders;

    /// <summary>The place of the state.</summary>
    internal string? StateFolder => StatePath ?? Destination switch
    {
        null => null,
        var address when SourceName.IsAddress(address) => $"{address}/.mailadmin",
        var folder => Path.Combine(folder, ".mailadmin"),
    };

    /// <summary>Does a step that takes a while, and that a test can interrupt.</summary>
    internal async Task<T> DoAsync<T>(ReceiveStep step, Func<Task<T>> action)
    {
        Watcher?.Invoke(step, true);
        var result = await action().ConfigureAwait(false);
        Watcher?.Invoke(step, false);
        return result;
    }

    /// <summary>Refuses what contradicts itself.</summary>
    /// <exception cref="InvalidRequestException">
    /// MoveTargetMismatch, SaveAttachmentRequiresDestination, NothingToRemember or IdAndCondition; for an address to copy to,
    /// InvalidAddress or ControlCharacter.
    /// </exception>
    internal void Validate()
    {
        if (CopiesToAddress)
        {
            Recipients.ParseOne(CopyTo!);
        }

        if (Messages is not null
            && (Query != new MessageQuery() || Kinds is not null || Recurse || Wait || Resync || LastChecked is not null))
        {
            throw new InvalidRequestException("IdAndCondition", "Can't combine messages with conditions.")
            {
                Advice = "Specify the messages, or folders and conditions.",
            };
        }

        if (AfterProcessing == AfterProcessing.Move == string.IsNullOrEmpty(MoveTo))
        {
            throw new InvalidRequestException("MoveTargetMismatch", MoveTo is null
                ? "-AfterProcessing Move requires -MoveTo."
                : $"-MoveTo requires -AfterProcessing Move, but -AfterProcessing is {AfterProcessing}.")
            {
                Target = MoveTo,
                Advice = "Use -AfterProcessing Move and -MoveTo together.",
            };
        }

        if (this is { SaveAttachments: true, Destination: null })
        {
            throw new InvalidRequestException("SaveAttachmentRequiresDestination", "-SaveAttachment requires -Destination.")
            {
                Advice = "Specify -Destination.",
            };
        }

        var forgets = Resync || LastChecked is not null;
        if ((StatePath is not null && AfterProcessing != AfterProcessing.None)
            || (forgets && (AfterProcessing != AfterProcessing.None || StateFolder is null)))
        {
            throw new InvalidRequestException("NothingToRemember", AfterProcessing == AfterProcessing.None
                ? $"{(Resync ? "-Resync" : "-LastChecked")} requires -Destination or -StatePath, because no position "
                    + "is saved without them."
                : $"With -AfterProcessing {AfterProcessing}, no position is saved because the mailbox shows which "
                    + $"messages are left.")
            {
                Advice = "Remove -StatePath, -Resync, and -LastChecked, or use -AfterProcessing None.",
            };
        }
    }

    /// <summary>Rejects contradictory options, and those that a mailbox doesn't support, before a message is received.</summary>
    /// <param name="connection">The mailbox.</param>
    /// <exception cref="InvalidRequestException">
    /// A contradiction (MoveTargetMismatch, SaveAttachmentRequiresDestination, NothingToRemember), purging over Graph in a cloud
    /// that doesn't have it (PurgeNotAvailable), forwarding over IMAP (ForwardingRequiresGraph), or Recoverable Items over IMAP
    /// (FolderRequiresGraph).
    /// </exception>
    /// <remarks>https://learn.microsoft.com/graph/api/message-permanentdelete has the table of the clouds.</remarks>
    public void Validate(MailboxConnection connection)
    {
        Validate();
        if (AfterProcessing == AfterProcessing.Purge
            && connection is { Protocol: MailProtocol.Graph, Environment: not MailEnvironment.Global })
        {
            throw new InvalidRequestException(
                "PurgeNotAvailable", $"Microsoft Graph can't permanently delete messages in the cloud "
                    + $"{connection.Environment}.")
            {
                Target = connection.Mailbox,
                Advice = "Nothing was received. Use -AfterProcessing Delete. Messages in Recoverable Items are "
                    + "deleted after the retention time.",
            };
        }

        if (connection.Protocol != MailProtocol.Imap)
        {
            return;
        }

        if (CopiesToAddress)
        {
            throw new InvalidRequestException("ForwardingRequiresGraph", "Can't forward messages over IMAP.")
            {
                Target = CopyTo,
                Advice = "Copy them to a folder, or receive over Graph. The app then also requires Mail.Send.",
            };
        }

        if (Sources.FirstOrDefault(IsRecoverableItems) is { } folder)
        {
            throw new InvalidRequestException("FolderRequiresGraph", "Can't access Recoverable Items over IMAP.")
            {
                Target = folder,
                Advice = "Use -Protocol Graph for this folder.",
            };
        }
    }

    private static bool IsRecoverableItems(string folder) =>
        folder.Replace(" ", "", StringComparison.Ordinal).StartsWith("recoverableitems", StringComparison.OrdinalIgnoreCase);
}
