using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Checks whether content can be sent as lines of text: RFC 5322 section 2.1.1, RFC 2045 section 2.7.</summary>
internal static class LineCheck
{
    private const int LongestLine = 998;

    /// <summary>The encoding that leaves content as it is: 7bit or 8bit; base64 where neither can carry it.</summary>
    /// <param name="content">Read as far as need be, and set to its beginning.</param>
    public static ContentEncoding EncodingOf(Stream content)
    {
        var buffer = new byte[64 * 1024];
        var (line, is8Bit, isText) = (0, false, true);
        byte before = 0;
        int count;
        content.Position = 0;
        while (isText && (count = content.Read(buffer, 0, buffer.Length)) > 0)
        {
            foreach (var octet in buffer.AsSpan(0, count))
            {
                line = octet == '\n' ? 0 : line + 1;
                is8Bit |= octet > 127;
                isText &= octet != 0 && line <= LongestLine + 1 && (before != '\r' || octet == '\n');
                before = octet;
            }
        }

        content.Position = 0;
        return !isText ? ContentEncoding.Base64 : is8Bit ? ContentEncoding.EightBit : ContentEncoding.SevenBit;
    }
}
