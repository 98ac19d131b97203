using System.Text;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>
/// How deep MailKit would go into what a server sent, by the rules of its own tokens (ImapStream.cs and ImapEngine.cs of 4.18).
/// It is written to be compared with the guard: a reader that asks for tokens, and no machine that is given octets.
/// </summary>
internal ref struct MailKitReader
{
    private readonly ReadOnlySpan<byte> _octets;

    // Some of its parsers go on behind a line that ends within a list, others skip the next line then.
    private readonly bool _goesOn;
    private int _at;
    private int _deepest;

    private MailKitReader(ReadOnlySpan<byte> octets, bool goesOn)
    {
        _octets = octets;
        _goesOn = goesOn;
    }

    private enum Token
    {
        End,
        Line,
        Atom,
        Quoted,
        Literal,
        Special,
        Error,
    }

    /// <summary>The most lists within lists that it would be in.</summary>
    public static int DeepestNesting(ReadOnlySpan<byte> octets)
    {
        var deepest = 0;
        foreach (var goesOn in new[] { false, true })
        {
            var reader = new MailKitReader(octets, goesOn);
            while (reader.ReadResponse())
            {
                // The next one.
            }

            deepest = Math.Max(deepest, reader._deepest);
        }

        return deepest;
    }

    /// <summary>False at the end, and where it would give up.</summary>
    private bool ReadResponse()
    {
        switch (Read(out var value))
        {
            case Token.Atom when value == "+":
                return ReadLine();
            case Token.Atom:
                return Read(out value) == Token.Atom && IsCondition(value, isTagged: true) && ReadText();
            case Token.Special when value == "[":
                return ReadCode();
            case Token.Special when value == "*":
                break;
            default:
                return false;
        }

        var token = Read(out value);
        return token == Token.Special && value == "[" ? ReadCode()
            : token == Token.Atom && IsCondition(value, isTagged: false) ? ReadText()
            : ReadData(token, value);
    }

    private bool ReadData(Token token, string value)
    {
        for (var depth = 0; token is not (Token.End or Token.Error); token = Read(out value))
        {
            if (token == Token.Line)
            {
                if (depth == 0)
                {
                    return true;
                }

                if (!_goesOn)
                {
                    return ReadData(Read(out value), value);
                }
            }

            depth += token != Token.Special ? 0 : value == "(" ? 1 : value == ")" && depth > 0 ? -1 : 0;
            _deepest = Math.Max(_deepest, depth);
        }

        return false;
    }

    private bool ReadText() => Read(out var value) switch
    {
        Token.Line => true,
        Token.Special when value == "[" => ReadCode(),
        Token.Atom or Token.Quoted or Token.Special => ReadLine(),
        _ => false,
    };

    private bool ReadCode()
    {
        var isFlags = Read(out var value) == Token.Atom && value.Equals("PERMANENTFLAGS", StringComparison.OrdinalIgnoreCase);
        for (var depth = 0; ;)
        {
            // Within the list of flags a bracket is part of a flag.
            var token = Read(out value, isFlags && depth > 0);
            if (token is Token.End or Token.Error or Token.Literal)
            {
                return false;
            }

            depth += token != Token.Special ? 0 : value == "(" ? 1 : value == ")" && depth > 0 ? -1 : 0;
            if (token == Token.Special && value == "]")
            {
                return ReadLine();
            }
        }
    }

    private bool ReadLine()
    {
        var length = _octets[_at..].IndexOf((byte)'\n') + 1;
        _at += length;
        return length > 0;
    }

    private Token Read(out string value, bool areBracketsPlain = false)
    {
        value = "";
        while (_at < _octets.Length && _octets[_at] is (byte)' ' or (byte)'\r')
        {
            _at++;
        }

        if (_at == _octets.Length)
        {
            return Token.End;
        }

        switch (_octets[_at])
        {
            case (byte)'\n':
                _at++;
                return Token.Line;
            case (byte)'"':
                return ReadQuoted();
            case (byte)'{':
                return ReadLiteral();
            case (byte)'\\':
                _at++;
                value = "\\" + ReadAtom(areBracketsPlain);
                return Token.Atom;
        }

        value = ReadAtom(areBracketsPlain);
        if (value.Length > 0)
        {
            return Token.Atom;
        }

        value = ((char)_octets[_at++]).ToString();
        return Token.Special;
    }

    private string ReadAtom(bool areBracketsPlain)
    {
        var start = _at;
        while (_at < _octets.Length && _octets[_at] is > 0x20 and not 0x7F && !"(){%*\\\""u8.Contains(_octets[_at])
            && (areBracketsPlain || _octets[_at] is not ((byte)'[' or (byte)']')))
        {
            _at++;
        }

        return Encoding.Latin1.GetString(_octets[start.._at]);
    }

    private Token ReadQuoted()
    {
        for (var (i, isEscaped) = (_at + 1, false); i + 1 < _octets.Length; i++)
        {
            if (_octets[i] == '"' && !isEscaped && "]) \r\n"u8.Contains(_octets[i + 1]))
            {
                _at = i + 1;
                return Token.Quoted;
            }

            isEscaped = _octets[i] == '\\' && !isEscaped;
        }

        _at = _octets.Length;
        return Token.End;
    }

    private Token ReadLiteral()
    {
        var rest = _octets[(_at + 1)..];
        var end = rest.IndexOfAny((byte)'}', (byte)'+');
        var close = end < 0 ? -1 : rest[end..].IndexOf((byte)'}');
        var line = close < 0 ? -1 : rest[(end + close)..].IndexOf((byte)'\n');
        if (line < 0)
        {
            _at = _octets.Length;
            return Token.End;
        }

        _at += 1 + end + close + line + 1;
        if (!int.TryParse(Encoding.Latin1.GetString(rest[..end]), System.Globalization.NumberStyles.None, null, out var size))
        {
            return Token.Error;
        }

        _at = (int)Math.Min(_octets.Length, _at + (long)size);
        return Token.Literal;
    }

    private static bool IsCondition(string word, bool isTagged) =>
        word.ToUpperInvariant() is "OK" or "NO" or "BAD" || (!isTagged && word.ToUpperInvariant() == "BYE");
}
