using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Represents one parameter as written, or one section of a continued parameter.</summary>
/// <param name="Name">In lower case, without "*".</param>
/// <param name="Index">Its index among the sections (RFC 2231 section 3); -1 for an ordinary parameter.</param>
/// <param name="IsEncoded">Whether its value is percent-encoded (RFC 2231 section 4).</param>
/// <param name="Value">Unquoted, nothing decoded.</param>
internal readonly record struct ParameterSection(string Name, int Index, bool IsEncoded, byte[] Value);

/// <summary>
/// Reads "; name=value" repeatedly. Accepts usual faults of mailers: unquoted values with spaces, quotes within quotes, missing
/// closing quotes, missing semicolons, Windows paths whose backslashes aren't escapes.
/// </summary>
internal ref struct ParameterReader(ReadOnlySpan<byte> raw)
{
    private readonly ReadOnlySpan<byte> _raw = raw;
    private int _position;

    public bool TryNext(out ParameterSection section)
    {
        while (true)
        {
            _position = Comment.SkipBlank(_raw, _position, ";, \t\r\n="u8);
            if (_position >= _raw.Length)
            {
                section = default;
                return false;
            }
            var start = _position;
            var rest = _raw[start..];
            var end = rest.IndexOfAny("=; \t\r\n\""u8);
            _position += end < 0 ? rest.Length : end;
            var name = _raw[start.._position];
            SkipWhiteSpace();
            if (_position < _raw.Length && _raw[_position] == '=' && !name.IsEmpty)
            {
                _position++;
                SkipWhiteSpace();
                section = Section(name);
                return true;
            }
            // A word without a value, or a stray character: skip it.
            _position = Math.Max(_position, start + 1);
        }
    }

    private ParameterSection Section(ReadOnlySpan<byte> rawName)
    {
        var name = Encoding.ASCII.GetString(rawName[..Math.Min(rawName.Length, 128)]).ToLowerInvariant();
        var encoded = name.Length > 1 && name.EndsWith('*');
        if (encoded)
        {
            name = name[..^1];
        }
        var index = encoded ? 0 : -1;
        var star = name.LastIndexOf('*');
        if (star > 0 && int.TryParse(name.AsSpan(star + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            (name, index) = (name[..star], number);
        }
        var value = _position < _raw.Length && _raw[_position] == '"' ? Quoted() : Unquoted(name is "name" or "filename");
        return new(name, index, encoded, value);
    }

    private byte[] Quoted()
    {
        var start = ++_position;
        var end = FindClosingQuote(start);
        if (end < 0)
        {
            var semicolon = _raw[start..].IndexOf((byte)';');
            end = semicolon < 0 ? _raw.Length : start + semicolon;
            _position = end;
            return Unescape(_raw[start..end].Trim(" \t\r\n"u8));
        }
        _position = end + 1;
        return Unescape(_raw[start..end]);
    }

    // The quote that ends the value: one that a semicolon, the end or another parameter follows; failing that, the last
    // before a semicolon. Others are part of the value, though they should have been escaped.
    private readonly int FindClosingQuote(int from)
    {
        var candidate = -1;
        for (var i = from; i < _raw.Length; i++)
        {
            var next = _raw[i..].IndexOfAny((byte)'"', (byte)'\\', (byte)';');
            if (next < 0)
            {
                break;
            }
            i += next;
            if (_raw[i] == '"')
            {
                candidate = i;
                if (EndsValue(i + 1))
                {
                    break;
                }
            }
            else if (_raw[i] == ';' && candidate >= 0)
            {
                break;
            }
            else if (_raw[i] == '\\' && i + 1 < _raw.Length && _raw[i + 1] is (byte)'"' or (byte)'\\')
            {
                // "C:\folder\": a backslash before the last quote of all escapes nothing.
                i += _raw[i + 1] == '"' && _raw[(i + 2)..].IndexOf((byte)'"') < 0 ? 0 : 1;
            }
        }
        return candidate;
    }

    private readonly bool EndsValue(int after)
    {
        var rest = _raw[after..];
        var gap = rest.IndexOfAnyExcept(" \t\r\n"u8);
        if (gap < 0 || rest[gap] is (byte)';' or (byte)',')
        {
            return true;
        }
        rest = rest.Slice(gap, Math.Min(rest.Length - gap, 64));
        var word = rest.IndexOfAny(" \t\r\n=\";"u8);
        return gap > 0 && word > 0 && rest[word] == '=';
    }

    private byte[] Unquoted(bool isFileName)
    {
        var rest = _raw[_position..];
        var end = rest.IndexOfAny(isFileName ? ";"u8 : "; \t\r\n"u8);
        var value = end < 0 ? rest : rest[..end];
        _position += value.Length;
        return value.Trim(" \t\r\n"u8).ToArray();
    }

    private static byte[] Unescape(ReadOnlySpan<byte> quoted)
    {
        if (quoted.IndexOf((byte)'\\') < 0)
        {
            return quoted.ToArray();
        }
        var value = new byte[quoted.Length];
        var length = 0;
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\' && i + 1 < quoted.Length && quoted[i + 1] is (byte)'"' or (byte)'\\')
            {
                i++;
            }
            value[length++] = quoted[i];
        }
        return value[..length];
    }

    private void SkipWhiteSpace()
    {
        var next = _raw[_position..].IndexOfAnyExcept(" \t\r\n"u8);
        _position = next < 0 ? _raw.Length : _position + next;
    }
}
