using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The encoding of mailbox names (RFC 3501 section 5.1.3): "Entw&amp;APw-rfe" is "Entwürfe".</summary>
internal static class ModifiedUtf7
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

    /// <summary>Encodes a name.</summary>
    /// <param name="name">Any text; unpaired surrogates survive.</param>
    /// <returns>Printable ASCII, except for controls, which are encoded too.</returns>
    public static string Encode(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is >= ' ' and <= '~')
            {
                text.Append(name[i] == '&' ? "&-" : name.AsSpan(i, 1));
                continue;
            }

            text.Append('&');
            int bits = 0, held = 0;
            for (; i < name.Length && name[i] is < ' ' or > '~'; i++)
            {
                bits = (bits << 16) | name[i];
                for (held += 16; held >= 6; held -= 6)
                {
                    text.Append(Alphabet[(bits >> (held - 6)) & 63]);
                }

                bits &= (1 << held) - 1;
            }

            if (held > 0)
            {
                text.Append(Alphabet[(bits << (6 - held)) & 63]);
            }

            text.Append('-');
            i--;
        }

        return text.ToString();
    }

    /// <summary>Decodes a name.</summary>
    /// <param name="octets">As the server sent it.</param>
    /// <returns>The name; null when the octets are not in this encoding, as with servers that send UTF-8 or a lone "&amp;".</returns>
    public static string? Decode(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] >= 0x80)
            {
                return null;
            }

            if (octets[i] != '&')
            {
                text.Append((char)octets[i]);
                continue;
            }

            if (++i < octets.Length && octets[i] == '-')
            {
                text.Append('&');
                continue;
            }

            int bits = 0, held = 0, start = i;
            for (; i < octets.Length && octets[i] != '-'; i++)
            {
                var value = Alphabet.IndexOf((char)octets[i], StringComparison.Ordinal);
                if (value < 0)
                {
                    return null;
                }

                bits = (bits << 6) | value;
                held += 6;
                if (held >= 16)
                {
                    held -= 16;
                    text.Append((char)(bits >> held));
                    bits &= (1 << held) - 1;
                }
            }

            // It ends with "-", holds something, and what is left over is less than a digit of zeros.
            if (i == octets.Length || i == start || held >= 6 || bits != 0)
            {
                return null;
            }
        }

        return text.ToString();
    }
}
