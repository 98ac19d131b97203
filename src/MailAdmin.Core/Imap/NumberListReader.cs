using System.Text;

namespace MailAdmin.Core.Imap;

/// <summary>
/// Reads "* SEARCH 1 2 3 ..." (RFC 9051 appendix E; RFC 3501 section 7.2.5) as it arrives: for a mailbox of 200,000 messages
/// that is one line of 1.4 MB, and in memory a few ranges.
/// </summary>
internal sealed class NumberListReader(int maximumRanges)
{
    private const int MaximumTail = 4096;
    private ulong _number;
    private bool _inNumber;
    private int _tail;

    /// <summary>How such a response begins; what follows is a space or the line's end.</summary>
    public static ReadOnlySpan<byte> Prefix => "* SEARCH"u8;

    /// <summary>The numbers so far.</summary>
    public UidSet Numbers { get; } = new(maximumRanges);

    /// <summary>Whether a response is one of these.</summary>
    /// <param name="frame">Its first octets, at least one more than <see cref="Prefix"/>.</param>
    /// <returns>True when it is.</returns>
    public static bool Begins(ReadOnlySpan<byte> frame) =>
        frame.Length > Prefix.Length && Ascii.EqualsIgnoreCase(frame[..Prefix.Length], Prefix)
        && frame[Prefix.Length] is (byte)' ' or (byte)'\r' or (byte)'\n';

    /// <summary>Takes what follows the prefix.</summary>
    /// <param name="data">What was received.</param>
    /// <param name="consumed">Is advanced by what was used.</param>
    /// <returns>True at the end of the line.</returns>
    public bool Feed(ReadOnlySpan<byte> data, ref int consumed)
    {
        foreach (var octet in data)
        {
            consumed++;
            if (octet is >= (byte)'0' and <= (byte)'9' && _tail == 0)
            {
                _number = (_number * 10) + (uint)(octet - '0');
                _inNumber = true;
                if (_number > uint.MaxValue)
                {
                    throw new ImapProtocolException("SEARCH returned a number of more than 32 bits");
                }

                continue;
            }

            EndNumber();
            if (octet == (byte)'\n')
            {
                return true;
            }

            // "(MODSEQ 917162500)" may follow the numbers (RFC 7162 section 3.1.5).
            if (_tail > 0 || octet == (byte)'(')
            {
                _tail++;
            }
            else if (octet is not ((byte)' ' or (byte)'\r'))
            {
                throw new ImapProtocolException("SEARCH returned something that is no number");
            }

            if (_tail > MaximumTail)
            {
                throw new ImapProtocolException("SEARCH returned more than numbers");
            }
        }

        return false;
    }

    private void EndNumber()
    {
        if (_inNumber)
        {
            if (_number == 0)
            {
                throw new ImapProtocolException("SEARCH returned the number 0");
            }

            Numbers.Add((uint)_number);
            (_number, _inNumber) = (0, false);
        }
    }
}
