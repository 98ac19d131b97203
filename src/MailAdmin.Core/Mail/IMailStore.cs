namespace MailAdmin.Core.Mail;

/// <summary>
/// Represents a mailbox over any protocol. All code that reads, processes, or receives mail uses this port. An instance serves
/// one caller at a time. Dispose it to close its connections. Every method throws <see cref="ServiceRefusedException"/>,
/// <see cref="ConnectionLostException"/>, or <see cref="InvalidRequestException"/>.
/// </summary>
internal interface IMailStore : IAsyncDisposable
{
    /// <summary>Folders below a folder, parents before children, in the server's order.</summary>
    /// <param name="parentPath">Path or well-known name of the folder to start below; null for the top.</param>
    /// <param name="recurse">Whether to descend.</param>
    /// <returns>The folders, as they arrive.</returns>
    IAsyncEnumerable<MailFolder> GetFoldersAsync(string? parentPath, bool recurse, CancellationToken cancellationToken);

    /// <summary>Finds one folder.</summary>
    /// <param name="folder">
    /// Graph's well-known name ("inbox", "deleteditems"), a path from the top ("Inbox/Invoices"), or an ID.
    /// </param>
    /// <param name="counted">
    /// Whether the counts are required. Without them, a store requests less, or nothing if it's a well-known folder.
    /// </param>
    /// <returns>The folder; null if there is none.</returns>
    Task<MailFolder?> FindFolderAsync(string folder, CancellationToken cancellationToken, bool counted = true);

    /// <summary>Creates a folder and its missing parents. An existing folder is returned.</summary>
    /// <param name="path">Path from the top.</param>
    /// <returns>The folder, its <see cref="MailFolder.Change"/> Created or Unchanged.</returns>
    Task<MailFolder> CreateFolderAsync(string path, CancellationToken cancellationToken);

    /// <summary>Lists messages with the properties of the listing.</summary>
    /// <param name="query">Which, and in what order.</param>
    /// <returns>The messages, as they arrive.</returns>
    IAsyncEnumerable<MailboxMessage> GetMessagesAsync(MailFolder folder, MessageQuery query, CancellationToken cancellationToken);

    /// <summary>Reads one message, with more properties than a listing has.</summary>
    /// <param name="folder">The folder that must contain it; null for any folder, which only Graph supports.</param>
    /// <param name="id">The message ID from a listing.</param>
    /// <param name="detail">The properties to read in addition.</param>
    /// <returns>The message; null if there is none.</returns>
    Task<MailboxMessage?> FindMessageAsync(
        MailFolder? folder, string id, MessageDetail detail, CancellationToken cancellationToken);

    /// <summary>
    /// Downloads whole messages, oldest first. The store can be a few messages ahead of its caller, but never keeps their content
    /// in memory.
    /// </summary>
    /// <param name="openSink">
    /// Called for each message before its content: returns the stream for the exact content, or null to skip the content. It can
    /// be called on another thread than the one that reads the messages. The store writes and flushes it (to the operating
    /// system). The caller disposes it.
    /// </param>
    /// <returns>
    /// Each message after its content is complete. A message that can't be read has <see cref="FetchedMessage.Error"/>, and the
    /// following ones are still read.
    /// </returns>
    IAsyncEnumerable<FetchedMessage> FetchAsync(
        MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?> openSink, CancellationToken cancellationToken);

    /// <summary>Checks that an after-processing can be done in this mailbox, before anything is fetched.</summary>
    /// <param name="action">The later processing of the messages.</param>
    /// <returns>Completes if it can be done.</returns>
    /// <exception cref="InvalidRequestException">It can't be done as it promises (DeletedItemsNotFound).</exception>
    Task RequireAsync(AfterProcessing action, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Does the after-processing of messages that were acknowledged.</summary>
    /// <param name="folder">The folder that contains them.</param>
    /// <param name="action">The recommended action.</param>
    /// <param name="target">
    /// Where to, for <see cref="AfterProcessing.Move"/>; for <see cref="AfterProcessing.Delete"/> Deleted Items, if it is known.
    /// </param>
    /// <returns>One outcome for each message, in their order. A message that doesn't exist anymore counts as processed.</returns>
    Task<IReadOnlyList<ProcessedMessage>> ProcessAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailFolder? target,
        CancellationToken cancellationToken);

    /// <summary>The recommended number of messages for one call of <see cref="ProcessAsync"/>.</summary>
    int ProcessingBatch { get; }

    /// <summary>Copies messages to another folder of the mailbox.</summary>
    /// <param name="folder">The folder that contains them.</param>
    /// <returns>
    /// One outcome for each message, in their order. A message that doesn't exist anymore is an error, because it wasn't copied.
    /// </returns>
    Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, MailFolder target, CancellationToken cancellationToken);

    /// <summary>Forwards messages to an address, as from the mailbox.</summary>
    /// <param name="folder">The folder that contains them.</param>
    /// <returns>One outcome for each message, in their order.</returns>
    /// <exception cref="InvalidRequestException">It can't be done over this protocol (ForwardingRequiresGraph).</exception>
    Task<IReadOnlyList<ProcessedMessage>> ForwardAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, string address, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until a folder can have new messages: until the server reports it, if it can; otherwise for a time.
    /// </summary>
    /// <param name="interval">The while.</param>
    /// <param name="longest">At most so long in either case.</param>
    /// <returns>Completes when it's time to check.</returns>
    Task WaitForNewsAsync(MailFolder folder, TimeSpan interval, TimeSpan longest, CancellationToken cancellationToken);

    /// <summary>Closes idle connections. The next operation opens one again.</summary>
    ValueTask SuspendAsync() => ValueTask.CompletedTask;
}

/// <summary>
/// Specifies the properties to read in addition to a listing. Over Graph, each requires a request for each message.
/// </summary>
[Flags]
internal enum MessageDetail
{
    /// <summary>Nothing more.</summary>
    None = 0,
    /// <summary>Its body, as plain text and as HTML.</summary>
    Body = 1,
    /// <summary>The list of its attachments.</summary>
    Attachments = 2,
    /// <summary>Its header fields.</summary>
    InternetHeaders = 4,
    /// <summary>The kind of the message, from its content.</summary>
    Kind = 8,
}

/// <summary>A message whose content has been written to its sink.</summary>
/// <param name="Message">The message as listed.</param>
/// <param name="Content">The sink; null when none was given.</param>
/// <param name="Error">Why it couldn't be read; then the content is incomplete and must be thrown away.</param>
internal sealed record FetchedMessage(MailboxMessage Message, Stream? Content, Exception? Error = null)
{
    /// <summary>
    /// The position after this message and those before it; null if no <see cref="MessageQuery.Cursor"/> was specified.
    /// </summary>
    public string? Position { get; init; }

    /// <summary>
    /// The UIDVALIDITY of the folder, for which the message's ID is valid. Null if IDs are permanent, or if the server has none.
    /// </summary>
    public string? Numbering { get; init; }

    /// <summary>
    /// The size of the next message if it follows immediately, in octets. Null if none is being received. Then don't wait for it
    /// before this one is processed.
    /// </summary>
    public long? FollowerSize { get; init; }
}

/// <summary>The outcome of after-processing one message.</summary>
/// <param name="Error">The error; null if it was done.</param>
internal sealed record ProcessedMessage(MailboxMessage Message, Exception? Error = null);
