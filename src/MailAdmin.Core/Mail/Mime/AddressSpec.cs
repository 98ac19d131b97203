using System.Text;

namespace MailAdmin.Core.Mail.Mime;

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
        var (quoted, depth, blank) = (false, 0, false);
        foreach (var c in text)
        {
            quoted ^= c == '"' && depth == 0;
            depth += !quoted && c == '(' ? 1 : 0;
            if (!quoted && (depth > 0 || c is ' ' or '\t'))
            {
                blank = true;
                depth -= depth > 0 && c == ')' ? 1 : 0;
                continue;
            }
            // Elsewhere a blank is an error, and leaving it out would make another address.
            if (blank && result.Length > 0 && c is not ('.' or '@') && result[^1] is not ('.' or '@'))
            {
                result.Append(' ');
            }
            blank = false;
            result.Append(c);
        }
        // A comment that is not closed is none.
        return depth > 0 ? text : result.ToString();
    }
}
