using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Follows what a server sends, far enough to know its lines from the literals in them, and stops it where a client would need
/// memory without end or nest too deep. Where it is not sure whether something is a literal, it takes it for a line: that is
/// the stricter view.
/// </summary>
/// <param name="limits">How much is too much.</param>
internal sealed class ResponseGuard(ImapLimits limits)
{
    private const int LongestKept = 8000;
    private const int LongestMarker = 48;

    private readonly byte[] _line = new byte[LongestKept];
    private readonly byte[] _marker = new byte[LongestMarker];
    private int _kept;
    private int _markerLength = -1;
    private long _length;
    private long _literal;
    private int _depth;
    private bool _isQuoted;
    private bool _isEscaped;
    private bool? _isStatus;

    /// <summary>
    /// Takes the beginning of each line when it ends, and whether it is a status and not data; may ask to stop.
    /// </summary>
    public required Func<ReadOnlyMemory<byte>, bool, Exception?> Line { get; init; }

    /// <summary>Looks at what was received.</summary>
    /// <param name="octets">All of it, in the order in which it came.</param>
    /// <param name="failure">Why it has to stop; null when all is well.</param>
    /// <returns>How many octets are good: those before what is wrong.</returns>
    public int Follow(ReadOnlySpan<byte> octets, out Exception? failure)
    {
        failure = null;
        for (var at = 0; at < octets.Length;)
        {
            if (_literal > 0)
            {
                var skipped = (int)Math.Min(_literal, octets.Length - at);
                _literal -= skipped;
                at += skipped;
                continue;
            }

            failure = Follow(octets[at]);
            if (failure is not null)
            {
                return at;
            }

            at++;
        }

        return octets.Length;
    }

    private Exception? Follow(byte octet)
    {
        if (++_length > Longest)
        {
            return new InvalidDataException($"a response is longer than {Longest} octets");
        }

        if (_kept < LongestKept)
        {
            _line[_kept++] = octet;
        }

        if (octet == '\n')
        {
            return _isQuoted ? null : EndLine();
        }

        _isStatus ??= octet == ' ' ? StatusAfter(_kept) : null;
        if (_isStatus == true)
        {
            return null;
        }

        if (_isQuoted)
        {
            _isQuoted = _isEscaped || octet != '"';
            _isEscaped = !_isEscaped && octet == '\\';
            return null;
        }

        if (_markerLength >= 0 && _markerLength < LongestMarker)
        {
            _marker[_markerLength++] = octet;
        }

        switch (octet)
        {
            case (byte)'"':
                _isQuoted = true;
                break;
            case (byte)'{':
                _markerLength = 0;
                break;
            case (byte)'(' when ++_depth > limits.Nesting:
                return new InvalidDataException($"a response nests deeper than {limits.Nesting} levels");
            case (byte)')' when _depth > 0:
                _depth--;
                break;
        }

        return null;
    }

    /// <summary>The list of what was found may be longer than anything else: it is read number by number.</summary>
    private long Longest => _kept >= 9 && Ascii.EqualsIgnoreCase(_line.AsSpan(0, 8), "* SEARCH"u8)
        || _kept >= 10 && Ascii.EqualsIgnoreCase(_line.AsSpan(0, 9), "* ESEARCH"u8)
        ? limits.SearchResponse : limits.Response;

    /// <summary>Whether the line is free text, as far as its first words tell; null as long as they do not.</summary>
    private bool? StatusAfter(int kept)
    {
        var words = _line.AsSpan(0, kept - 1);
        var first = words.IndexOf((byte)' ');
        if (first < 0)
        {
            return words.SequenceEqual("+"u8) ? true : null;
        }

        // What is tagged ends a command; of the untagged these are for people.
        return !words.StartsWith("* "u8) || words[2..].StartsWith("["u8) || IsCondition(words[2..]);
    }

    private static bool IsCondition(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "OK"u8) || Ascii.EqualsIgnoreCase(word, "NO"u8) || Ascii.EqualsIgnoreCase(word, "BAD"u8)
        || Ascii.EqualsIgnoreCase(word, "BYE"u8) || Ascii.EqualsIgnoreCase(word, "PREAUTH"u8);

    private Exception? EndLine()
    {
        var line = _line.AsMemory(0, _kept);
        if (_isStatus == false && _markerLength >= 0)
        {
            var marker = _marker.AsSpan(0, _markerLength).TrimEnd((byte)'\r');
            _markerLength = -1;
            if (marker is [(>= (byte)'0' and <= (byte)'9') or (byte)'+' or (byte)'-', .., (byte)'}'])
            {
                var size = marker[..^1] is [.. var digits, (byte)'+'] ? digits : marker[..^1];
                if (!long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out _literal)
                    || _literal > limits.Literal)
                {
                    _literal = 0;
                    return new InvalidDataException("a literal has an impossible size");
                }

                // The response goes on behind it.
                return null;
            }
        }

        // A bare "* [CODE] text" is a status, too; so is what has too few words to tell.
        var isStatus = _isStatus ?? true;
        (_kept, _length, _depth, _markerLength, _isStatus) = (0, 0, 0, -1, null);
        return Line(line, isStatus);
    }
}
