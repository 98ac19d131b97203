using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Reads * ESEARCH (TAG "A1") UID ALL 1:3,5 (RFC 9051 section 7.3.4; RFC 4731): the set after ALL, past everything else.</summary>
internal sealed class NumberSetReader(int maximumRanges) : NumberReader(maximumRanges)
{
    private const int MaximumOther = 4096;
    private readonly StringBuilder _word = new();
    private int _other;
    private bool _isQuoted;
    private bool _isSetNext;
    private bool _inSet;
    private ulong _number;
    private ulong _first;

    /// <inheritdoc/>
    protected override bool Take(byte octet)
    {
        if (octet is (byte)'\n' or (byte)'\r' or (byte)' ' && !(_isQuoted && octet == ' '))
        {
            EndWord();
        }
        else if (_isSetNext || _inSet)
        {
            (_isSetNext, _inSet) = (false, true);
            TakeSet(octet);
            return false;
        }
        else
        {
            _isQuoted ^= octet == '"';
            _word.Append((char)octet);
        }

        return octet == (byte)'\n' ? true
            : ++_other <= MaximumOther ? false : throw new ImapProtocolException("ESEARCH returned more than a set of numbers");
    }

    private void EndWord()
    {
        if (_inSet)
        {
            EndRange();
            _inSet = false;
        }
        else if (_word.Length > 0)
        {
            _isSetNext = !_isQuoted && _word.ToString().Equals("ALL", StringComparison.OrdinalIgnoreCase);
            _word.Clear();
        }
    }

    private void TakeSet(byte octet)
    {
        if (IsDigit(octet))
        {
            _number = Append(_number, octet);
        }
        else if (octet == (byte)':' && _first == 0 && _number > 0)
        {
            (_first, _number) = (_number, 0);
        }
        else if (octet == (byte)',')
        {
            EndRange();
        }
        else
        {
            throw new ImapProtocolException("ESEARCH returned something that is no set of numbers");
        }
    }

    private void EndRange()
    {
        if (_number == 0)
        {
            throw new ImapProtocolException("ESEARCH returned a range without an end");
        }

        Numbers.Add((uint)(_first > 0 ? _first : _number), (uint)_number);
        (_first, _number) = (0, 0);
    }
}
