using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Reads the answer to a search as it arrives, of which there may be more than is kept of any other response: a mailbox of a
/// million messages makes up to ten megabytes of text, and in memory some ranges.
/// </summary>
internal abstract class NumberReader(int maximumRanges)
{
    /// <summary>With so many octets it is known whether a response is one of these.</summary>
    public const int Decisive = 10;

    /// <summary>The numbers so far.</summary>
    public UidSet Numbers { get; } = new(maximumRanges);

    /// <summary>Gives a reader for a response, if it is one of these.</summary>
    /// <param name="frame">Its first octets: <see cref="Decisive"/> of them, or fewer when that is all.</param>
    /// <param name="maximumRanges"><see cref="ImapLimits.UidRanges"/>.</param>
    /// <param name="prefix">How many octets come before what the reader is to be fed with.</param>
    /// <returns>Null when it is something else.</returns>
    public static NumberReader? For(ReadOnlySpan<byte> frame, int maximumRanges, out int prefix) =>
        Begins(frame, "* SEARCH"u8, out prefix) ? new NumberListReader(maximumRanges)
        : Begins(frame, "* ESEARCH"u8, out prefix) ? new NumberSetReader(maximumRanges)
        : null;

    /// <summary>Takes what follows the prefix.</summary>
    /// <param name="data">What was received.</param>
    /// <param name="consumed">Is advanced by what was used.</param>
    /// <returns>True at the end of the line.</returns>
    /// <exception cref="ImapProtocolException">It is no such response.</exception>
    public bool Feed(ReadOnlySpan<byte> data, ref int consumed)
    {
        foreach (var octet in data)
        {
            consumed++;
            if (Take(octet))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes one octet.</summary>
    /// <param name="octet">The octet.</param>
    /// <returns>True at the end of the line.</returns>
    protected abstract bool Take(byte octet);

    /// <summary>Appends a digit to a number.</summary>
    /// <param name="number">The number so far.</param>
    /// <param name="octet">The digit.</param>
    /// <returns>The number.</returns>
    protected static ulong Append(ulong number, byte octet) =>
        (number * 10) + (uint)(octet - '0') is var longer and <= uint.MaxValue
            ? longer
            : throw new ImapProtocolException("SEARCH returned a number of more than 32 bits");

    /// <summary>Whether an octet is a digit.</summary>
    /// <param name="octet">The octet.</param>
    /// <returns>True when it is.</returns>
    protected static bool IsDigit(byte octet) => octet is >= (byte)'0' and <= (byte)'9';

    private static bool Begins(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> word, out int prefix)
    {
        prefix = word.Length;
        return frame.Length > word.Length && Ascii.EqualsIgnoreCase(frame[..word.Length], word)
            && frame[word.Length] is (byte)' ' or (byte)'\r' or (byte)'\n';
    }
}
