using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Finds the encoding for a charset name in mail, and decodes bytes of any kind to text.</summary>
/// <remarks>
/// Names: https://www.iana.org/assignments/character-sets, and the labels that mailers write, decoded as browsers do
/// (https://encoding.spec.whatwg.org/#names-and-labels): ISO-8859-1 is windows-1252, GB2312 is GB18030.
/// </remarks>
internal static class CharsetResolver
{
    private static readonly ConcurrentDictionary<string, Encoding> Known = new(StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, int> CodePages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["us-ascii"] = 20127, ["ascii"] = 20127, ["us"] = 20127, ["ansi_x3.4-1968"] = 20127, ["iso646-us"] = 20127,
        ["7bit"] = 20127,
        ["utf-16"] = 1200, ["utf-16le"] = 1200, ["utf-16be"] = 1201, ["unicode"] = 1200, ["utf-32"] = 12000,
        ["utf-8"] = 65001, ["utf8"] = 65001, ["unicode-1-1-utf-8"] = 65001, ["utf8mb4"] = 65001, ["utf_8"] = 65001,
        ["x-utf-8"] = 65001,
        ["iso-8859-1"] = 1252, ["iso8859-1"] = 1252, ["iso_8859-1"] = 1252, ["iso88591"] = 1252, ["iso8859_1"] = 1252,
        ["latin1"] = 1252, ["latin-1"] = 1252, ["l1"] = 1252, ["iso-8859-8-i"] = 38598, ["iso-8859-9"] = 1254,
        ["latin5"] = 1254, ["iso-8859-11"] = 874, ["tis-620"] = 874, ["ansi"] = 1252, ["x-ansi"] = 1252,
        ["gb2312"] = 54936, ["gbk"] = 54936, ["x-gbk"] = 54936, ["gb_2312-80"] = 54936, ["euc-cn"] = 54936, ["gb18030"] = 54936,
        ["big5"] = 950, ["big5-hkscs"] = 950, ["x-x-big5"] = 950,
        ["shift_jis"] = 932, ["shift-jis"] = 932, ["sjis"] = 932, ["x-sjis"] = 932, ["ms_kanji"] = 932, ["windows-31j"] = 932,
        ["ms932"] = 932, ["iso-2022-jp"] = 50220, ["iso-2022-jp-ms"] = 50220, ["iso-2022-jp-2"] = 50220,
        ["cp50220"] = 50220, ["euc-jp"] = 51932, ["eucjp"] = 51932,
        ["euc-kr"] = 949, ["ks_c_5601-1987"] = 949, ["ks_c_5601-1989"] = 949, ["ks_c_5601"] = 949, ["ksc5601"] = 949,
        ["ks_c-5601-1987"] = 949, ["korean"] = 949, ["uhc"] = 949, ["x-windows-949"] = 949, ["iso-2022-kr"] = 50225,
        ["x-mac-roman"] = 10000, ["macintosh"] = 10000, ["x-mac-cyrillic"] = 10007,
        ["koi8-r"] = 20866, ["koi8"] = 20866, ["koi8-u"] = 21866,
    };

    // What a code page number is written after.
    private static readonly string[] Prefixes =
        ["cp-", "cp", "windows-", "windows", "win-", "win", "x-cp", "x-windows-", "ibm-", "ibm", "ms"];

    /// <summary>The encoding of text without a charset that isn't UTF-8.</summary>
    public static Encoding Windows1252 { get; } = ByCodePage(1252)!;

    // .NET warns about UTF-7 because it can hide a script from a browser. Here it only decodes text that is declared as UTF-7.
#pragma warning disable SYSLIB0001
    private static readonly Encoding Utf7 = new UTF7Encoding(allowOptionals: true);
#pragma warning restore SYSLIB0001

    private static readonly Encoding Iso2022Jp = ByCodePage(50220)!;

    private static readonly SearchValues<char> NoName = SearchValues.Create(" \t\r\n\"';,<>");

    /// <summary>Returns the encoding for a charset name; null if there is none.</summary>
    public static Encoding? Find(string? charset)
    {
        var name = charset.AsSpan().Trim("\"' \t");
        if (name.IndexOfAny(NoName) is var end and >= 0)
        {
            name = name[..end];
        }
        if (name.IsEmpty || name.Length > 40)
        {
            return null;
        }
        var key = name.ToString();
        if (Known.TryGetValue(key, out var known))
        {
            return known;
        }
        var encoding = CodePages.TryGetValue(key, out var page) ? ByCodePage(page) : ByName(key);
        return encoding is null ? null : Known.GetOrAdd(key, encoding);
    }

    /// <summary>Decodes a text. A missing, unknown, or ASCII charset is decoded as UTF-8 if the bytes are valid UTF-8.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="charset">The specified charset; null if there is none.</param>
    /// <param name="fallback">The encoding of text that has no charset and isn't UTF-8; null for windows-1252.</param>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset, Encoding? fallback = null)
    {
        if (ByteOrderMark(bytes) is { } marked)
        {
            return marked.GetString(bytes[marked.Preamble.Length..]);
        }
        var encoding = Find(charset);
        if (encoding is not (null or { CodePage: 20127 or 65001 }))
        {
            return encoding.GetString(bytes);
        }
        if (IsUtf7(charset))
        {
            return Utf7.GetString(bytes);
        }

        // The escape sequences with which ISO 2022 announces a character set, in texts and headers without a declaration.
        if (bytes.IndexOf("\u001B$"u8) >= 0)
        {
            return (fallback?.CodePage is >= 50220 and <= 50229 ? fallback : Iso2022Jp).GetString(bytes);
        }
        var text = Encoding.UTF8.GetString(bytes);
        // Without a replacement character it was valid, and so it was with one that is really there.
        var isUtf8 = !text.Contains('\uFFFD', StringComparison.Ordinal) || Utf8.IsValid(bytes)
            || (encoding?.CodePage == 65001 && IsMostlyUtf8(bytes));
        return isUtf8 ? text : (fallback ?? Windows1252).GetString(bytes);
    }

    /// <summary>Whether a charset is UTF-7 (RFC 2152), which only reports of Exchange and old mailers are in.</summary>
    public static bool IsUtf7(ReadOnlySpan<char> charset) =>
        charset.Trim("\"' ").Equals("utf-7", StringComparison.OrdinalIgnoreCase)
        || charset.Trim("\"' ").Equals("unicode-1-1-utf-7", StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the charset that an HTML page declares in its first kilobyte; null if it has none.</summary>
    public static string? InHtml(ReadOnlySpan<byte> html)
    {
        Span<byte> head = stackalloc byte[1024];
        head = head[..Ascii(html[..Math.Min(html.Length, 1024)], head)];
        var at = head.IndexOf("charset="u8);
        if (at < 0 || !head[..at].Contains((byte)'<') || head[..at].IndexOf("<body"u8) >= 0)
        {
            return null;
        }
        var value = head[(at + 8)..].TrimStart("\"' "u8);
        var end = value.IndexOfAny("\"'/ >;"u8);
        return end <= 0 ? null : Encoding.ASCII.GetString(value[..end]);
    }

    private static int Ascii(ReadOnlySpan<byte> source, Span<byte> lower)
    {
        for (var i = 0; i < source.Length; i++)
        {
            lower[i] = source[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(source[i] | 0x20) : source[i];
        }
        return source.Length;
    }

    private static Encoding? ByteOrderMark(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? Encoding.UTF8
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0]) ? Encoding.UTF32
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? Encoding.Unicode
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.BigEndianUnicode
        : null;

    // Latin-1 that claims to be UTF-8 has hardly a valid sequence in it; damaged UTF-8 has mostly valid ones.
    private static bool IsMostlyUtf8(ReadOnlySpan<byte> bytes)
    {
        int valid = 0, invalid = 0;
        while (bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7F) is var next and >= 0)
        {
            bytes = bytes[next..];
            if (Rune.DecodeFromUtf8(bytes, out _, out var length) == OperationStatus.Done)
            {
                valid++;
            }
            else
            {
                invalid++;
            }
            bytes = bytes[length..];
        }
        return valid >= invalid;
    }

    private static Encoding? ByName(string name)
    {
        foreach (var prefix in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && name.Length - prefix.Length is >= 3 and <= 5
                && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var page))
            {
                return ByCodePage(page);
            }
        }
        return Replacing(CodePagesEncodingProvider.Instance.GetEncoding(name));
    }

    // Without the exception that Encoding.GetEncoding throws for an unknown one: hostile mail has them by the thousand.
    private static Encoding? ByCodePage(int page) => page switch
    {
        0 => null,
        1200 => Encoding.Unicode,
        1201 => Encoding.BigEndianUnicode,
        12000 => Encoding.UTF32,
        20127 => Encoding.ASCII,
        65001 => Encoding.UTF8,
        _ => Replacing(CodePagesEncodingProvider.Instance.GetEncoding(page)),
    };

    private static Encoding? Replacing(Encoding? encoding)
    {
        if (encoding is null)
        {
            return null;
        }
        var own = (Encoding)encoding.Clone();
        own.DecoderFallback = DecoderFallback.ReplacementFallback;
        return own;
    }
}
