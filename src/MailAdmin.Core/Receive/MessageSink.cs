using MailAdmin.Core.Files;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Receives the content of a message, and stores a write error instead of throwing it, because a full disk is no reason to close
/// a connection in the middle of a message. The rest of the message is discarded, and the opener checks <see cref="Failure"/>.
/// </summary>
/// <param name="content">The destination stream, synchronous; disposed with this.</param>
/// <param name="hashed">Whether the content is hashed.</param>
internal sealed class MessageSink(Stream content, bool hashed) : Stream
{
    private readonly ContentHash? _hash = hashed ? new ContentHash() : null;
    private readonly HeaderCapture _header = new();
    private MimeMessage? _told;

    /// <summary>The reason why the content is incomplete; null if it's complete.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The header section of the content, with the empty line after it.</summary>
    public ReadOnlyMemory<byte> Header => _header.Octets;

    /// <summary>The properties in the header section, after the message is complete.</summary>
    public MimeMessage Told => _told ??= MimeMessage.Parse(Header);

    /// <summary>Returns the hash of the content, after it's complete.</summary>
    /// <returns>Null if no hash was requested.</returns>
    public byte[]? Hash() => _hash?.Complete();

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    /// <summary>Data is written only at the end, and a file stream has its position without a system call.</summary>
    public override long Length => content.Position;

    public override long Position
    {
        get => content.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Only to start over.</summary>
    public override long Seek(long offset, SeekOrigin origin)
    {
        if (offset != 0 || origin != SeekOrigin.Begin)
        {
            throw new NotSupportedException();
        }

        return Failure is null ? content.Seek(0, SeekOrigin.Begin) : 0;
    }

    /// <summary>Only to start over.</summary>
    public override void SetLength(long value)
    {
        if (value != 0)
        {
            throw new NotSupportedException();
        }

        _ = _hash?.Complete();
        _header.Clear();
        _told = null;
        Try(() => content.SetLength(0));
    }

    public override void Flush()
    {
        // Writes aren't buffered here; flushing to disk is a separate step.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            content.Write(buffer);
            _hash?.Append(buffer);
            _header.Append(buffer);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            Failure = e;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>The page cache takes it at once; an asynchronous write would cost a change of threads for every piece.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Try(content.Dispose);
            _hash?.Dispose();
            _told?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Creates the error for content that can't be stored.</summary>
    public void Fail(Exception error) => Failure ??= error;

    /// <summary>Runs an operation on the content, and stores its error.</summary>
    public void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            Failure ??= e;
        }
    }
}
