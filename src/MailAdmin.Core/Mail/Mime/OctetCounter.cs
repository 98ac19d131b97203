using MimeKit;
using MimeKit.IO;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Counts the octets that are written to it, and checks whether they can be sent as lines of text: RFC 5322 section 2.1.1, RFC
/// 2045 section 2.7.
/// </summary>
internal sealed class OctetCounter : MeasuringStream
{
    private const int LongestLine = 998;

    private long _line;
    private byte _last;
    private bool _isText = true;

    /// <summary>Whether an octet above 127 was among them.</summary>
    public bool Is8Bit { get; private set; }

    /// <summary>The encoding that doesn't change them: 7bit, 8bit, or base64 if neither can represent them.</summary>
    public ContentEncoding Encoding =>
        !_isText ? ContentEncoding.Base64 : Is8Bit ? ContentEncoding.EightBit : ContentEncoding.SevenBit;

    public override void Write(byte[] buffer, int offset, int count)
    {
        base.Write(buffer, offset, count);
        Is8Bit |= buffer.AsSpan(offset, count).ContainsAnyInRange((byte)128, (byte)255);
        foreach (var octet in buffer.AsSpan(offset, _isText ? count : 0))
        {
            _line = octet == '\n' ? 0 : _line + 1;
            _isText &= octet != 0 && _line <= LongestLine + 1 && (_last != '\r' || octet == '\n');
            _last = octet;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }
}
