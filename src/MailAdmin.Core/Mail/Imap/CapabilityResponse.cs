using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>CAPABILITY (RFC 9051 section 7.2.2).</summary>
/// <param name="Capabilities">The list.</param>
internal sealed record CapabilityResponse(ImapCapabilities Capabilities) : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static CapabilityResponse Read(ref ImapReader reader) => new(new ImapCapabilities(
        Encoding.Latin1.GetString(reader.Rest()).Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
