using System.Buffers;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>An encoded-word (RFC 2047 section 2) within a header value.</summary>
/// <param name="Start">Where its "=?" stands.</param>
/// <param name="End">After its "?=".</param>
/// <param name="TextStart">Where the encoded text starts.</param>
/// <param name="TextEnd">Where it ends.</param>
/// <param name="CharsetEnd">Where the charset, which starts at <paramref name="Start"/> + 2, ends.</param>
/// <param name="IsBase64">"B" rather than "Q".</param>
internal readonly record struct EncodedWord(int Start, int End, int TextStart, int TextEnd, int CharsetEnd, bool IsBase64);

/// <summary>
/// Finds encoded-words, wherever they stand: mailers put them into quoted strings and the middle of words, leave spaces in
/// them and forget their end.
/// </summary>
internal ref struct EncodedWordReader(ReadOnlySpan<byte> raw)
{
    private const int MaxCharset = 64;

    private readonly ReadOnlySpan<byte> _raw = raw;
    private int _position;
    // The next "?=" at or after the last place one was wanted from; kept, so that many unended words cost one search.
    private int _terminator = -1;

    public bool TryNext(out EncodedWord word)
    {
        while (_raw[_position..].IndexOf("=?"u8) is var next and >= 0)
        {
            var start = _position + next;
            if (TryRead(start, out word))
            {
                _position = word.End;
                return true;
            }
            _position = start + 2;
        }
        word = default;
        return false;
    }

    private bool TryRead(int start, out EncodedWord word)
    {
        word = default;
        var charsetStart = start + 2;
        var head = _raw.Slice(charsetStart, Math.Min(MaxCharset, _raw.Length - charsetStart));
        var length = head.IndexOf((byte)'?');
        var charsetEnd = charsetStart + length;
        if (length <= 0 || head[..length].IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) >= 0
            || charsetEnd + 2 >= _raw.Length || _raw[charsetEnd + 2] != '?')
        {
            return false;
        }
        var encoding = _raw[charsetEnd + 1] | 0x20;
        if (encoding is not ('b' or 'q'))
        {
            return false;
        }
        var textStart = charsetEnd + 3;
        if (_terminator < textStart)
        {
            var found = _raw[textStart..].IndexOf("?="u8);
            _terminator = found < 0 ? _raw.Length : textStart + found;
        }
        word = new(start, Math.Min(_terminator + 2, _raw.Length), textStart, _terminator, charsetEnd, encoding == 'b');
        return true;
    }
}

/// <summary>
/// Encoded-words that follow each other. Those of one charset and encoding are decoded as one stream of bytes, since mailers
/// split in the middle of a character, and of a base64 quantum.
/// </summary>
internal struct EncodedWordRun()
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private Base64Decoder? _base64;
    private QuotedPrintableDecoder? _quoted;
    private string _charset = "";
    private bool _isBase64;

    /// <summary>True when no word precedes.</summary>
    public bool IsEmpty { get; private set; } = true;

    public void Add(ReadOnlySpan<byte> raw, EncodedWord word, StringBuilder text, Encoding? fallback)
    {
        var name = raw[(word.Start + 2)..word.CharsetEnd];
        // RFC 2231 section 5: a language may follow the charset.
        var language = name.IndexOf((byte)'*');
        name = language < 0 ? name : name[..language];
        if (IsEmpty || _isBase64 != word.IsBase64 || !Ascii.EqualsIgnoreCase(name, _charset))
        {
            Flush(text, fallback);
            (_charset, _isBase64) = (Encoding.ASCII.GetString(name), word.IsBase64);
        }
        IsEmpty = false;
        Decoder().Write(raw[word.TextStart..word.TextEnd], _bytes);
    }

    public void Flush(StringBuilder text, Encoding? fallback)
    {
        if (!IsEmpty)
        {
            Decoder().Finish(_bytes);
            HeaderText.AppendClean(text, CharsetResolver.Decode(_bytes.WrittenSpan, _charset, fallback));
            _bytes.Clear();
            IsEmpty = true;
        }
    }

    private ContentDecoder Decoder() => _isBase64 ? _base64 ??= new(headerWord: true) : _quoted ??= new(headerWord: true);
}
