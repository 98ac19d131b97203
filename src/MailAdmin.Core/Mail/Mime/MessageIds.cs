namespace MailAdmin.Core.Mail.Mime;

/// <summary>Reads message ids: RFC 5322 section 3.6.4. They keep their angle brackets.</summary>
internal static class MessageIds
{
    /// <summary>The id of a message; null when there is none. One without brackets gets them.</summary>
    public static string? First(ReadOnlySpan<byte> raw)
    {
        var rest = raw;
        if (TryNext(ref rest, out var id))
        {
            return id;
        }
        // Neither brackets nor an "@", and still the only name the message has.
        id = HeaderText.Decode(raw);
        return id.Length is > 0 and < 256 && !id.AsSpan().ContainsAny(' ', '<', '>') ? $"<{id}>" : null;
    }

    /// <summary>All ids of In-Reply-To or References.</summary>
    public static IReadOnlyList<string> All(ReadOnlySpan<byte> raw)
    {
        var ids = new List<string>();
        while (TryNext(ref raw, out var id))
        {
            ids.Add(id);
        }
        return ids;
    }

    private static bool TryNext(ref ReadOnlySpan<byte> raw, out string id)
    {
        while (true)
        {
            raw = raw.TrimStart(" \t\r\n,;\0"u8);
            if (raw.IsEmpty)
            {
                id = "";
                return false;
            }
            ReadOnlySpan<byte> inside;
            if (raw[0] == '(')
            {
                raw = raw[Comment.Skip(raw, 0)..];
                continue;
            }
            if (raw[0] == '<')
            {
                // An id ends at its bracket; when that is missing, where the next one starts.
                raw = raw.TrimStart((byte)'<');
                var end = raw.IndexOfAny((byte)'>', (byte)'<');
                inside = end < 0 ? raw : raw[..end];
                raw = end < 0 ? default : raw[end..].TrimStart((byte)'>');
            }
            else
            {
                var end = raw.IndexOfAny(" \t\r\n<,;("u8);
                inside = end < 0 ? raw : raw[..end];
                raw = raw[inside.Length..];
                // Words between ids, as in "Your message of Monday <id>".
                if (inside.IndexOf((byte)'@') < 0)
                {
                    continue;
                }
            }
            id = $"<{AddressSpec.Decode(inside, null)}>";
            if (id.Length > 2)
            {
                return true;
            }
        }
    }
}
