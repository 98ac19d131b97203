using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>ENABLED (RFC 9051 section 7.2.1).</summary>
/// <param name="Names">What is in force now.</param>
internal sealed record EnabledResponse(IReadOnlyList<string> Names) : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static EnabledResponse Read(ref ImapReader reader) =>
        new(Encoding.Latin1.GetString(reader.Rest()).Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
