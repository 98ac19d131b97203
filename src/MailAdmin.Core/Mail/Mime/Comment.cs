namespace MailAdmin.Core.Mail.Mime;

/// <summary>Comments in structured header fields: RFC 5322 section 3.2.2. They nest; no stack is needed to count.</summary>
internal static class Comment
{
    /// <summary>The position after a comment; the end when it is not closed.</summary>
    /// <param name="raw">The field's value.</param>
    /// <param name="start">Where its "(" stands.</param>
    public static int Skip(ReadOnlySpan<byte> raw, int start) => TrySkip(raw, start, out var end) ? end : raw.Length;

    /// <summary>Finds the end of a comment; false when it is not closed.</summary>
    /// <param name="raw">The field's value.</param>
    /// <param name="start">Where its "(" stands.</param>
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
}
