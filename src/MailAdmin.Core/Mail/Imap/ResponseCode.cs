using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>What stands in brackets in a condition (RFC 9051 section 7.1, RFC 5530): "[UIDVALIDITY 3857529045]".</summary>
/// <param name="Name">In upper case.</param>
/// <param name="Arguments">What follows the name, as it came, one character for each octet.</param>
internal sealed record ResponseCode(string Name, string Arguments)
{
    /// <summary>The argument of UIDVALIDITY, UIDNEXT, UNSEEN and HIGHESTMODSEQ; null where it is no number.</summary>
    public long? Number =>
        long.TryParse(Arguments, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The arguments, where they are a list of words.</summary>
    public string[] Words => Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The arguments of COPYUID and APPENDUID: UIDVALIDITY of the target, and the sets (RFC 4315 section 3).</summary>
    /// <param name="quirks">With <see cref="ImapQuirks.EmptyUidSets"/> a missing set is an empty one.</param>
    /// <returns>Null when they are not what they should be.</returns>
    public (uint UidValidity, UidSet Source, UidSet Target)? CopiedUids(ImapQuirks quirks)
    {
        var words = Words;
        if (Name is not ("COPYUID" or "APPENDUID") || words.Length == 0
            || !uint.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var validity))
        {
            return null;
        }

        var sets = words[1..].Select(word => UidSet.Parse(Encoding.Latin1.GetBytes(word))).ToArray();
        return (Name, sets) switch
        {
            ("APPENDUID", [{ } target]) => (validity, new UidSet(), target),
            ("COPYUID", [{ } source, { } target]) => (validity, source, target),
            (_, []) when quirks.HasFlag(ImapQuirks.EmptyUidSets) => (validity, new UidSet(), new UidSet()),
            _ => null,
        };
    }

    /// <summary>Reads a code if there is one.</summary>
    /// <param name="reader">Stands where one may begin.</param>
    /// <returns>Null when there is none, or it does not end and so is text.</returns>
    public static ResponseCode? TryRead(ref ImapReader reader)
    {
        var start = reader;
        if (!reader.Try('['))
        {
            return null;
        }

        var name = Encoding.Latin1.GetString(reader.Until(" ]"u8));
        reader.Space();
        var arguments = Encoding.Latin1.GetString(reader.Until("]"u8));
        if (reader.Try(']'))
        {
            return new ResponseCode(name.ToUpperInvariant(), arguments);
        }

        reader = start;
        return null;
    }
}
