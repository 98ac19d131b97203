using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>VANISHED: messages are gone, by UID (RFC 7162 section 3.2.10).</summary>
/// <param name="Earlier">True when they went before this session.</param>
/// <param name="Uids">Which.</param>
internal sealed record VanishedResponse(bool Earlier, UidSet Uids) : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static VanishedResponse Read(ref ImapReader reader)
    {
        reader.Space();
        var earlier = false;
        if (reader.Peek == (byte)'(')
        {
            reader.Open();
            earlier = Ascii.EqualsIgnoreCase(reader.Atom(), "EARLIER"u8);
            reader.Expect(')');
            reader.Space();
        }

        return new VanishedResponse(earlier, UidSet.Parse(reader.Atom()) ?? throw reader.Error("a UID set is missing"));
    }
}
