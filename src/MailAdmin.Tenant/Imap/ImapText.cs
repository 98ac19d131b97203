using System.Globalization;
using System.Text;

namespace MailAdmin.Tenant.Imap;

/// <summary>
/// Formats values in the grammar of RFC 3501 section 9. A string represents octets, one for each character (Latin-1), so that
/// 8-bit text of a message isn't changed.
/// </summary>
internal static class ImapText
{
    /// <summary>nstring: quoted if possible, otherwise a literal.</summary>
    public static string NString(string? octets) => octets is null ? "NIL" : String(octets);

    public static string String(string octets) => octets.All(c => c is >= ' ' and <= '~' or '\t')
        ? $"\"{octets.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : string.Create(CultureInfo.InvariantCulture, $"{{{octets.Length}}}\r\n{octets}");

    /// <summary>Text of any language: what isn't ASCII becomes an encoded word, RFC 2047.</summary>
    public static string? Encode(string? text) =>
        text is null || text.All(char.IsAscii) ? text : $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    /// <summary>The value of a header field as octets, unfolded; it holds no NUL, which no string can.</summary>
    public static string Unfold(ReadOnlyMemory<byte> raw) => Encoding.Latin1.GetString(raw.Span)
        .Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal)
        .Replace("\0", "", StringComparison.Ordinal).Trim(' ', '\t');

    /// <summary>date-time.</summary>
    public static string DateTime(DateTimeOffset time) =>
        $"\"{time.ToUniversalTime().ToString("dd-MMM-yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}\"";
}
