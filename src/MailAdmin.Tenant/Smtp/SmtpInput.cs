using System.Text;

namespace MailAdmin.Tenant.Smtp;

/// <summary>Reads a client's data: lines, and messages after DATA and BDAT (RFC 5321, RFC 3030).</summary>
internal sealed class SmtpInput(Stream stream)
{
    /// <summary>A token in a line of AUTH can be long.</summary>
    public const int MaxLine = 64 * 1024;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private enum Place
    {
        LineStart,
        Dot,
        DotCr,
        Cr,
        Text,
    }

    /// <summary>Whether received data hasn't been read yet.</summary>
    public bool HasMore => _start < _end;

    /// <summary>A line without its end; null at the end of the stream.</summary>
    /// <exception cref="SmtpRefusal">It is too long.</exception>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        return await ReadLineAsync(line, cancellationToken).ConfigureAwait(false)
            ? Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length)
            : null;
    }

    /// <summary>Reads a message up to the line with a single dot. The rest of a message that is too long is skipped.</summary>
    /// <param name="message">Takes it.</param>
    /// <param name="most">The maximum number of octets to keep, plus one.</param>
    /// <returns>False at the end of the stream.</returns>
    public async ValueTask<bool> ReadMessageAsync(MemoryStream message, long most, CancellationToken cancellationToken)
    {
        // Only CR LF ends a line: a bare LF before a dot ends no message (CVE-2023-51764).
        var place = Place.LineStart;
        while (true)
        {
            if (!HasMore && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            while (_start < _end)
            {
                var octet = _buffer[_start++];
                switch (place, octet)
                {
                    case (Place.LineStart, (byte)'.'):
                        // It's before a line that begins with one, or is the end: RFC 5321 section 4.5.2.
                        place = Place.Dot;
                        continue;
                    case (Place.Dot, (byte)'\r'):
                        place = Place.DotCr;
                        continue;
                    case (Place.DotCr, (byte)'\n'):
                        return true;
                    case (Place.DotCr, _):
                        Keep(message, (byte)'\r', most);
                        break;
                }

                Keep(message, octet, most);
                place = octet == '\r' ? Place.Cr : octet == '\n' && place == Place.Cr ? Place.LineStart : Place.Text;
            }
        }
    }

    /// <summary>Reads a number of octets.</summary>
    /// <param name="message">Takes them.</param>
    /// <param name="count">The number of octets.</param>
    /// <param name="most">The maximum number to keep, plus one.</param>
    /// <returns>False at the end of the stream.</returns>
    public async ValueTask<bool> ReadOctetsAsync(MemoryStream message, long count, long most, CancellationToken cancellationToken)
    {
        for (; count > 0; count--)
        {
            if (!HasMore && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            Keep(message, _buffer[_start++], most);
        }

        return true;
    }

    private static void Keep(MemoryStream message, byte octet, long most)
    {
        if (message.Length <= most)
        {
            message.WriteByte(octet);
        }
    }

    private async ValueTask<bool> ReadLineAsync(MemoryStream line, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (!HasMore && !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            var window = _buffer.AsMemory(_start, _end - _start);
            var end = window.Span.IndexOf((byte)'\n');
            var taken = end < 0 ? window : window[..end];
            line.Write(taken.Span);
            _start += taken.Length + (end < 0 ? 0 : 1);
            if (line.Length > MaxLine)
            {
                throw new SmtpRefusal(SmtpReply.TooLong);
            }

            if (end >= 0)
            {
                if (line.Length > 0 && line.GetBuffer()[line.Length - 1] == '\r')
                {
                    line.SetLength(line.Length - 1);
                }

                return true;
            }
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _start = 0;
        _end = await stream.ReadAsync(_buffer, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }
}
