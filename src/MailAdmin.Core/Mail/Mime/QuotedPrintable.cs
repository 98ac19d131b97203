namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Completes MimeKit's decoder of quoted-printable: removes blanks between "=" and the end of its line, which mail servers add
/// (RFC 2045 section 6.7 rule 3), and handles an escape that the end of the text cuts off.
/// </summary>
internal static class QuotedPrintable
{
    /// <summary>Returns the length that can be decoded, without an end that depends on the following text.</summary>
    public static int Whole(ReadOnlySpan<byte> text)
    {
        var escape = text.LastIndexOf((byte)'=');
        var tail = escape < 0 ? text : text[(escape + 1)..];
        return escape > 0 && (tail.IsEmpty || (tail.Length == 1 && IsHex(tail[0])) || tail.IndexOfAnyExcept(" \t\r"u8) < 0)
            ? escape
            : escape == 0 && tail.Length < 2 ? 0 : text.Length;
    }

    /// <summary>Takes out blanks between "=" and the end of its line.</summary>
    /// <returns>The length without them.</returns>
    public static int WithoutPadding(Span<byte> text)
    {
        if (text.IndexOf("= "u8) < 0 && text.IndexOf("=\t"u8) < 0)
        {
            return text.Length;
        }

        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            text[length++] = text[i];
            if (text[i] == '=')
            {
                var rest = text[(i + 1)..];
                var blanks = rest.IndexOfAnyExcept(" \t"u8);
                i += blanks > 0 && rest[blanks] is (byte)'\r' or (byte)'\n' ? blanks : 0;
            }
        }

        return length;
    }

    /// <summary>
    /// Returns the rest of an escape at the end: empty for a soft line break, all of an escape that lacks a digit.
    /// </summary>
    public static ReadOnlyMemory<byte> End(ReadOnlyMemory<byte> rest) =>
        rest.Span[1..].IndexOfAnyExcept(" \t\r"u8) < 0 ? default : rest;

    private static bool IsHex(byte c) => char.IsAsciiHexDigit((char)c);
}
