namespace MailAdmin.Core.Files;

/// <summary>
/// Represents every operation that changes files and folders. The library changes files only through it, so a test can log,
/// truncate, or fail each change. Reads don't use it. On Unix, the mode of a new file or folder gives access only to its owner.
/// </summary>
internal interface IFileSystem
{
    /// <summary>Creates a file. An existing file or link isn't changed.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The name exists, or the file can't be created.</exception>
    WritableFile Create(string path);

    /// <summary>
    /// Opens a file to append to it, and creates it if it's missing. On Linux, each write is at the current end, so several
    /// processes can write to the same file.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It is a link, or can't be opened.</exception>
    WritableFile OpenAppend(string path);

    /// <summary>
    /// Removes the permissions that a file or folder inherits on Windows. Afterward, only this user, SYSTEM, and the computer's
    /// administrators have access to it and its content. On other systems, the mode does this from the start.
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <exception cref="IOException">It can't be done.</exception>
    void Protect(string path);

    /// <summary>
    /// Marks a file as coming from the Internet (the stream Zone.Identifier of NTFS). Other systems have no such mark.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The disk keeps no marks.</exception>
    void MarkOfTheWeb(string path);

    /// <summary>Cuts off the end of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">The number of octets to keep.</param>
    /// <exception cref="IOException">It can't be done.</exception>
    void Truncate(string path, long length);

    /// <summary>
    /// Acquires the lock of a name: a file that no other process can open until the result is disposed or this process ends.
    /// </summary>
    /// <param name="path">The file, which is created if it's missing, and never removed.</param>
    /// <exception cref="IOException">Another process holds the lock, or the file can't be opened.</exception>
    IDisposable Lock(string path);

    /// <summary>Gives a file another name; a link is renamed itself.</summary>
    /// <param name="from">The old name.</param>
    /// <param name="to">The new name.</param>
    /// <param name="overwrite">Whether an existing file with the new name is replaced in the same step.</param>
    /// <exception cref="IOException">The name is taken, or it can't be done.</exception>
    void Rename(string from, string to, bool overwrite);

    /// <summary>Gives a folder another name.</summary>
    /// <param name="from">The old name.</param>
    /// <param name="to">The new name.</param>
    /// <exception cref="IOException">The name is taken, or it can't be done.</exception>
    void RenameFolder(string from, string to);

    /// <summary>Removes a file; none is as good.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It can't be done.</exception>
    void Remove(string path);

    /// <summary>Removes a folder with all that is in it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">It can't be done.</exception>
    void RemoveFolder(string path);

    /// <summary>Creates a folder in an existing one. An existing folder isn't changed.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder can't be created.</exception>
    void MakeFolder(string path);

    /// <summary>
    /// Flushes the names in a folder to disk. On Unix, flushing a file doesn't flush its name (fsync(2)). On Windows, renaming
    /// does.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder can't be opened or flushed.</exception>
    void FlushFolder(string path);
}

/// <summary>A file that is open for writing.</summary>
internal abstract class WritableFile : Stream
{
    /// <summary>Its full path.</summary>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Starts to write the content to disk, on systems that accept such a hint: sync_file_range(2) of Linux.</summary>
    public abstract void BeginFlush();

    /// <summary>Flushes the content to disk.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public abstract void FlushToDisk();

    /// <summary>Writes without a buffer; <see cref="FlushToDisk"/> is a separate step.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public abstract override void Write(ReadOnlySpan<byte> buffer);

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>The page cache takes it at once; an asynchronous write would cost a change of threads for every piece.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
