// Longer than 250 lines: one state machine, whose states refer to each other.
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Follows a server's data as MailKit will read it, token by token, and stops it if MailKit would require unlimited memory or
/// nest too deep (it reads nested lists by recursion, which can end the process). Both must agree on the end of a line, a quoted
/// string, and a literal. Ambiguous data is stopped, too.
/// </summary>
/// <param name="longest">Octets of a response, without its literals.</param>
internal sealed class ResponseGuard(int longest)
{
    /// <summary>Parentheses within parentheses.</summary>
    public const int DeepestNesting = 100;

    // The list of search results can be longer than any other response: it's read number by number.
    private const int LongestSearch = 16 * 1024 * 1024;
    private const int LongestKept = 8000;

    private static ReadOnlySpan<byte> PermanentFlags => "PERMANENTFLAGS"u8;

    private readonly byte[] _line = new byte[LongestKept];
    private readonly byte[] _word = new byte[8];
    private Place _place;
    private Place _behindQuotes;
    private int _kept;
    private int _wordLength;
    private long _length;
    private long _literal;
    private long _size;
    private int _depth;
    private bool _isTagged;
    private bool _isEscaped;
    private bool _isClosing;

    private enum Place
    {
        Tag, // Before or in the first word: a tag, "*" or "+".
        Condition, // Before or in the second word, which distinguishes a status line from data.
        Text, // Before the text of a status.
        Code, // Within the brackets before that text.
        Rest, // In text up to the end of the line, with any content.
        Data,
        Quoted,
        Size, // In the digits that announce a literal.
        Plus, // After the digits and a plus.
        BehindSize,
        Unfinished, // In the next line, with lists still open.
    }

    /// <summary>
    /// Receives the beginning of each line at its end, and whether it's a status line and not data. Can stop the reading.
    /// </summary>
    public required Func<ReadOnlyMemory<byte>, bool, Exception?> Line { get; init; }

    /// <summary>Checks received data.</summary>
    /// <param name="octets">All received octets, in order.</param>
    /// <param name="failure">Why it has to stop; null when all is well.</param>
    /// <returns>The number of valid octets, before the first invalid one.</returns>
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
        if (++_length > longest && !(IsSearch && _length <= LongestSearch))
        {
            return Wrong($"a response is longer than {_length - 1} octets");
        }

        if (_kept < LongestKept)
        {
            _line[_kept++] = octet;
        }

        if (_place == Place.Quoted && IsQuoted(octet))
        {
            return null;
        }

        return Continue(octet);
    }

    private Exception? Continue(byte octet) => _place switch
    {
        Place.Tag => FollowTag(octet),
        Place.Condition => FollowCondition(octet),
        Place.Text => FollowText(octet),
        Place.Code => FollowCode(octet),
        Place.Rest => octet == '\n' ? EndLine(isStatus: true) : null,
        Place.Size or Place.Plus or Place.BehindSize => FollowSize(octet),
        // The octets of a message were counted without its last line end; what else begins so could be read in two ways.
        Place.Unfinished => octet == ')' ? Enter(Place.Data) ?? FollowData(octet) : Wrong("a response has no end"),
        _ => FollowData(octet),
    };

    private Exception? FollowTag(byte octet)
    {
        if (IsInWord(octet))
        {
            return null;
        }

        if (_wordLength > 0)
        {
            _isTagged = true;
            return Enter(Is("+"u8) ? Place.Rest : Place.Condition) ?? Continue(octet);
        }

        _isTagged = false;
        return octet switch
        {
            (byte)'\n' => EndLine(isStatus: true),
            (byte)'*' => Enter(Place.Condition),
            (byte)'[' => Enter(Place.Code),
            _ => Enter(Place.Data) ?? FollowData(octet),
        };
    }

    private Exception? FollowCondition(byte octet)
    {
        if (IsInWord(octet))
        {
            return null;
        }

        if (octet == '[' && _wordLength == 0 && !_isTagged)
        {
            return Enter(Place.Code);
        }

        var isStatus = Is("OK"u8) || Is("NO"u8) || Is("BAD"u8) || (!_isTagged && (Is("BYE"u8) || Is("PREAUTH"u8)));
        return Enter(isStatus ? Place.Text : Place.Data) ?? Continue(octet);
    }

    /// <summary>Takes a word of MailKit's, and the blanks before it.</summary>
    private bool IsInWord(byte octet)
    {
        if (octet is <= 0x20 or 0x7F || "[](){%*\\\""u8.Contains(octet))
        {
            return _wordLength == 0 && octet is (byte)' ' or (byte)'\r';
        }

        _word[Math.Min(_wordLength++, _word.Length - 1)] = octet;
        return true;
    }

    private bool Is(ReadOnlySpan<byte> word) =>
        _wordLength == word.Length && Ascii.EqualsIgnoreCase(_word.AsSpan(0, word.Length), word);

    /// <summary>MailKit reads the first token of the text like those of data, before it reads the rest of the line.</summary>
    private Exception? FollowText(byte octet)
    {
        switch (octet)
        {
            case (byte)' ' or (byte)'\r':
                return null;
            case (byte)'\n':
                return EndLine(isStatus: true);
            case (byte)'[':
                return Enter(Place.Code);
            case (byte)'"':
                (_place, _behindQuotes) = (Place.Quoted, Place.Rest);
                return null;
            case (byte)'{':
                return Wrong("a status holds a literal");
            default:
                return Enter(Place.Rest);
        }
    }

    private Exception? FollowCode(byte octet)
    {
        switch (octet)
        {
            case (byte)'\n':
                return Wrong("the code of a status has no end");
            case (byte)'{':
                return Wrong("a status holds a literal");
            case (byte)']' when _depth == 0:
                return Enter(Place.Rest);
            // For MailKit, the code ends here, except in a list of flags, where a bracket is part of a flag.
            case (byte)']' when !IsCodeOfFlags:
                return Wrong("the code of a status ends within a list");
            case (byte)'"':
                (_place, _behindQuotes) = (Place.Quoted, Place.Code);
                return null;
            default:
                return Nest(octet);
        }
    }

    private bool IsCodeOfFlags
    {
        get
        {
            var line = _line.AsSpan(0, _kept);
            var code = line[(line.IndexOf((byte)'[') + 1)..].TrimStart(" \r"u8);
            return code.Length > PermanentFlags.Length && Ascii.EqualsIgnoreCase(code[..PermanentFlags.Length], PermanentFlags)
                && code[PermanentFlags.Length] is (byte)' ' or (byte)'(';
        }
    }

    private Exception? FollowData(byte octet)
    {
        switch (octet)
        {
            case (byte)'\n' when _depth > 0:
                return Enter(Place.Unfinished);
            case (byte)'\n':
                return EndLine(isStatus: false);
            case (byte)'{':
                (_place, _size) = (Place.Size, -1);
                return null;
            case (byte)'"':
                (_place, _behindQuotes) = (Place.Quoted, Place.Data);
                return null;
            default:
                return Nest(octet);
        }
    }

    private Exception? Nest(byte octet)
    {
        _depth += octet == '(' ? 1 : octet == ')' && _depth > 0 ? -1 : 0;
        return _depth > DeepestNesting ? Wrong($"a response nests deeper than {DeepestNesting} levels") : null;
    }

    /// <summary>
    /// Returns whether an octet is still in quotes. For MailKit, they end where an end can follow them: some servers don't escape
    /// quotes in the text.
    /// </summary>
    private bool IsQuoted(byte octet)
    {
        if (_isClosing)
        {
            _isClosing = false;
            if (octet is (byte)']' or (byte)')' or (byte)' ' or (byte)'\r' or (byte)'\n')
            {
                _place = _behindQuotes;
                return false;
            }
        }

        _isClosing = octet == '"' && !_isEscaped;
        _isEscaped = octet == '\\' && !_isEscaped;
        return true;
    }

    private Exception? FollowSize(byte octet)
    {
        if (_place == Place.Size && octet is >= (byte)'0' and <= (byte)'9')
        {
            _size = Math.Max(_size, 0) * 10 + (octet - '0');
            // MailKit counts the octets of a message with a sign.
            return _size <= int.MaxValue ? null : Wrong("a literal has an impossible size");
        }

        Place? next = (_place, octet) switch
        {
            (Place.Size, (byte)'+') when _size >= 0 => Place.Plus,
            (Place.Size, (byte)'}') when _size >= 0 => Place.BehindSize,
            (Place.Plus, (byte)'}') => Place.BehindSize,
            (Place.BehindSize, (byte)'\r') => Place.BehindSize,
            // The response continues after it.
            (Place.BehindSize, (byte)'\n') => Place.Data,
            _ => null,
        };
        _literal = next == Place.Data ? _size : 0;
        return next is { } place ? Enter(place) : Wrong("a literal has an impossible size");
    }

    private bool IsSearch => StartsWith("* SEARCH"u8) || StartsWith("* ESEARCH"u8);

    private bool StartsWith(ReadOnlySpan<byte> words) =>
        _kept > words.Length && Ascii.EqualsIgnoreCase(_line.AsSpan(0, words.Length), words);

    private Exception? EndLine(bool isStatus)
    {
        var line = _line.AsMemory(0, _kept);
        (_kept, _length, _depth) = (0, 0, 0);
        return Enter(Place.Tag) ?? Line(line, isStatus);
    }

    private Exception? Enter(Place place)
    {
        (_place, _wordLength) = (place, 0);
        return null;
    }

    private static InvalidDataException Wrong(string what) => new(what);
}
