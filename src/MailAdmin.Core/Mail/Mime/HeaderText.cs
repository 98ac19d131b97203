using System.Buffers;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Turns the raw value of a header field into text: unfolded (RFC 5322 section 2.2.3), encoded-words decoded (RFC 2047), raw
/// 8-bit read as UTF-8 (RFC 6532) or the message's charset. No control character comes through, decoded or not: a text from
/// here can't break a line in a header, a log or a file.
/// </summary>
internal static class HeaderText
{
    // C0 without the tab, DEL and C1, and Unicode's own line and paragraph separators.
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => char.IsControl(c) && c != '\t'), '\u2028', '\u2029']);

    /// <summary>Decodes an unstructured value.</summary>
    /// <param name="raw">The bytes after the colon.</param>
    /// <param name="fallback">For 8-bit text that is not UTF-8; null for windows-1252.</param>
    public static string Decode(ReadOnlySpan<byte> raw, Encoding? fallback = null)
    {
        raw = raw.Trim(" \t\r\n"u8);
        if (raw.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 && raw.IndexOf("=?"u8) < 0)
        {
            return Encoding.ASCII.GetString(raw);
        }
        var text = new StringBuilder(raw.Length);
        DecodeWords(raw, fallback, text);
        return text.ToString().Trim();
    }

    /// <summary>Replaces what may not stand in a line of text by a space.</summary>
    public static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAny(Controls) < 0)
        {
            return text;
        }
        var clean = new StringBuilder(text.Length);
        AppendClean(clean, text);
        return clean.ToString();
    }

    private static void DecodeWords(ReadOnlySpan<byte> raw, Encoding? fallback, StringBuilder text)
    {
        var reader = new EncodedWordReader(raw);
        var run = new EncodedWordRun();
        var plainStart = 0;
        while (reader.TryNext(out var word))
        {
            var plain = raw[plainStart..word.Start];
            // White space between two encoded-words is not part of the text: RFC 2047 section 6.2.
            if (run.IsEmpty || plain.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
            {
                run.Flush(text, fallback);
                AppendPlain(text, plain, fallback);
            }
            run.Add(raw, word, text, fallback);
            plainStart = word.End;
        }
        run.Flush(text, fallback);
        AppendPlain(text, raw[plainStart..], fallback);
    }

    private static void AppendPlain(StringBuilder text, ReadOnlySpan<byte> plain, Encoding? fallback)
    {
        if (!plain.IsEmpty)
        {
            AppendClean(text, CharsetResolver.Decode(plain, null, fallback));
        }
    }

    internal static void AppendClean(StringBuilder text, ReadOnlySpan<char> part)
    {
        while (part.IndexOfAny(Controls) is var next and >= 0)
        {
            text.Append(part[..next]);
            // A line break that is followed by white space is a fold, and the white space stands for it.
            var isFold = part[next] is '\r' or '\n' && next + 1 < part.Length && part[next + 1] is ' ' or '\t' or '\r' or '\n';
            if (!isFold)
            {
                text.Append(' ');
            }
            part = part[(next + 1)..];
        }
        text.Append(part);
    }
}
