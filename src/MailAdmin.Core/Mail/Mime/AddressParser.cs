using System.Text;
using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Reads address lists: RFC 5322 sections 3.4 and 4.4. The list is split here, because MimeKit's time grows with the square of
/// its length, and one invalid address ends it. MimeKit reads each address. Addresses that it refuses or cuts (UUCP, missing
/// brackets, blanks inside) are kept as written, so that no recipient is lost.
/// </summary>
internal static class AddressParser
{
    // RFC 5321 section 4.5.3.1.3 allows 256 octets for a path, plus a name and comments.
    private const int LongestAddress = 1024;

    private const int LongestWord = 128;

    /// <summary>Reads the value of From, To and the like.</summary>
    /// <param name="raw">The bytes after the colon.</param>
    /// <param name="fallback">For 8-bit text that isn't UTF-8; null for windows-1252.</param>
    public static IReadOnlyList<EmailAddress> Parse(ReadOnlySpan<byte> raw, Encoding? fallback = null)
    {
        var addresses = new List<EmailAddress>();
        Read(raw, fallback, addresses);
        return addresses;
    }

    /// <summary>Reads all fields of a name: RFC 5322 allows one, mailers write more.</summary>
    public static IReadOnlyList<EmailAddress> Parse(HeaderSection header, string name, Encoding? fallback)
    {
        var addresses = new List<EmailAddress>();
        var next = 0;
        while (header.TryFind(name, ref next, out var raw))
        {
            Read(raw, fallback, addresses);
        }

        return addresses;
    }

    private static void Read(ReadOnlySpan<byte> raw, Encoding? fallback, List<EmailAddress> addresses)
    {
        var options = HeaderText.Options(fallback);
        var (start, hasAt, isInGroup) = (0, false, false);
        var closing = new Closing();
        for (var i = 0; i <= raw.Length; i++)
        {
            var c = i < raw.Length ? raw[i] : (byte)';';
            switch (c)
            {
                case (byte)'"' or (byte)'(' or (byte)'<' or (byte)'=':
                    var last = closing.Skip(raw, i);
                    hasAt |= c == '<' && last > i;
                    i = last;
                    break;
                case (byte)'@':
                    hasAt = true;
                    break;
                case (byte)':' when !isInGroup && !hasAt:
                    // The name of a group, of which only the members are used: RFC 5322 section 3.4.
                    (start, isInGroup) = (i + 1, true);
                    break;
                case (byte)',' when closing.QuotesAreText && !hasAt && raw[start..i].TrimStart(" \t\r\n"u8).StartsWith("\""u8):
                    // "Name, <address>" whose second quote is missing.
                    break;
                case (byte)',' or (byte)';':
                    ReadMailbox(raw[start..i], options, fallback, addresses);
                    (start, hasAt, isInGroup) = (i + 1, false, isInGroup && c == ',');
                    break;
            }
        }
    }

    private static void ReadMailbox(
        ReadOnlySpan<byte> piece, ParserOptions options, Encoding? fallback, List<EmailAddress> addresses)
    {
        piece = HeaderText.WithGoodWords(piece.Trim(" \t\r\n"u8), fallback);
        if (piece.IsEmpty || TryMimeKit(piece, null, options, addresses))
        {
            return;
        }

        var bare = Comment.Without(piece, out var comment);
        var name = comment.Length == 0 ? null : HeaderText.Decode(comment, fallback);
        if (!bare.IsEmpty && (bare.Length == piece.Length || !TryMimeKit(bare, name, options, addresses)))
        {
            ReadAsItStands(bare, name, fallback, addresses);
        }
    }

    private static bool TryMimeKit(ReadOnlySpan<byte> piece, string? name, ParserOptions options, List<EmailAddress> addresses)
    {
        if (piece.Length > LongestAddress || !InternetAddressList.TryParse(options, piece.ToArray(), out var list))
        {
            return false;
        }

        var mailboxes = list.Mailboxes.ToList();
        // Text that MimeKit cuts off an address is missing from one end, or is next to it without an "@".
        var isWhole = mailboxes.Count > 0
            && mailboxes.TrueForAll(m => m.Address.Contains('@', StringComparison.Ordinal) || mailboxes.Count == 1)
            && (piece.IndexOf((byte)'<') >= 0 || Length(piece) <= mailboxes.Sum(m => Length(m.Address) + Length(m.Name)) + 4);
        if (isWhole)
        {
            addresses.AddRange(mailboxes.Select(m => new EmailAddress(
                string.IsNullOrEmpty(m.Name) ? name : HeaderText.Clean(m.Name).Trim(), HeaderText.Clean(m.Address))));
        }

        return isWhole;
    }

    private static void ReadAsItStands(
        ReadOnlySpan<byte> piece, string? comment, Encoding? fallback, List<EmailAddress> addresses)
    {
        var isFirst = true;
        while (piece.IndexOf((byte)'<') is var open and >= 0)
        {
            var rest = piece[open..].TrimStart("< \t"u8);
            var close = rest.IndexOfAny((byte)'>', (byte)'<');
            Add(HeaderText.Decode(Comment.Unquote(piece[..open]).Trim("\","u8), fallback),
                rest[..(close < 0 ? rest.Length : close)]);
            piece = close < 0 ? default : rest[close..].TrimStart((byte)'>');
            isFirst = false;
        }

        piece = piece.Trim(" \t\r\n"u8);
        var at = piece.IndexOf((byte)'@');
        if (!isFirst && at < 0)
        {
            return;
        }

        // The word with the "@" is the address, and the text before it is the name.
        var blank = at < 0 ? -1 : piece[..at].LastIndexOfAny(" \t\r\n"u8);
        Add(blank < 0 ? "" : HeaderText.Decode(Comment.Unquote(piece[..blank]), fallback), piece[(blank + 1)..]);

        void Add(string name, ReadOnlySpan<byte> address)
        {
            var text = HeaderText.Decode(address, fallback);
            // "<fabrikam.example kasse7@fabrikam.example>": https://github.com/jstedfast/MimeKit/issues/301.
            var words = text.Split(' ');
            var isGarbage = words.Length > 1 && words[^1].IndexOf('@', StringComparison.Ordinal) > 0
                && words[..^1].All(static word => word.Contains('.', StringComparison.Ordinal));
            text = isGarbage ? words[^1] : text;
            name = name.Length == 0 ? comment ?? "" : name;
            if ((text.Length > 0 || name.Length > 0) && !IsNobody(text))
            {
                addresses.Add(new EmailAddress(name.Length == 0 ? null : name, text));
            }
        }
    }

    // "<Undisclosed-Recipient:@host.example;>": a group without members that a server took for an address, and completed.
    private static bool IsNobody(string address) => address.EndsWith(';') && address.IndexOf(':', StringComparison.Ordinal) is > 0
        and var colon && address[(colon + 1)..^1].LastIndexOf('@') == 0;

    private static int Length(ReadOnlySpan<byte> text) => text.Length - text.Count((byte)' ');

    private static int Length(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text) - text.AsSpan().Count(' ');

    /// <summary>
    /// Skips what separators count for nothing in; what nothing closes is text from there on, and not looked for again.
    /// </summary>
    private struct Closing
    {
        private bool _commentsAreText;

        /// <summary>A quote was met that nothing closes.</summary>
        public bool QuotesAreText { get; private set; }

        /// <summary>
        /// Returns the last byte of a quoted string, comment, address in brackets, or encoded-word; the position itself if there
        /// is none.
        /// </summary>
        public int Skip(ReadOnlySpan<byte> raw, int at)
        {
            switch (raw[at])
            {
                case (byte)'"' when !QuotesAreText:
                    var quote = Comment.SkipQuoted(raw, at);
                    QuotesAreText = quote < 0;
                    return Math.Max(at, quote);
                case (byte)'(' when !_commentsAreText:
                    _commentsAreText = !Comment.TrySkip(raw, at, out var end);
                    return _commentsAreText ? at : end - 1;
                case (byte)'<':
                    var rest = raw.Slice(at, Math.Min(raw.Length - at, LongestAddress));
                    var close = rest[1..].IndexOfAny((byte)'>', (byte)'<') + 1;
                    var isRoute = rest[1..].TrimStart((byte)' ').StartsWith("@"u8);
                    return close > 0 && rest[close] == '>'
                        && (isRoute || rest[..close].IndexOf((byte)',') < 0 || rest[..close].IndexOf((byte)'"') >= 0)
                        ? at + close : at;
                case (byte)'=' when at + 1 < raw.Length && raw[at + 1] == '?':
                    var word = raw.Slice(at, Math.Min(raw.Length - at, LongestWord));
                    var blank = word.IndexOfAny(" \t\r\n"u8);
                    word = blank < 0 ? word : word[..blank];
                    return at + Math.Max(0, word.LastIndexOf("?="u8) + 1);
                default:
                    return at;
            }
        }
    }
}
