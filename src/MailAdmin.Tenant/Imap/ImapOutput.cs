using System.Buffers;
using System.Globalization;
using System.Text;

namespace MailAdmin.Tenant.Imap;

/// <summary>Collects the server's responses until they're sent.</summary>
internal sealed class ImapOutput(Stream stream)
{
    private const int Enough = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(Enough + 4096);

    /// <summary>Octets, given as the characters U+0000 to U+00FF.</summary>
    public void Write(string latin1) => Encoding.Latin1.GetBytes(latin1, _buffer);

    /// <summary>Text with numbers in it.</summary>
    public void Write(FormattableString text) => Write(text.ToString(CultureInfo.InvariantCulture));

    public void Line(string text)
    {
        Write(text);
        Write("\r\n");
    }

    /// <summary>A literal: RFC 3501 section 4.3.</summary>
    public void Literal(ReadOnlySpan<byte> octets)
    {
        Write($"{{{octets.Length}}}\r\n");
        _buffer.Write(octets);
    }

    /// <summary>A literal that isn't held in memory.</summary>
    public async ValueTask LiteralAsync(Stream octets, long length, CancellationToken cancellationToken)
    {
        Write($"{{{length}}}\r\n");
        while (length > 0)
        {
            var read = octets.Read(_buffer.GetSpan(Enough)[..(int)Math.Min(length, Enough)]);
            if (read == 0)
            {
                throw new IOException("The message is shorter than it said.");
            }

            _buffer.Advance(read);
            length -= read;
            await FlushIfFullAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask FlushIfFullAsync(CancellationToken cancellationToken) =>
        _buffer.WrittenCount >= Enough ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_buffer.WrittenCount > 0)
        {
            await stream.WriteAsync(_buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            _buffer.ResetWrittenCount();
        }
    }
}
