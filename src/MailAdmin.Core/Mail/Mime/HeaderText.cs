using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Decodes the raw value of a header field: unfolded (RFC 5322 section 2.2.3), encoded-words decoded (RFC 2047), raw 8-bit text
/// read as UTF-8 (RFC 6532) or the message's charset. Control characters are removed, also decoded ones, so the text can't break
/// a line in a header, a log, or a file.
/// </summary>
/// <remarks>
/// MimeKit decodes the octets of encoded-words. The words are found here, because MimeKit's time grows with the square of the
/// length, it loses words without an end, and it supports fewer charsets than mailers write (windows-1252 that is labeled
/// ISO-8859-1, UTF-7).
/// </remarks>
internal static partial class HeaderText
{
    // C0 without the tab, DEL and C1, and Unicode's own line and paragraph separators.
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => char.IsControl(c) && c != '\t'), '\u2028', '\u2029']);

    private static readonly ConcurrentDictionary<Encoding, ParserOptions> AllOptions = new();

    /// <summary>The encoding in which MimeKit reads 8-bit text that isn't UTF-8.</summary>
    public static ParserOptions Options(Encoding? fallback) => AllOptions.GetOrAdd(
        fallback ?? CharsetResolver.Windows1252, static encoding => new ParserOptions { CharsetEncoding = encoding });

    /// <summary>Decodes an unstructured value.</summary>
    /// <param name="raw">The bytes after the colon.</param>
    /// <param name="fallback">For 8-bit text that isn't UTF-8; null for windows-1252.</param>
    public static string Decode(ReadOnlySpan<byte> raw, Encoding? fallback = null)
    {
        raw = raw.Trim(" \t\r\n"u8);
        return raw.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0 && raw.IndexOf("=?"u8) < 0
            ? Encoding.ASCII.GetString(raw)
            : Rewrite(raw, fallback, asWords: false).Trim();
    }

    /// <summary>The same value with its encoded-words in UTF-8 and in good form, for MimeKit to read.</summary>
    public static ReadOnlySpan<byte> WithGoodWords(ReadOnlySpan<byte> raw, Encoding? fallback) =>
        raw.IndexOf("=?"u8) < 0 ? raw : Encoding.Latin1.GetBytes(Rewrite(raw, fallback, asWords: true));

    private static string Rewrite(ReadOnlySpan<byte> raw, Encoding? fallback, bool asWords)
    {
        var latin1 = Encoding.Latin1.GetString(raw);
        var (text, start) = (new StringBuilder(raw.Length), 0);
        for (var word = Word().Match(latin1); word.Success;)
        {
            AppendPlain(text, raw[start..word.Index], fallback, asWords);
            var run = DecodeRun(latin1, ref word, out start, fallback);
            AppendClean(text, asWords ? $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(Clean(run)))}?=" : run);
        }

        AppendPlain(text, raw[start..], fallback, asWords);
        return text.ToString();
    }

    // Words that follow each other with nothing but blanks between (RFC 2047 section 6.2). Those of one charset and encoding are
    // one stream of octets, since mailers split in the middle of a character, and of a base64 quantum.
    private static string DecodeRun(string text, ref Match word, out int end, Encoding? fallback)
    {
        var (run, encoded) = (new StringBuilder(), new StringBuilder());
        while (true)
        {
            var (charset, isBase64) = (word.Groups[1].Value, word.Groups[2].Value is "b" or "B");
            encoded.Append(word.Groups[3].ValueSpan);
            end = word.Index + word.Length;
            word = word.NextMatch();
            var isNext = word.Success && text.AsSpan(end, word.Index - end).IsWhiteSpace();
            if (isNext && (word.Groups[2].Value is "b" or "B") == isBase64
                && word.Groups[1].Value.Equals(charset, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var bytes = ContentReader.DecodeWord(Encoding.Latin1.GetBytes(encoded.ToString()), isBase64);
            run.Append(CharsetResolver.Decode(bytes.Span, charset, fallback));
            encoded.Clear();
            if (!isNext)
            {
                return run.ToString();
            }
        }
    }

    private static void AppendPlain(StringBuilder text, ReadOnlySpan<byte> plain, Encoding? fallback, bool asWords)
    {
        if (asWords)
        {
            text.Append(Encoding.Latin1.GetString(plain));
        }
        else if (!plain.IsEmpty)
        {
            AppendClean(text, CharsetResolver.Decode(plain, null, fallback));
        }
    }

    // Mailers put them into quoted strings and the middle of words, leave blanks in them, and omit their end. RFC 2231 section 5:
    // a language can follow the charset.
    [GeneratedRegex(@"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,64})?\?([bBqQ])\?(.*?)(?:\?=|\z)", RegexOptions.Singleline)]
    private static partial Regex Word();

    /// <summary>Replaces characters that aren't allowed in a line of text with a space.</summary>
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

    internal static void AppendClean(StringBuilder text, ReadOnlySpan<char> part)
    {
        while (part.IndexOfAny(Controls) is var next and >= 0)
        {
            text.Append(part[..next]);
            // A line break followed by white space is a fold, and the white space remains.
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
