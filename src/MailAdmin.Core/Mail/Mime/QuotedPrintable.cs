namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// What MimeKit's decoder of quoted-printable leaves undone: blanks between "=" and the end of its line, which mail servers pad
/// with (RFC 2045 section 6.7 rule 3), and an escape that the end of the text cuts off.
/// </summary>
internal static class QuotedPrintable
{
    /// <summary>How much can be decoded; what may have to be seen together with what follows isn't among it.</summary>
    public static int Whole(ReadOnlySpan<byte> text)
    {
        var escape = text.LastIndexOf((byte)'=');
        var tail = escape < 0 ? text : text[(escape + 1)..];
        return escape > 0 && (tail.IsEmpty || (tail.Length == 1 && IsHex(tail[0])) || tail.IndexOfAnyExcept(" \t\r"u8) < 0)
            ? escape
            : escape == 0 && tail.Length < 2 ? 0 : text.Length;
    }

    /// <summary>Takes out blanks between "=" and the end of its line.</summary>
    /// <returns>How long it is without them.</returns>
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
    /// What is left of an escape at the end: nothing of one that only breaks the line, all of one that lacks a digit.
    /// </summary>
    public static ReadOnlyMemory<byte> End(ReadOnlyMemory<byte> rest) =>
        rest.Span[1..].IndexOfAnyExcept(" \t\r"u8) < 0 ? default : rest;

    private static bool IsHex(byte c) => char.IsAsciiHexDigit((char)c);
}
