using System.Buffers;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Stores content whose destination is unknown: in memory while it's small, otherwise in a temporary file that only this user can
/// read and that is deleted on dispose.
/// </summary>
internal sealed class Spool : ForwardStream
{
    /// <summary>The size above which content is in a file. Few spools exist at the same time.</summary>
    private const int LargestInMemory = 256 * 1024;

    private readonly byte[] _rented = ArrayPool<byte>.Shared.Rent(LargestInMemory);
    private Stream _content;
    private bool _isDisposed;

    public Spool()
    {
        _content = new MemoryStream(_rented, 0, LargestInMemory, writable: true, publiclyVisible: true);
        _content.SetLength(0);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    /// <summary>Whether it has outgrown the memory.</summary>
    public bool IsInFile => _content is FileStream;

    public override long Length => _content.Length;

    public override long Position { get => _content.Position; set => _content.Position = value; }

    /// <summary>Opens the written and flushed content as a message, which is valid until this is disposed.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The message.</returns>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Task<MimeMessage> OpenMessageAsync(CancellationToken cancellationToken) => Task.Run(
        () => MimeMessage.Read(new MimeSource(_content, leaveOpen: true), null, cancellationToken), cancellationToken);

    /// <summary>Returns the error for a failure of the temporary file.</summary>
    public static InvalidRequestException Failed(IOException error) =>
        new("TemporaryFileFailed", $"Can't write the message to a temporary file: {error.Message}", error)
        {
            Target = Path.GetTempPath(),
            Advice = "Free space in the folder for temporary files, or specify another one with the environment "
                + "variable TMPDIR (TMP on Windows).",
        };

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsInFile && Position + buffer.Length > LargestInMemory)
        {
            var file = FileSystem.CreateTemporary();
            file.Write(_rented, 0, (int)Length);
            file.Position = Position;
            _content = file;
        }

        _content.Write(buffer);
    }

    public override int Read(Span<byte> buffer) => _content.Read(buffer);

    public override long Seek(long offset, SeekOrigin origin) => _content.Seek(offset, origin);

    public override void SetLength(long value) => _content.SetLength(value);

    public override void Flush() => _content.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _content.Dispose();
            ArrayPool<byte>.Shared.Return(_rented);
        }

        base.Dispose(disposing);
    }
}
