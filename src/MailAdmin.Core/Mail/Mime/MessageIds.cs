using MimeKit.Utils;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Reads message ids: RFC 5322 section 3.6.4. They keep their angle brackets.</summary>
internal static class MessageIds
{
    // RFC 5322 section 2.1.1 gives a line 998 characters.
    private const int LongestId = 998;

    /// <summary>Returns the ID of a message; null if there is none. Missing brackets are added.</summary>
    public static string? First(ReadOnlySpan<byte> raw)
    {
        raw = Comment.Without(raw[..Math.Min(raw.Length, 4 * LongestId)], out _);
        var open = raw.IndexOf((byte)'<');
        var inside = open < 0 ? raw : raw[(open + 1)..].TrimStart((byte)'<');
        var close = inside.IndexOfAny((byte)'>', (byte)'<');
        inside = (close < 0 ? inside : inside[..close]).TrimEnd(" \t\r\n"u8);
        if (inside.Length is 0 or > LongestId)
        {
            return null;
        }

        var read = inside.IndexOf((byte)'@') < 0
            ? null
            : MimeUtils.ParseMessageId([.. "<"u8, .. inside, .. ">"u8], 0, inside.Length + 2);
        // Without an "@", MimeKit reads none; still it is the only name that the message has.
        var id = HeaderText.Clean(read is { Length: > 0 } ? read : HeaderText.Decode(inside));
        return open < 0 && read is null && (id.Length >= 256 || id.Contains(' ', StringComparison.Ordinal)) ? null : $"<{id}>";
    }
}
