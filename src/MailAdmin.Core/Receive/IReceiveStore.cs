using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// A place for messages and for what is remembered: a folder on disk, or a container in Azure Blob Storage. The promises of
/// receiving are made on this port. What a place refuses is an <see cref="IOException"/> or an
/// <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IReceiveStore
{
    /// <summary>What it is called; names of messages begin with it.</summary>
    string Name { get; }

    /// <summary>Makes it where it may be made, and finds out whether it can be written to.</summary>
    /// <exception cref="InvalidRequestException">It can't (DestinationNotWritable).</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Takes the lock of a mailbox folder, and opens what is remembered of it.</summary>
    /// <param name="folder">The folder of the mailbox.</param>
    /// <returns>Gives the lock back when it is disposed.</returns>
    /// <exception cref="InvalidRequestException">Another run has it (DestinationInUse), or others can change what is remembered
    /// (StatePathNotSafe).</exception>
    Task<IFolderMemory> LockAsync(MailFolder folder, CancellationToken cancellationToken);

    /// <summary>What is remembered of a mailbox folder, for people to see. Nothing is locked or changed.</summary>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    Task<RememberedFolder> LookAsync(MailFolder folder, CancellationToken cancellationToken);

    /// <summary>Where the reading of many folders stood (<see cref="PositionIndex"/>); empty where that isn't kept.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadPositionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    /// <summary>Changes some of them.</summary>
    /// <param name="changes">By <see cref="PositionIndex.KeyOf"/>; null for one that goes.</param>
    Task SavePositionsAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Removes what a run that died has left behind.</summary>
    /// <param name="owner">Whose it is.</param>
    Task RemoveLeftoversAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Starts a message. It may be called from another thread, and doesn't wait for anything.</summary>
    /// <param name="name">Its name in the end.</param>
    /// <param name="owner">Who may remove what is left of it.</param>
    /// <param name="hashed">Whether its content is to be recognised (<see cref="MessageSink.Hash"/>).</param>
    IMessageFile Create(string name, string owner, bool hashed);

    /// <summary>
    /// Brings messages there, together, so that they are safe before they have their names; what went wrong with one, its sink
    /// knows (<see cref="MessageSink.Failure"/>).
    /// </summary>
    ValueTask FlushAsync(IReadOnlyList<IMessageFile> files, CancellationToken cancellationToken);

    /// <summary>Makes the names that messages were given last, whatever happens.</summary>
    ValueTask FlushNamesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Saves the attachments of a message that has its name, beside it. What is there already is never written over.
    /// </summary>
    /// <param name="file">The message.</param>
    /// <param name="owner">Who may remove what is left of them.</param>
    /// <returns>The attachments with the places that they are in.</returns>
    Task<MailAttachment[]> SaveAttachmentsAsync(IMessageFile file, string owner, CancellationToken cancellationToken);
}

/// <summary>A message on its way to its place.</summary>
internal interface IMessageFile
{
    /// <summary>The final name with the place; once it is committed, the name that it has.</summary>
    string FinalPath { get; }

    /// <summary>Takes the octets.</summary>
    MessageSink Sink { get; }

    /// <summary>Reads what was written, whether it has its final name or not yet. Nothing is written after that.</summary>
    /// <returns>The message; the caller disposes it.</returns>
    Task<MimeMessage> OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives a message that was flushed its final name; then it is there whatever happens. What has that name already is believed
    /// only if it holds the same message. Anything else stays, and the message is put beside it.
    /// </summary>
    /// <returns>Whether the message was there already.</returns>
    ValueTask<bool> CommitAsync(CancellationToken cancellationToken);

    /// <summary>Removes what was written, unless it has its final name, and gives up what is held for it.</summary>
    ValueTask DiscardAsync();
}

/// <summary>
/// What is remembered of one mailbox folder, as it is kept: how far the reading has come, and the ledger of the messages that
/// were dealt with. Whoever has it, holds the folder's lock.
/// </summary>
internal interface IFolderMemory : IAsyncDisposable
{
    /// <summary>How far the reading had come when it was opened; null for nothing.</summary>
    FolderStateFile? State { get; }

    /// <summary>How many messages were dealt with.</summary>
    long Count { get; }

    /// <summary>Forgets all of it.</summary>
    /// <param name="start">What is remembered from now on; null for nothing.</param>
    Task ResetAsync(FolderStateFile? start, CancellationToken cancellationToken);

    /// <summary>Reads the ledger, oldest entries first.</summary>
    /// <param name="latest">So many of the last; null for all.</param>
    /// <param name="take">Takes what an ID, and a content, are recognised by.</param>
    ValueTask ReadAsync(int? latest, Action<UInt128, UInt128> take, CancellationToken cancellationToken);

    /// <summary>Notes what was dealt with, and never before that, how far that is.</summary>
    /// <param name="done">The messages, with what their content is recognised by.</param>
    /// <param name="state">How far that is; null where it isn't kept.</param>
    Task SaveAsync(
        IReadOnlyCollection<(string Id, byte[] Content)> done, FolderStateFile? state, CancellationToken cancellationToken);

    /// <summary>Makes sure that the lock is still held, before something is done that only its holder may do.</summary>
    /// <exception cref="InvalidRequestException">Another run has taken it over (DestinationInUse).</exception>
    ValueTask RequireLockAsync(CancellationToken cancellationToken);
}
