using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Utils;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Turns the raw value of a header field into text: unfolded (RFC 5322 section 2.2.3), encoded-words decoded (RFC 2047), raw
/// 8-bit read as UTF-8 (RFC 6532) or the message's charset. No control character comes through, decoded or not: a text from
/// here can't break a line in a header, a log or a file.
/// </summary>
internal static partial class HeaderText
{
    // C0 without the tab, DEL and C1, and Unicode's own line and paragraph separators.
    private static readonly SearchValues<char> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(c => char.IsControl(c) && c != '\t'), '\u2028', '\u2029']);

    private static readonly ConcurrentDictionary<Encoding, ParserOptions> AllOptions = new();

    // MimeKit's time and memory grow with the square of the length.
    private const int LongestPiece = 8 * 1024;

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
        if (raw.IndexOf("\u001B$"u8) >= 0)
        {
            // ISO 2022 without encoded-words, which MimeKit does not look for.
            return Clean(CharsetResolver.Decode(raw, null, fallback)).Trim();
        }

        var options = Options(fallback);
        var text = new StringBuilder(raw.Length);
        while (raw.Length > LongestPiece)
        {
            var cut = raw[..LongestPiece].LastIndexOfAny(" \t"u8);
            cut = cut > 0 ? cut : raw[..LongestPiece].LastIndexOfAnyInRange((byte)0, (byte)0x7F);
            cut = cut > 0 ? cut : LongestPiece;
            AppendClean(text, DecodePiece(options, raw[..cut]));
            raw = raw[cut..];
        }

        AppendClean(text, DecodePiece(options, raw));
        return text.ToString().Trim();
    }

    /// <summary>How MimeKit reads 8-bit text that is not UTF-8.</summary>
    public static ParserOptions Options(Encoding? fallback) => AllOptions.GetOrAdd(
        fallback ?? CharsetResolver.Windows1252, static encoding => new ParserOptions { CharsetEncoding = encoding });

    // An encoded-word that nothing ends, as when a mailer cuts a subject, gets its end: MimeKit decodes it then.
    private static string DecodePiece(ParserOptions options, ReadOnlySpan<byte> raw)
    {
        var bytes = EndsOpen(raw) ? [.. raw, .. "?="u8] : raw.ToArray();
        if (raw.IndexOf("?B?"u8) >= 0 || raw.IndexOf("?b?"u8) >= 0)
        {
            // MimeKit waits for padding that a mailer left out behind the last of several words.
            bytes = Encoding.Latin1.GetBytes(Base64Words().Replace(Encoding.Latin1.GetString(bytes), static m =>
            {
                var length = m.Groups[1].Captures.Aggregate(0, static (sum, c) => c.Value.EndsWith('=') ? 0 : sum + c.Length);
                return length % 4 == 0
                    ? m.Value
                    : $"{m.Value.TrimEnd()[..^2]}{(length % 4 == 2 ? "==" : "=")}?={m.Value[m.Value.TrimEnd().Length..]}";
            }));
        }

        if (raw.IndexOf("utf-7?"u8) < 0 && raw.IndexOf("UTF-7?"u8) < 0)
        {
            return Rfc2047.DecodeText(options, bytes);
        }

        // .NET gives MimeKit no UTF-7: the word is decoded as what UTF-7 is written in, and then again.
        var text = Utf7Word().Replace(Encoding.Latin1.GetString(bytes), static m =>
        {
            var ascii = Rfc2047.DecodeText(Encoding.ASCII.GetBytes($"=?us-ascii?{m.Groups[1].Value}?="));
            var utf8 = Encoding.UTF8.GetBytes(CharsetResolver.Decode(Encoding.ASCII.GetBytes(ascii), "utf-7"));
            return $"=?utf-8?B?{Convert.ToBase64String(utf8)}?=";
        });
        return Rfc2047.DecodeText(options, Encoding.Latin1.GetBytes(text));
    }

    [GeneratedRegex(@"(?:=\?[^?\s]+\?[bB]\?([^?\s]*)\?=\s*)+")]
    private static partial Regex Base64Words();

    [GeneratedRegex(@"=\?(?:unicode-1-1-)?utf-7\?([bq]\?[^?]*)\?=", RegexOptions.IgnoreCase)]
    private static partial Regex Utf7Word();

    private static bool EndsOpen(ReadOnlySpan<byte> raw)
    {
        var start = raw.LastIndexOf("=?"u8);
        while (start >= 0 && start + 2 < raw.Length && raw[start + 2] == '=')
        {
            start = raw[..start].LastIndexOf("=?"u8);
        }

        var word = start < 0 ? default : raw[(start + 2)..];
        var charset = word.IndexOf((byte)'?');
        return charset > 0 && charset + 2 < word.Length && (word[charset + 1] | 0x20) is 'b' or 'q' && word[charset + 2] == '?'
            && word[(charset + 3)..].IndexOf("?="u8) < 0;
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
