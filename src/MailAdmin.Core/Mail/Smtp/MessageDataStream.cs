using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Smtp;

/// <summary>
/// Writes a message between DATA and its end: every line ends in CR LF, and a dot at the beginning of a line is doubled (RFC 5321
/// sections 2.3.8 and 4.5.2). So the content of a message can't end it, on any server.
/// </summary>
internal sealed class MessageDataStream(Stream stream) : ForwardStream
{
    private const int Enough = 32 * 1024;

    private readonly byte[] _buffer = new byte[Enough + 8];
    private int _count;
    private bool _isLineStart = true;
    private bool _isAfterCr;

    public override bool CanWrite => true;

    /// <summary>Ends the last line, and sends the buffered data.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (_isAfterCr || !_isLineStart)
        {
            EndLine();
        }

        await SendAsync(cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (var at = 0; at < buffer.Length;)
        {
            at += Take(buffer.Span[at..]);
            if (_count >= Enough)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes octets until the buffer is full.</summary>
    /// <returns>The number of octets.</returns>
    private int Take(ReadOnlySpan<byte> octets)
    {
        var taken = 0;
        while (taken < octets.Length && _count < Enough)
        {
            var octet = octets[taken++];
            if (_isAfterCr)
            {
                EndLine();
                if (octet == '\n')
                {
                    continue;
                }
            }

            switch (octet)
            {
                case (byte)'\r':
                    _isAfterCr = true;
                    break;
                case (byte)'\n':
                    EndLine();
                    break;
                default:
                    if (_isLineStart && octet == '.')
                    {
                        _buffer[_count++] = octet;
                    }

                    _buffer[_count++] = octet;
                    _isLineStart = false;
                    break;
            }
        }

        return taken;
    }

    private void EndLine()
    {
        _buffer[_count++] = (byte)'\r';
        _buffer[_count++] = (byte)'\n';
        (_isLineStart, _isAfterCr) = (true, false);
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_buffer.AsMemory(0, _count), cancellationToken).ConfigureAwait(false);
        _count = 0;
    }
}
