using System.Text;

namespace MailAdmin.Tenant.Imap;

/// <summary>Mailbox names on the wire: RFC 3501 section 5.1.3.</summary>
internal static class ModifiedUtf7
{
    /// <summary>
    /// Encodes one level of a name. A "/" in it is encoded too, because otherwise it would separate two levels.
    /// </summary>
    public static string Encode(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length;)
        {
            if (IsPlain(name[i]))
            {
                text.Append(name[i++]);
            }
            else if (name[i] == '&')
            {
                text.Append("&-");
                i++;
            }
            else
            {
                var start = i;
                while (i < name.Length && !IsPlain(name[i]) && name[i] != '&')
                {
                    i++;
                }

                var base64 = Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(name[start..i]));
                text.Append('&').Append(base64.TrimEnd('=').Replace('/', ',')).Append('-');
            }
        }

        return text.ToString();
    }

    /// <summary>Decodes a name; null if it isn't well-formed.</summary>
    public static string? Decode(string text)
    {
        var name = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '&')
            {
                name.Append(text[i]);
                continue;
            }

            var end = text.IndexOf('-', i);
            if (end < 0)
            {
                return null;
            }

            var base64 = text[(i + 1)..end].Replace(',', '/');
            var octets = new byte[base64.Length];
            if (!Convert.TryFromBase64String(base64 + new string('=', (4 - base64.Length % 4) % 4), octets, out var count)
                || count % 2 != 0)
            {
                return null;
            }

            name.Append(base64.Length == 0 ? "&" : Encoding.BigEndianUnicode.GetString(octets, 0, count));
            i = end;
        }

        return name.ToString();
    }

    private static bool IsPlain(char c) => c is >= ' ' and <= '~' and not ('&' or '/');
}
