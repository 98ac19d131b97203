using System.Text;

namespace MailAdmin.Core.Mime;

/// <summary>What stands between angle brackets: addresses (RFC 5322 section 3.4.1) and message ids (section 3.6.4).</summary>
internal static class AddressSpec
{
    /// <summary>
    /// Decodes one, without the white space and comments that RFC 5322 section 4.4 allows around its dots and its "@"; within
    /// quotes they belong to it.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> raw, Encoding? fallback)
    {
        var text = HeaderText.Decode(raw, fallback);
        if (text.AsSpan().IndexOfAny(' ', '\t', '(') < 0 || !text.Contains('@', StringComparison.Ordinal))
        {
            return text;
        }
        var result = new StringBuilder(text.Length);
        var quoted = false;
        var depth = 0;
        foreach (var c in text)
        {
            quoted ^= c == '"' && depth == 0;
            depth += !quoted && c == '(' ? 1 : 0;
            if (quoted || (depth == 0 && c is not (' ' or '\t')))
            {
                result.Append(c);
            }
            depth -= !quoted && depth > 0 && c == ')' ? 1 : 0;
        }
        return result.ToString();
    }
}
