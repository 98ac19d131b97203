namespace MailAdmin.Core.Receive;

/// <summary>Keeps the header section of a message that is written past it.</summary>
internal sealed class HeaderCapture
{
    /// <summary>The maximum length. A longer header is cut, because the identifying fields come before that.</summary>
    private const int Longest = 128 * 1024;

    private byte[] _octets = [];
    private int _length;
    private bool _isWhole;

    /// <summary>The captured octets.</summary>
    public ReadOnlyMemory<byte> Octets => _octets.AsMemory(0, _length);

    /// <summary>Adds the next octets.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        if (_isWhole)
        {
            return;
        }

        // The empty line can start in the previous octets.
        var from = Math.Max(0, _length - 3);
        var take = Math.Min(octets.Length, Longest - _length);
        if (_octets.Length < _length + take)
        {
            Array.Resize(ref _octets, Math.Max(_length + Math.Min(take, 1024), 2 * _octets.Length));
            take = Math.Min(take, _octets.Length - _length);
        }

        octets[..take].CopyTo(_octets.AsSpan(_length));
        _length += take;
        var end = End(_octets.AsSpan(from, _length - from));
        if (end >= 0 || _length == Longest)
        {
            (_length, _isWhole) = (end >= 0 ? from + end : _length, true);
        }
        else if (take < octets.Length)
        {
            Append(octets[take..]);
        }
    }

    /// <summary>Starts over.</summary>
    public void Clear() => (_length, _isWhole) = (0, false);

    private static int End(ReadOnlySpan<byte> octets)
    {
        var (crlf, lf) = (octets.IndexOf("\r\n\r\n"u8), octets.IndexOf("\n\n"u8));
        return crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf >= 0 ? lf + 2 : -1;
    }
}
