using System.Globalization;
using System.Text;

namespace MailAdmin.Tenant.Imap;

/// <summary>Parses the arguments of a command from left to right: RFC 3501 section 9. A syntax error is BAD.</summary>
internal sealed class ImapArguments(byte[] command)
{
    private int _at;

    public bool IsAtEnd => _at == command.Length;

    public void End()
    {
        if (!IsAtEnd)
        {
            throw ImapRefusal.Syntax();
        }
    }

    public void Space() => Expect(' ');

    public void Expect(char c)
    {
        if (!Take(c))
        {
            throw ImapRefusal.Syntax();
        }
    }

    public bool Take(char c)
    {
        if (!Next(c))
        {
            return false;
        }

        _at++;
        return true;
    }

    public bool Next(char c) => _at < command.Length && command[_at] == c;

    /// <summary>atom; flags with their backslash among them.</summary>
    public string Atom() => Run(static c => c > ' ' && c < 127 && !"(){%*\"".Contains((char)c, StringComparison.Ordinal));

    /// <summary>The name of a data item: an atom up to a bracket.</summary>
    public string ItemName() => Run(static c => char.IsAsciiLetterOrDigit((char)c) || c == '.').ToUpperInvariant();

    /// <summary>Atom in capitals.</summary>
    public string Keyword() => Atom().ToUpperInvariant();

    public uint Number() =>
        uint.TryParse(
            Run(static c => char.IsAsciiDigit((char)c)), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ImapRefusal.Syntax();

    /// <summary>astring, in UTF-8.</summary>
    public string AString() => Next('"') || Next('{')
        ? Encoding.UTF8.GetString(String().Span)
        : Run(static c => c > ' ' && c < 127 && !"(){%*\"\\".Contains((char)c, StringComparison.Ordinal));

    /// <summary>A pattern of LIST.</summary>
    public string Pattern() => Next('"') || Next('{')
        ? Encoding.UTF8.GetString(String().Span)
        : Run(static c => c > ' ' && c < 127 && !"(){\"\\".Contains((char)c, StringComparison.Ordinal));

    /// <summary>string: quoted or literal.</summary>
    public ReadOnlyMemory<byte> String()
    {
        if (Take('"'))
        {
            return Quoted();
        }

        Expect('{');
        var size = Number();
        Take('+');
        Expect('}');
        Expect('\r');
        Expect('\n');
        if (size > command.Length - _at)
        {
            throw ImapRefusal.Syntax();
        }

        var octets = command.AsMemory(_at, (int)size);
        _at += octets.Length;
        return octets;
    }

    /// <summary>Reads the items in parentheses, separated by spaces.</summary>
    public List<T> List<T>(Func<T> item)
    {
        var items = new List<T>();
        Expect('(');
        while (!Take(')'))
        {
            if (items.Count > 0)
            {
                Space();
            }

            items.Add(item());
        }

        return items;
    }

    public SequenceSet Set() =>
        SequenceSet.Parse(Run(static c => char.IsAsciiDigit((char)c) || c is (byte)'*' or (byte)':' or (byte)','));

    /// <summary>date, quoted or not.</summary>
    public DateOnly Date() => DateOnly.TryParseExact(
        AString(), ["d-MMM-yyyy", "dd-MMM-yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
        ? date
        : throw ImapRefusal.Syntax();

    /// <summary>date-time.</summary>
    public DateTimeOffset DateTime()
    {
        var text = Encoding.ASCII.GetString(String().Span).Trim();
        var zoned = text.Length > 5 ? text.Insert(text.Length - 2, ":") : text;
        return DateTimeOffset.TryParseExact(
            zoned, "d-MMM-yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : throw ImapRefusal.Syntax();
    }

    private byte[] Quoted()
    {
        var octets = new List<byte>();
        while (!Take('"'))
        {
            if (Take('\\') && !Next('"') && !Next('\\'))
            {
                throw ImapRefusal.Syntax();
            }

            octets.Add(
                _at < command.Length && command[_at] is not ((byte)'\r' or (byte)'\n')
                    ? command[_at++]
                    : throw ImapRefusal.Syntax());
        }

        return [.. octets];
    }

    private string Run(Func<byte, bool> belongs)
    {
        var start = _at;
        while (_at < command.Length && belongs(command[_at]))
        {
            _at++;
        }

        return _at > start ? Encoding.ASCII.GetString(command, start, _at - start) : throw ImapRefusal.Syntax();
    }
}
