namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// What MailKit writes a message to. It hands the octets to their sink, keeps what goes wrong there to itself (MailKit would
/// end the connection), and keeps a copy of the first ones where somebody wants to look at them.
/// </summary>
/// <param name="sink">Takes the octets; not disposed. Null to throw them away.</param>
/// <param name="failure">Why there is no sink; null when all is well.</param>
/// <param name="piece">MailKit writes 4 KB at a time; here they are collected, and given to the sink together.</param>
/// <param name="copy">Takes the first octets, too; empty for none.</param>
internal sealed class SinkStream(Stream? sink, Exception? failure, byte[] piece, Memory<byte> copy) : Stream
{
    private int _waiting;
    private long _written;

    /// <summary>The sink.</summary>
    public Stream? Sink => sink;

    /// <summary>Why the octets are not all in it.</summary>
    public Exception? Failure { get; private set; } = failure;

    /// <summary>How many octets came.</summary>
    public long Count => _written;

    /// <summary>The copy of what came.</summary>
    public ReadOnlyMemory<byte> Copy => copy[..(int)Math.Min(_written, copy.Length)];

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _written;

    /// <summary>MailKit sets it back to the beginning when all is written, for those who read; nobody does here.</summary>
    public override long Position { get => _written; set => Complete(); }

    /// <summary>All octets have come.</summary>
    public void Complete()
    {
        Pass(piece.AsSpan(0, _waiting));
        _waiting = 0;
        try
        {
            if (Failure is null)
            {
                sink?.Flush();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Failure = e;
        }
    }

    /// <summary>Empties the sink, so that the message can come again.</summary>
    /// <returns>False where that can't be.</returns>
    public bool TryRewind()
    {
        try
        {
            if (sink is { CanSeek: true })
            {
                sink.SetLength(0);
                sink.Position = 0;
            }

            return sink is null or { CanSeek: true };
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_written < copy.Length)
        {
            buffer[..(int)Math.Min(buffer.Length, copy.Length - _written)].CopyTo(copy.Span[(int)_written..]);
        }

        _written += buffer.Length;
        if (_waiting + buffer.Length > piece.Length)
        {
            Pass(piece.AsSpan(0, _waiting));
            _waiting = 0;
        }

        if (buffer.Length > piece.Length)
        {
            Pass(buffer);
            return;
        }

        buffer.CopyTo(piece.AsSpan(_waiting));
        _waiting += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
        // Complete does.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Pass(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty || sink is null || Failure is not null)
        {
            return;
        }

        try
        {
            sink.Write(octets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure = e;
        }
    }
}
