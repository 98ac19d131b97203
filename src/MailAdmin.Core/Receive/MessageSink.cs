using MailAdmin.Core.Files;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Takes the octets of a message, and keeps to itself when writing them fails: a full disk is no reason to give up a connection
/// in the middle of a message. The rest of the message is let go, and whoever opened it asks for <see cref="Failure"/>.
/// </summary>
/// <param name="content">Where they go, without waiting; disposed with this.</param>
/// <param name="hashed">Whether the content is hashed on the way.</param>
internal sealed class MessageSink(Stream content, bool hashed) : Stream
{
    private readonly ContentHash? _hash = hashed ? new ContentHash() : null;
    private readonly HeaderCapture _header = new();
    private MimeMessage? _told;

    /// <summary>Why what was written isn't whole; null when it is.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The header section of what was written, with the empty line behind it.</summary>
    public ReadOnlyMemory<byte> Header => _header.Octets;

    /// <summary>What the header section tells, once the message is whole.</summary>
    public MimeMessage Told => _told ??= MimeMessage.Parse(Header);

    /// <summary>The hash of what was written, once it is whole.</summary>
    /// <returns>Null when it wasn't wanted.</returns>
    public byte[]? Hash() => _hash?.Complete();

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    /// <summary>Nothing is ever written but at the end, and its position a file knows without asking the system.</summary>
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
        // Nothing is buffered here; the flush to the disk is a step of its own.
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

    /// <summary>What was written can't be brought to its place.</summary>
    public void Fail(Exception error) => Failure ??= error;

    /// <summary>Does something to what was written, and keeps to itself when that fails.</summary>
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
