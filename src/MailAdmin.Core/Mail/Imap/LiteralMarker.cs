using System.Buffers.Text;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The announcement of a literal at the end of a line: "{5}", "~{5}" (RFC 9051 section 4.3).</summary>
internal static class LiteralMarker
{
    // So far the bracket is looked for that begins a section: without a limit, every literal of a response that is full of them
    // would be a search to its beginning. Nobody asks for more header fields than fit.
    private const int LongestSection = 8192;

    /// <summary>Looks for one.</summary>
    /// <param name="line">Text that ends with a line end.</param>
    /// <param name="start">Where the announcement begins.</param>
    /// <param name="size">How many octets follow.</param>
    /// <returns>False when the line just ends.</returns>
    /// <exception cref="ImapProtocolException">It is meant as an announcement, and its number is none.</exception>
    public static bool TryRead(ReadOnlySpan<byte> line, out int start, out long size)
    {
        (start, size) = (-1, 0);
        var text = line[..^1];
        text = text.EndsWith("\r"u8) ? text[..^1] : text;
        if (!text.EndsWith("}"u8))
        {
            return false;
        }

        text = text[..^1];
        text = text.EndsWith("+"u8) ? text[..^1] : text;
        start = text.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var number = text[(start + 1)..];
        if (start < 0 || number.IsEmpty)
        {
            return false;
        }

        if (text[start] != (byte)'{')
        {
            return text[start] is (byte)'-' or (byte)'+' && start > 0 && text[start - 1] == (byte)'{'
                ? throw new ImapProtocolException("the size of a literal has a sign")
                : false;
        }

        if (!Utf8Parser.TryParse(number, out size, out var used) || used < number.Length)
        {
            throw new ImapProtocolException("the size of a literal is too large");
        }

        start -= start > 0 && text[start - 1] == (byte)'~' ? 1 : 0;
        return true;
    }

    /// <summary>Whether what is announced is the value of BODY[...], BINARY[...] or RFC822, and not a string within another value.</summary>
    /// <param name="before">The response up to the announcement.</param>
    /// <returns>True when it is.</returns>
    public static bool FollowsBodySection(ReadOnlySpan<byte> before)
    {
        if (!before.EndsWith(" "u8))
        {
            return false;
        }

        var item = before[^Math.Min(before.Length, LongestSection)..].TrimEnd((byte)' ');
        if (item.EndsWith(">"u8))
        {
            item = item[..Math.Max(0, item.LastIndexOf((byte)'<'))];
        }

        if (item.EndsWith("]"u8))
        {
            item = item[..Math.Max(0, item.LastIndexOf((byte)'['))];
            return IsItem(item, "BODY"u8) || IsItem(item, "BINARY"u8);
        }

        return IsItem(item, "RFC822"u8) || IsItem(item, "RFC822.TEXT"u8) || IsItem(item, "RFC822.HEADER"u8);
    }

    private static bool IsItem(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) =>
        text.Length > name.Length && Ascii.EqualsIgnoreCase(text[^name.Length..], name)
        && text[^(name.Length + 1)] is (byte)' ' or (byte)'(';
}
