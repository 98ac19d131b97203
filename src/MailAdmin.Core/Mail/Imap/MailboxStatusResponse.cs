using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>STATUS: numbers about a mailbox that need not be selected (RFC 9051 section 7.3.3).</summary>
/// <param name="Name">Which mailbox.</param>
/// <param name="Messages">Messages in it.</param>
/// <param name="Unseen">Messages without \Seen.</param>
/// <param name="UidValidity">Its UIDVALIDITY.</param>
/// <param name="UidNext">The UID that the next message gets, at least.</param>
/// <param name="HighestModSeq">RFC 7162; null where it was not asked for.</param>
internal sealed record MailboxStatusResponse(
    MailboxName Name, uint? Messages, uint? Unseen, uint? UidValidity, uint? UidNext, long? HighestModSeq) : ImapResponse
{
    /// <summary>Reads it.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static MailboxStatusResponse Read(ref ImapReader reader)
    {
        reader.Space();
        var status = new MailboxStatusResponse(ReadName(ref reader), null, null, null, null, null);
        reader.Space();
        reader.Open();
        while (!reader.TryClose())
        {
            var item = reader.Atom();
            reader.Space();
            if (Ascii.EqualsIgnoreCase(item, "MESSAGES"u8))
            {
                status = status with { Messages = reader.Number() };
            }
            else if (Ascii.EqualsIgnoreCase(item, "UNSEEN"u8))
            {
                status = status with { Unseen = reader.Number() };
            }
            else if (Ascii.EqualsIgnoreCase(item, "UIDVALIDITY"u8))
            {
                status = status with { UidValidity = reader.Number() };
            }
            else if (Ascii.EqualsIgnoreCase(item, "UIDNEXT"u8))
            {
                status = status with { UidNext = reader.Number() };
            }
            else if (Ascii.EqualsIgnoreCase(item, "HIGHESTMODSEQ"u8))
            {
                status = status with { HighestModSeq = reader.Number64() };
            }
            else
            {
                reader.SkipValue();
            }
        }

        return status;
    }

    private static MailboxName ReadName(ref ImapReader reader)
    {
        var isAtom = reader.Peek is not ((byte)'"' or (byte)'{' or (byte)'~');
        return MailboxName.FromWire(isAtom && reader.Quirks.HasFlag(ImapQuirks.UnquotedFolderNames)
            ? reader.Until("("u8).TrimEnd((byte)' ')
            : reader.AString());
    }
}
