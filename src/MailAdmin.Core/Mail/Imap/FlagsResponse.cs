namespace MailAdmin.Core.Mail.Imap;

/// <summary>FLAGS: the flags that exist in the selected mailbox (RFC 9051 section 7.3.5).</summary>
/// <param name="Flags">Which.</param>
internal sealed record FlagsResponse(MessageFlags Flags) : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static FlagsResponse Read(ref ImapReader reader)
    {
        reader.Space();
        return new FlagsResponse(MessageFlags.Read(ref reader));
    }
}
