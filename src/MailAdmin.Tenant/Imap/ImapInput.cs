using System.Buffers.Text;

namespace MailAdmin.Tenant.Imap;

/// <summary>Reads what a client sends: lines, and commands with their literals (RFC 3501 section 2.2.1, RFC 7888).</summary>
internal sealed class ImapInput(Stream stream)
{
    /// <summary>Octets of a command without its literals.</summary>
    public const int MaxLine = 64 * 1024;

    /// <summary>
    /// Octets of a literal: no mailbox takes a longer message.
    /// https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits
    /// </summary>
    public const int MaxLiteral = 150 * 1024 * 1024;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Represents a command: its line, in which each literal is "{n}", CRLF, and n octets.</summary>
    /// <param name="command">Receives the command; after a refusal, the part that was read.</param>
    /// <param name="output">The output for the requests of literals.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="ImapRefusal">It is too long.</exception>
    public async ValueTask<bool> ReadCommandAsync(MemoryStream command, ImapOutput output, CancellationToken cancellationToken)
    {
        var line = 0;
        while (true)
        {
            var start = (int)command.Length;
            if (!await ReadLineAsync(command, MaxLine - line, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            line += (int)command.Length - start;
            if (Literal(command.GetBuffer().AsSpan(start, (int)command.Length - start)) is not { } literal)
            {
                return true;
            }

            if (literal.Size > MaxLiteral - command.Length)
            {
                throw ImapRefusal.TooLong();
            }

            if (literal.Waits)
            {
                output.Line("+ Ready for additional command text.");
                await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            command.Write("\r\n"u8);
            if (!await ReadOctetsAsync(command, (int)literal.Size, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    /// <summary>A line without its end; null at the end of the stream.</summary>
    /// <exception cref="ImapRefusal">It is too long.</exception>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        return await ReadLineAsync(line, MaxLine, cancellationToken).ConfigureAwait(false)
            ? System.Text.Encoding.Latin1.GetString(line.GetBuffer(), 0, (int)line.Length)
            : null;
    }

    private async ValueTask<bool> ReadLineAsync(MemoryStream line, int limit, CancellationToken cancellationToken)
    {
        var start = line.Length;
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            var window = _buffer.AsMemory(_start, _end - _start);
            var end = window.Span.IndexOf((byte)'\n');
            var taken = end < 0 ? window : window[..end];
            line.Write(taken.Span);
            _start += taken.Length + (end < 0 ? 0 : 1);
            if (line.Length - start > limit)
            {
                throw ImapRefusal.TooLong();
            }

            if (end >= 0)
            {
                if (line.Length > start && line.GetBuffer()[line.Length - 1] == '\r')
                {
                    line.SetLength(line.Length - 1);
                }

                return true;
            }
        }
    }

    private async ValueTask<bool> ReadOctetsAsync(MemoryStream octets, int count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            var taken = Math.Min(count, _end - _start);
            octets.Write(_buffer, _start, taken);
            _start += taken;
            count -= taken;
        }

        return true;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }

    /// <summary>Returns the literal at the end of a line; null if there is none.</summary>
    private static (long Size, bool Waits)? Literal(ReadOnlySpan<byte> line)
    {
        var open = line.LastIndexOf((byte)'{');
        if (open < 0 || line[^1] != '}')
        {
            return null;
        }

        var digits = line[(open + 1)..^1];
        var waits = !digits.EndsWith("+"u8);
        digits = waits ? digits : digits[..^1];
        return Utf8Parser.TryParse(digits, out uint size, out var used) && used == digits.Length && used > 0
            ? (size, waits)
            : null;
    }
}
