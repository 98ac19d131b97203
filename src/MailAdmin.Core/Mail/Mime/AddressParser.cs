// Longer than 250 lines: one grammar (RFC 5322 section 3.4, with what senders write instead) in one place.
using System.Buffers;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Reads address lists: RFC 5322 sections 3.4 and 4.4, and what mailers make of them: semicolons between mailboxes, missing
/// commas and brackets, raw 8-bit, encoded-words within quotes, names that are addresses. One pass, no recursion.
/// </summary>
internal ref struct AddressParser
{
    private static readonly SearchValues<byte> Specials = SearchValues.Create("\"(<>,;:"u8);

    // So far quotes are looked for: RFC 5321 section 4.5.3.1.3 gives a path 256 octets. Without a limit, every "<" of a field that
    // is full of them would be a search to its end.
    private const int LongestAngle = 512;

    private readonly ReadOnlySpan<byte> _raw;
    private readonly Encoding? _fallback;
    private readonly List<EmailAddress> _addresses;
    private readonly List<AddressGroup> _groups;
    // The words since the last separator with their quotes taken off, and the last comment among them.
    private readonly ArrayBufferWriter<byte> _words = new();
    private ReadOnlySpan<byte> _comment;
    // Text between a closed "<...>" and the next separator is no mailbox unless there is an address in it.
    private bool _afterAngle;
    // What was found to open and never to close: it is an ordinary character from there on, and not searched again.
    private bool _quotesAreText, _commentsAreText;
    private string? _groupName;
    private int _groupStart;
    private int _position;

    private AddressParser(ReadOnlySpan<byte> raw, Encoding? fallback, List<EmailAddress> addresses, List<AddressGroup> groups)
    {
        _raw = raw;
        _fallback = fallback;
        _addresses = addresses;
        _groups = groups;
    }

    /// <summary>Reads the value of From, To and the like.</summary>
    /// <param name="raw">The bytes after the colon.</param>
    /// <param name="fallback">For 8-bit text that is not UTF-8; null for windows-1252.</param>
    public static AddressList Parse(ReadOnlySpan<byte> raw, Encoding? fallback = null)
    {
        var (addresses, groups) = (new List<EmailAddress>(), new List<AddressGroup>());
        new AddressParser(raw, fallback, addresses, groups).Run();
        return new(addresses, groups);
    }

    /// <summary>Reads all fields of a name: RFC 5322 allows one, mailers write more.</summary>
    public static AddressList Parse(HeaderBlock header, string name, Encoding? fallback)
    {
        var (addresses, groups) = (new List<EmailAddress>(), new List<AddressGroup>());
        var next = 0;
        while (header.TryFind(name, ref next, out var raw))
        {
            new AddressParser(raw, fallback, addresses, groups).Run();
        }
        return new(addresses, groups);
    }

    private void Run()
    {
        while (_position < _raw.Length)
        {
            var next = _raw[_position..].IndexOfAny(Specials);
            var end = next < 0 ? _raw.Length : _position + next;
            _words.Write(_raw[_position..end]);
            _position = end;
            if (end < _raw.Length)
            {
                Special(_raw[end]);
            }
        }
        EndOfMailbox();
        EndOfGroup();
    }

    private void Special(byte c)
    {
        switch (c)
        {
            case (byte)'"' when !_quotesAreText:
                QuotedString();
                break;
            case (byte)'(' when !_commentsAreText:
                CommentOrText();
                break;
            case (byte)'<':
                AngleAddress();
                break;
            case (byte)':' when _groupName is null && !_words.WrittenSpan.Contains((byte)'@'):
                _position++;
                _groupName = HeaderText.Decode(_words.WrittenSpan, _fallback);
                _groupStart = _addresses.Count;
                Clear();
                break;
            case (byte)',':
                _position++;
                EndOfMailbox();
                break;
            case (byte)';':
                _position++;
                EndOfMailbox();
                EndOfGroup();
                break;
            default:
                _words.Write([c]);
                _position++;
                break;
        }
    }

    private void CommentOrText()
    {
        _commentsAreText = !Comment.TrySkip(_raw, _position, out var end);
        if (_commentsAreText)
        {
            return;
        }
        _comment = _raw[(_position + 1)..(end - 1)];
        _words.Write(" "u8);
        _position = end;
    }

    private void QuotedString()
    {
        var i = _position + 1;
        while (i < _raw.Length && _raw[i] != '"')
        {
            i += _raw[i] == '\\' ? 2 : 1;
        }
        if (i >= _raw.Length)
        {
            _quotesAreText = true;
            return;
        }
        // The local part of a bare address keeps its quotes: "john doe"@example.com.
        var isLocalPart = i + 1 < _raw.Length && _raw[i + 1] == '@';
        if (isLocalPart)
        {
            _words.Write(_raw[_position..(i + 1)]);
        }
        else
        {
            AppendUnescaped(_raw[(_position + 1)..i]);
        }
        _position = i + 1;
    }

    private readonly void AppendUnescaped(ReadOnlySpan<byte> text)
    {
        while (text.IndexOf((byte)'\\') is var next and >= 0)
        {
            _words.Write(text[..next]);
            if (next + 1 < text.Length)
            {
                _words.Write(text.Slice(next + 1, 1));
            }
            text = text[Math.Min(next + 2, text.Length)..];
        }
        _words.Write(text);
    }

    private void AngleAddress()
    {
        _position++;
        // Some mailers write "<<a@b>>".
        while (_position < _raw.Length && _raw[_position] is (byte)'<' or (byte)' ' or (byte)'\t')
        {
            _position++;
        }
        var rest = _raw[_position..];
        var end = EndOfAngle(rest);
        var inside = rest[..end];
        _position += end;
        while (_position < _raw.Length && _raw[_position] == '>')
        {
            _position++;
        }
        var name = HeaderText.Decode(_words.WrittenSpan, _fallback);
        Add(name.Length == 0 && !_comment.IsEmpty ? HeaderText.Decode(_comment, _fallback) : name, WithoutRoute(inside));
        Clear();
        _afterAngle = true;
    }

    // Up to ">"; without one before the next "<", up to the comma that must have been meant to follow it.
    private static int EndOfAngle(ReadOnlySpan<byte> rest)
    {
        var end = UnquotedBracket(rest[..Math.Min(rest.Length, LongestAngle)]);
        end = end >= 0 ? end : rest.IndexOfAny((byte)'>', (byte)'<');
        if (end >= 0 && rest[end] == '>')
        {
            return end;
        }
        end = end < 0 ? rest.Length : end;
        var comma = rest[..end].IndexOfAny((byte)',', (byte)';');
        return comma < 0 ? end : comma;
    }

    private static int UnquotedBracket(ReadOnlySpan<byte> rest)
    {
        var quoted = false;
        for (var i = 0; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\':
                    i++;
                    break;
                case (byte)'>' or (byte)'<' when !quoted:
                    return i;
            }
        }
        return -1;
    }

    // RFC 5322 section 4.4: "<@relay1,@relay2:john@example.com>".
    private static ReadOnlySpan<byte> WithoutRoute(ReadOnlySpan<byte> inside)
    {
        if (inside.StartsWith("@"u8) && inside.IndexOf((byte)':') is var colon and > 0)
        {
            return inside[(colon + 1)..];
        }
        return inside;
    }

    private void EndOfMailbox()
    {
        var words = _words.WrittenSpan.Trim(" \t\r\n"u8);
        if (!words.IsEmpty && (!_afterAngle || words.Contains((byte)'@')))
        {
            BareAddress(words);
        }
        Clear();
        _afterAngle = false;
    }

    private readonly void BareAddress(ReadOnlySpan<byte> words)
    {
        var comment = _comment.IsEmpty ? "" : HeaderText.Decode(_comment, _fallback);
        if (!words.Contains((byte)'@'))
        {
            Add(comment, words);
            return;
        }
        // "John Doe john@example.com jane@example.com": each word with an "@" is an address, what stands before it the name.
        var name = 0;
        for (var start = 0; start < words.Length;)
        {
            var end = EndOfWord(words, start);
            if (words[start..end].Contains((byte)'@'))
            {
                var before = HeaderText.Decode(words[name..start], _fallback);
                Add(before.Length > 0 ? before : comment, words[start..end]);
                name = end;
            }
            // Past all of the white space, however much it is.
            var gap = words[end..].IndexOfAnyExcept(" \t\r\n"u8);
            start = gap < 0 ? words.Length : end + gap;
        }
    }

    // RFC 5322 section 4.4: "john @ example . com" is one word as far as addresses go.
    private static int EndOfWord(ReadOnlySpan<byte> words, int start)
    {
        // A quoted local part; RFC 5321 section 4.5.3.1.1 gives it no more than 64 octets.
        var near = words.Slice(start, Math.Min(256, words.Length - start));
        if (near[0] == '"' && near.IndexOf("\"@"u8) is var quote and > 0)
        {
            start += quote + 1;
        }
        var hasAt = false;
        while (true)
        {
            var length = words[start..].IndexOfAny(" \t\r\n"u8);
            var end = length < 0 ? words.Length : start + length;
            hasAt |= words[start..end].Contains((byte)'@');
            var gap = words[end..].IndexOfAnyExcept(" \t\r\n"u8);
            var goesOn = gap > 0 && end > 0
                && (words[end + gap] is (byte)'@' or (byte)'.' || words[end - 1] == '@' || (hasAt && words[end - 1] == '.'));
            if (!goesOn)
            {
                return end;
            }
            start = end + gap;
        }
    }

    private readonly void Add(string name, ReadOnlySpan<byte> address)
    {
        var text = AddressSpec.Decode(address, _fallback);
        if (text.Length > 0 || name.Length > 0)
        {
            _addresses.Add(new EmailAddress(name.Length == 0 ? null : name, text));
        }
    }

    private void EndOfGroup()
    {
        if (_groupName is not null)
        {
            _groups.Add(new(_groupName, _addresses.GetRange(_groupStart, _addresses.Count - _groupStart)));
            _groupName = null;
        }
    }

    private void Clear()
    {
        _words.Clear();
        _comment = default;
    }
}
