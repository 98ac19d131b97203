using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Represents the data that the parts of a message share.</summary>
internal sealed class MimeContext(MimeSource source, MimeLimits limits)
{
    private Encoding? _fallback;
    private bool _hasFallback;
    private bool _needsFallback;
    private long _headerBytes;

    public MimeSource Source => source;

    public MimeLimits Limits => limits;

    /// <summary>Whether a limit was reached.</summary>
    public bool IsTruncated { get; private set; }

    public MimePart? Root { get; set; }

    public int Parts { get; set; }

    /// <summary>The number of header fields in all header sections.</summary>
    public int HeaderFields { get; set; }

    /// <summary>
    /// The encoding of raw 8-bit text in header fields that isn't UTF-8: the charset of the first text of the message, because
    /// such mailers usually write both in the same one. Null if it's unknown.
    /// </summary>
    public Encoding? Fallback
    {
        get
        {
            // Without 8-bit or encoded text in a field, nothing depends on it.
            if (!_hasFallback && _needsFallback)
            {
                _hasFallback = true;
                var encoding = CharsetResolver.Find(FirstCharset());
                _fallback = encoding?.CodePage is 20127 or 65001 or 1200 or 1201 or 12000 ? null : encoding;
            }

            return _fallback;
        }
    }

    /// <summary>Notes whether a header section has 8-bit text, encoded-words, or encoded parameters.</summary>
    public void NoteText(ReadOnlySpan<byte> section) =>
        _needsFallback |= !Ascii.IsValid(section) || section.IndexOf("=?"u8) >= 0 || section.Contains((byte)'*');

    /// <summary>Notes that a limit was reached.</summary>
    public void Truncate(bool isOver = true) => IsTruncated |= isOver;

    /// <summary>Returns the number of bytes of a header section that can be kept.</summary>
    /// <param name="length">Its length.</param>
    public long TakeHeaderBytes(long length)
    {
        length = Math.Min(length, limits.MaxHeaderBytes - _headerBytes);
        _headerBytes += length;
        return length;
    }

    private string? FirstCharset()
    {
        for (var part = Root; part is not null; part = part.Children.Count > 0 ? part.Children[0] : null)
        {
            if (part.Header.TryFind("Content-Type", out var raw)
                && StructuredValue.ContentType(raw, this)["charset"] is { } charset)
            {
                return charset;
            }
        }
        return null;
    }
}
