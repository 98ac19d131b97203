using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>"+": the server waits for the rest of a command (RFC 9051 section 7.6).</summary>
/// <param name="Text">What followed; a challenge in base64 during AUTHENTICATE.</param>
internal sealed record ContinuationResponse(string Text) : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the "+".</param>
    /// <returns>The response.</returns>
    public static ContinuationResponse Read(ref ImapReader reader)
    {
        reader.Space();
        return new ContinuationResponse(Encoding.Latin1.GetString(reader.Rest()));
    }
}
