using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Comments and quoted strings in structured header fields: RFC 5322 sections 3.2.2 and 3.2.4. No stack is needed to count.
/// </summary>
internal static class Comment
{
    /// <summary>Returns the position after a comment; the end if it isn't closed.</summary>
    /// <param name="raw">The field's value.</param>
    /// <param name="start">The position of its "(".</param>
    public static int Skip(ReadOnlySpan<byte> raw, int start) => TrySkip(raw, start, out var end) ? end : raw.Length;

    /// <summary>Returns the position after comments and bytes of no meaning.</summary>
    /// <param name="raw">The field's value.</param>
    /// <param name="position">Where to start.</param>
    /// <param name="blanks">The bytes to skip.</param>
    public static int SkipBlank(ReadOnlySpan<byte> raw, int position, ReadOnlySpan<byte> blanks)
    {
        while (position < raw.Length && (raw[position] == '(' || blanks.Contains(raw[position])))
        {
            position = raw[position] == '(' ? Skip(raw, position) : position + 1;
        }

        return position;
    }

    /// <summary>Finds the end of a comment; false if it isn't closed.</summary>
    /// <param name="raw">The field's value.</param>
    /// <param name="start">The position of its "(".</param>
    /// <param name="end">The position after its ")".</param>
    public static bool TrySkip(ReadOnlySpan<byte> raw, int start, out int end)
    {
        var depth = 0;
        for (var i = start; i < raw.Length; i++)
        {
            switch (raw[i])
            {
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when --depth == 0:
                    end = i + 1;
                    return true;
            }
        }

        end = raw.Length;
        return false;
    }

    /// <summary>Returns the position of the closing quote of a quoted string; -1 if there is none.</summary>
    public static int SkipQuoted(ReadOnlySpan<byte> raw, int start)
    {
        for (var i = start + 1; i < raw.Length; i++)
        {
            if (raw[i] == '"')
            {
                return i;
            }

            i += raw[i] == '\\' ? 1 : 0;
        }

        return -1;
    }

    /// <summary>A value without its comments.</summary>
    /// <param name="raw">The field's value.</param>
    /// <param name="last">The text of the last comment.</param>
    public static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> raw, out ReadOnlySpan<byte> last)
    {
        last = default;
        var bare = new ArrayBufferWriter<byte>(raw.Length + 1);
        for (var i = 0; i < raw.Length; i++)
        {
            var quoted = raw[i] == '"' ? SkipQuoted(raw, i) : -1;
            if (raw[i] == '(' && TrySkip(raw, i, out var end))
            {
                last = raw[(i + 1)..(end - 1)];
                i = end - 1;
            }
            else if (raw[i] is (byte)'(' or (byte)'"' && quoted < 0)
            {
                // Nothing closes it, nor any that follows.
                bare.Write(raw[i..]);
                break;
            }
            else
            {
                bare.Write(raw[i..(Math.Max(i, quoted) + 1)]);
                i = Math.Max(i, quoted);
            }
        }

        return bare.WrittenSpan.Trim(" \t\r\n"u8);
    }

    /// <summary>Removes the quotes and escapes of a quoted string. Other text isn't changed.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text;
        }

        var plain = new List<byte>(text.Length);
        for (var i = 1; i < text.Length - 1; i++)
        {
            i += text[i] == '\\' && i + 1 < text.Length - 1 ? 1 : 0;
            plain.Add(text[i]);
        }

        return plain.ToArray();
    }
}
