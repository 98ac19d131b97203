using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.Utils;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Decodes text as a mailbox shows it, with any declared charset: UTF-7, which Exchange's own reports use (RFC 2152), Korean with
/// its larger code page, and UTF-8 that is declared as ASCII or not at all.
/// </summary>
/// <param name="fallback">The encoding of text that is neither declared nor UTF-8; null for windows-1252.</param>
internal sealed partial class MailText(Encoding? fallback)
{
    // .NET warns about it because it can hide a script from a browser.
#pragma warning disable SYSLIB0001
    private static readonly Encoding Utf7 = new UTF7Encoding(allowOptionals: true);
#pragma warning restore SYSLIB0001

    private readonly Encoding _fallback = fallback ?? Encoding.GetEncoding(1252);

    /// <summary>The encoding in which MimeKit reads 8-bit text in header fields.</summary>
    public ParserOptions Options { get; } = new() { CharsetEncoding = fallback ?? Encoding.GetEncoding(1252) };

    /// <summary>Returns the encoding for a charset name; null if the name can't be trusted.</summary>
    public static Encoding? Find(string? charset)
    {
        var name = charset?.Trim().ToLowerInvariant() ?? "";
        return name switch
        {
            "" or "us-ascii" or "ascii" or "utf-8" => null,
            "utf-7" or "unicode-1-1-utf-7" => Utf7,
            _ when name.StartsWith("ks_c", StringComparison.Ordinal) || name.StartsWith("euc-kr", StringComparison.Ordinal) =>
                Encoding.GetEncoding(949),
            _ => new ContentType("text", "plain") { Charset = name }.CharsetEncoding,
        };
    }

    /// <summary>Decodes octets.</summary>
    public string Decode(ReadOnlySpan<byte> octets, string? charset) =>
        Find(charset) is { } encoding ? encoding.GetString(octets)
        : Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets)
        : _fallback.GetString(octets);

    /// <summary>The text of a part.</summary>
    public string Decode(TextPart part)
    {
        var octets = new MemoryStream();
        part.Content?.DecodeTo(octets);
        var text = Decode(octets.GetBuffer().AsSpan(0, (int)octets.Length), part.ContentType.Charset);
        return text.StartsWith('\uFEFF') ? text[1..] : text;
    }

    /// <summary>The text of an unstructured header field, in one line: RFC 2047.</summary>
    public string Unstructured(byte[] raw)
    {
        var text = Rfc2047.DecodeText(Options, WithGoodWords(raw)).Replace("\r", "", StringComparison.Ordinal);
        return string.Concat(text.Select(c => char.IsControl(c) && c is not ('\t' or '\n') ? ' ' : c))
            .Replace("\n", "", StringComparison.Ordinal).Trim();
    }

    /// <summary>
    /// Returns the same field with its encoded-words in UTF-8: senders split them in a character, omit the padding, and use
    /// charsets that MimeKit doesn't support.
    /// </summary>
    public byte[] WithGoodWords(byte[] raw) => raw.AsSpan().IndexOf("=?"u8) < 0 ? raw
        : Encoding.Latin1.GetBytes(Words().Replace(Encoding.Latin1.GetString(raw), run => GoodWord(run.Value)));

    private string GoodWord(string run)
    {
        var text = new StringBuilder();
        var words = Word().Matches(run);
        for (var i = 0; i < words.Count;)
        {
            var (first, octets) = (words[i], new MemoryStream());
            var isBase64 = first.Groups[2].Value is "b" or "B";
            IMimeDecoder decoder = isBase64 ? new Base64Decoder() : new QuotedPrintableDecoder(true);
            for (; i < words.Count && words[i].Groups[1].Value == first.Groups[1].Value
                && words[i].Groups[2].Value == first.Groups[2].Value; i++)
            {
                Write(words[i].Groups[3].Value);
            }

            Write(isBase64 ? "===" : "");
            text.Append(Decode(octets.GetBuffer().AsSpan(0, (int)octets.Length), first.Groups[1].Value));

            void Write(string encoded)
            {
                var input = Encoding.Latin1.GetBytes(encoded);
                var output = new byte[decoder.EstimateOutputLength(input.Length)];
                octets.Write(output, 0, decoder.Decode(input, 0, input.Length, output));
            }
        }

        return $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text.ToString()))}?=";
    }

    [GeneratedRegex(@"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^?]*)\?=")]
    private static partial Regex Word();

    // Blanks between two words count for nothing: RFC 2047 section 6.2.
    [GeneratedRegex(@"=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=(?:\s*=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=)*")]
    private static partial Regex Words();
}
