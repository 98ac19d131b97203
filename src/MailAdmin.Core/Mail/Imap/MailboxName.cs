using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// The name of a mailbox as the server spells it. What is selected, moved to and asked for is always these octets: a name that
/// decodes badly, or that two servers encode differently, still reaches the mailbox it came from.
/// </summary>
/// <param name="Octets">One character for each octet (Latin-1).</param>
internal readonly record struct MailboxName(string Octets)
{
    /// <summary>The one name every server has, whatever its case (RFC 9051 section 5.1).</summary>
    public static MailboxName Inbox { get; } = new("INBOX");

    /// <summary>True for INBOX.</summary>
    public bool IsInbox => string.Equals(Octets, Inbox.Octets, StringComparison.OrdinalIgnoreCase);

    /// <summary>Takes the octets of a LIST or STATUS response.</summary>
    /// <param name="octets">The octets.</param>
    /// <returns>The name.</returns>
    public static MailboxName FromWire(ReadOnlySpan<byte> octets) => new(Encoding.Latin1.GetString(octets));

    /// <summary>Spells a name for a server.</summary>
    /// <param name="text">The name, with the server's own separators.</param>
    /// <param name="utf8">True when UTF8=ACCEPT is enabled (RFC 6855 section 3); modified UTF-7 otherwise.</param>
    /// <returns>The name.</returns>
    public static MailboxName FromText(string text, bool utf8) =>
        utf8 ? FromWire(Encoding.UTF8.GetBytes(text)) : new MailboxName(ModifiedUtf7.Encode(text));

    /// <summary>The name for people.</summary>
    /// <param name="utf8">True when UTF8=ACCEPT is enabled.</param>
    /// <returns>
    /// The decoded name. Octets that are not modified UTF-7 are read as UTF-8, and what isn't that either as Latin-1.
    /// </returns>
    public string ToText(bool utf8)
    {
        var octets = Encoding.Latin1.GetBytes(Octets);
        return (utf8 ? null : ModifiedUtf7.Decode(octets)) ?? DecodeUtf8(octets) ?? Octets;
    }

    private static string? DecodeUtf8(byte[] octets)
    {
        try
        {
            return StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
