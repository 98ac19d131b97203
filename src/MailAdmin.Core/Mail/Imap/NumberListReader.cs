namespace MailAdmin.Core.Mail.Imap;

/// <summary>Reads "* SEARCH 1 2 3 ..." (RFC 9051 appendix E; RFC 3501 section 7.2.5).</summary>
internal sealed class NumberListReader(int maximumRanges) : NumberReader(maximumRanges)
{
    private const int MaximumTail = 4096;
    private ulong _number;
    private bool _inNumber;
    private int _tail;

    /// <inheritdoc/>
    protected override bool Take(byte octet)
    {
        if (IsDigit(octet) && _tail == 0)
        {
            (_number, _inNumber) = (Append(_number, octet), true);
            return false;
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

        return _tail <= MaximumTail ? false : throw new ImapProtocolException("SEARCH returned more than numbers");
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
