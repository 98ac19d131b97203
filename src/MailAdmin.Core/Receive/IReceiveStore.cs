using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents a place for messages and saved state: a folder on disk, or a container in Azure Blob Storage. The guarantees of
/// receiving depend on this port. A failure of a place is an <see cref="IOException"/> or an
/// <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IReceiveStore
{
    /// <summary>The name of the place, with which the names of messages begin.</summary>
    string Name { get; }

    /// <summary>Creates the place if possible, and checks that it can be written.</summary>
    /// <exception cref="InvalidRequestException">It can't (DestinationNotWritable).</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Acquires the lock of a mailbox folder, and opens its saved state.</summary>
    /// <param name="folder">The folder of the mailbox.</param>
    /// <returns>The lock, which is released when it's disposed.</returns>
    /// <exception cref="InvalidRequestException">
    /// Another run has the lock (DestinationInUse), or other users can change the saved state (StatePathNotSafe).
    /// </exception>
    Task<IFolderMemory> LockAsync(MailFolder folder, CancellationToken cancellationToken);

    /// <summary>Returns the saved state of a mailbox folder for display, without a lock or a change.</summary>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    Task<RememberedFolder> LookAsync(MailFolder folder, CancellationToken cancellationToken);

    /// <summary>Returns the positions of many folders (<see cref="PositionIndex"/>); empty if they aren't kept.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadPositionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>());

    /// <summary>Changes some of them.</summary>
    /// <param name="changes">By <see cref="PositionIndex.KeyOf"/>; null to remove one.</param>
    Task SavePositionsAsync(IReadOnlyDictionary<string, string?> changes, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Removes the temporary files of an interrupted run.</summary>
    /// <param name="owner">The owner of the files.</param>
    Task RemoveLeftoversAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Starts a message. It can be called on another thread, and doesn't wait.</summary>
    /// <param name="name">Its name in the end.</param>
    /// <param name="owner">The run that can remove an incomplete one.</param>
    /// <param name="hashed">Whether to compute the hash of its content (<see cref="MessageSink.Hash"/>).</param>
    IMessageFile Create(string name, string owner, bool hashed);

    /// <summary>
    /// Flushes messages together, before they get their names. <see cref="MessageSink.Failure"/> has the error of each.
    /// </summary>
    ValueTask FlushAsync(IReadOnlyList<IMessageFile> files, CancellationToken cancellationToken);

    /// <summary>Flushes the latest names of messages.</summary>
    ValueTask FlushNamesAsync(CancellationToken cancellationToken);

    /// <summary>Saves the attachments of a message that has its name, next to it. Existing files are never overwritten.</summary>
    /// <param name="file">The message.</param>
    /// <param name="owner">The run that can remove incomplete ones.</param>
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

    /// <summary>Reads the written content, before or after it gets its final name. Nothing is written after that.</summary>
    /// <returns>The message; the caller disposes it.</returns>
    Task<MimeMessage> OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Gives a flushed message its final name; afterward, it's permanent. An existing file with that name is accepted only if it
    /// contains the same message. Otherwise it isn't changed, and the message gets another name.
    /// </summary>
    /// <returns>Whether the message was there already.</returns>
    ValueTask<bool> CommitAsync(CancellationToken cancellationToken);

    /// <summary>Removes the written content unless it has its final name, and releases its resources.</summary>
    ValueTask DiscardAsync();
}

/// <summary>
/// Represents the stored state of one mailbox folder: the position, and the list of processed messages. The holder of this object
/// has the folder's lock.
/// </summary>
internal interface IFolderMemory : IAsyncDisposable
{
    /// <summary>The position when it was opened; null for none.</summary>
    FolderStateFile? State { get; }

    /// <summary>The number of processed messages.</summary>
    long Count { get; }

    /// <summary>Resets the state.</summary>
    /// <param name="start">The new state; null for none.</param>
    Task ResetAsync(FolderStateFile? start, CancellationToken cancellationToken);

    /// <summary>Reads the ledger, oldest entries first.</summary>
    /// <param name="latest">The number of latest entries; null for all.</param>
    /// <param name="take">Takes what an ID, and a content, are recognised by.</param>
    ValueTask ReadAsync(int? latest, Action<UInt128, UInt128> take, CancellationToken cancellationToken);

    /// <summary>Saves processed messages, and only then the position.</summary>
    /// <param name="done">The messages, with what their content is recognised by.</param>
    /// <param name="state">The position; null if it isn't kept.</param>
    Task SaveAsync(
        IReadOnlyCollection<(string Id, byte[] Content)> done, FolderStateFile? state, CancellationToken cancellationToken);

    /// <summary>Verifies that the lock is still held, before an operation that requires it.</summary>
    /// <exception cref="InvalidRequestException">Another run has taken it over (DestinationInUse).</exception>
    ValueTask RequireLockAsync(CancellationToken cancellationToken);
}
