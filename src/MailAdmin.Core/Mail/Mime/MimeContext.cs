using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>What the parts of a message share.</summary>
internal sealed class MimeContext(MimeSource source, MimeLimits limits)
{
    private Encoding? _fallback;
    private bool _hasFallback;
    private long _headerBytes;

    public MimeSource Source => source;

    public MimeLimits Limits => limits;

    public MimeDefects Defects { get; private set; }

    public MimePart? Root { get; set; }

    /// <summary>How many parts there are.</summary>
    public int Parts { get; set; }

    /// <summary>How many header fields there are in all header sections.</summary>
    public int HeaderFields { get; set; }

    /// <summary>
    /// What raw 8-bit in header fields is in when it isn't UTF-8: the charset of the first text of the message, for a mailer that
    /// encodes neither is likely to write both in one. Null when that tells nothing.
    /// </summary>
    public Encoding? Fallback
    {
        get
        {
            if (!_hasFallback)
            {
                _hasFallback = true;
                var encoding = CharsetResolver.Find(FirstCharset());
                _fallback = encoding?.CodePage is 20127 or 65001 or 1200 or 1201 or 12000 ? null : encoding;
            }
            return _fallback;
        }
    }

    public void Note(MimeDefects defect) => Defects |= defect;

    /// <summary>How many bytes of a header section may be kept.</summary>
    /// <param name="length">What it has.</param>
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
            if (part.Header.TryFind("Content-Type", out var raw) && ContentType.Parse(raw, this, null).Charset is { } charset)
            {
                return charset;
            }
        }
        return null;
    }
}
