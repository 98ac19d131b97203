using System.Text;

namespace MailAdmin.Core.Imap.Responses;

/// <summary>The messages that a search found: SEARCH (RFC 3501 section 7.2.5) or ESEARCH (RFC 9051 section 7.3.4).</summary>
/// <param name="Uids">Which; UIDs, as no other search is ever sent.</param>
internal sealed record SearchResponse(UidSet Uids) : ImapResponse
{
    /// <summary>Reads ESEARCH; SEARCH is read as it arrives, by <see cref="NumberListReader"/>.</summary>
    /// <param name="reader">Stands after the word.</param>
    /// <param name="maximumRanges"><see cref="ImapLimits.UidRanges"/>.</param>
    /// <returns>The response.</returns>
    public static SearchResponse ReadExtended(ref ImapReader reader, int maximumRanges)
    {
        var uids = new UidSet();
        reader.Space();
        if (reader.Peek == (byte)'(')
        {
            reader.SkipValue();
        }

        while (!reader.AtEnd)
        {
            reader.Space();
            if (reader.AtEnd)
            {
                break;
            }

            var name = reader.Atom();
            if (Ascii.EqualsIgnoreCase(name, "UID"u8))
            {
                continue;
            }

            reader.Space();
            if (Ascii.EqualsIgnoreCase(name, "ALL"u8))
            {
                uids = UidSet.Parse(reader.Atom(), maximumRanges) ?? throw reader.Error("a UID set is missing");
            }
            else
            {
                reader.SkipValue();
            }
        }

        return new SearchResponse(uids);
    }
}
