using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Receives MimeKit's events while it parses a message, and records the position of each part, but no bodies. Limits of depth,
/// parts, and header sections apply first.
/// </summary>
internal sealed class PartReader : MimeReader
{
    private readonly MimeContext _context;
    private readonly MessageStream _stream;
    private readonly long _shift;
    private readonly long _end;
    private readonly Stack<MimePart> _open = [];
    private readonly List<MimePart> _unread;
    private readonly MimePart? _again;
    private bool _isAgain;
    private HeaderSection? _section;
    private long _bodyOffset;

    /// <param name="context">The context of the message.</param>
    /// <param name="stream">The stream from which MimeKit reads it.</param>
    /// <param name="range">Which part of the message that is.</param>
    /// <param name="prefix">The length of the text before it.</param>
    /// <param name="again">The multipart that it is the content of; null for a message.</param>
    /// <param name="unread">Takes the multiparts that have to be read again.</param>
    public PartReader(
        MimeContext context, MessageStream stream, (long Start, long End) range, int prefix, MimePart? again,
        List<MimePart> unread)
        : base(
            new ParserOptions { MaxMimeDepth = Math.Max(1, context.Limits.MaxDepth - (again?.Depth ?? 1)) }, stream,
            MimeFormat.Entity)
    {
        (_context, _stream, _unread, _again, _isAgain) = (context, stream, unread, again, again is not null);
        (_shift, _end) = (range.Start - prefix, range.End);
    }

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _section = new HeaderSection(beginOffset + _shift, _context);
        _stream.FieldStart = beginOffset;
    }

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        var offset = header.Offset!.Value;
        var place = offset + _shift - _section!.Start;
        if (!_stream.IsCut(offset) && place < _context.Limits.MaxHeaderBytes && _section.Lines <= _context.Limits.MaxHeaderFields)
        {
            _section.Add((int)place, header.RawField.Length);
        }

        _stream.FieldStart = offset + header.RawField.Length + header.RawValue.Length;
    }

    protected override void OnHeadersEnd(
        long beginOffset, int beginLineNumber, long endOffset, int endLineNumber, CancellationToken cancellationToken)
    {
        _stream.FieldStart = null;
        if (_isAgain)
        {
            return;
        }

        var length = endOffset + _shift - _section!.Start;
        var bytes = _context.Source.Read(_section.Start, (int)Math.Min(length, _context.TakeHeaderBytes(length)));
        _section.Finish(bytes, _context.Limits.MaxHeaderFields - _context.HeaderFields);
        _context.NoteText(bytes.Span);
        _context.HeaderFields += _section.Count;
        _context.Truncate(bytes.Length < length);
        // A field over the limit isn't kept, but the body begins after it.
        _bodyOffset = _section.Start + (_section.EndsEarly ? _section.Length : length);
    }

    protected override void OnMimePartBegin(
        MimeKit.ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        var part = Begin();
        _context.Truncate(part.Depth >= _context.Limits.MaxDepth && (part.IsMultipart || part.IsMessage));
    }

    protected override void OnMimePartContentRead(byte[] content, int startIndex, int count, CancellationToken cancellationToken)
    {
        // Nothing of it is kept.
    }

    protected override void OnMimePartEnd(
        MimeKit.ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => End(endOffset + _shift);

    protected override void OnMessagePartBegin(
        MimeKit.ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Begin();

    protected override void OnMessagePartEnd(
        MimeKit.ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => End(endOffset + _shift);

    protected override void OnMultipartBegin(
        MimeKit.ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken) => Begin();

    protected override void OnMultipartEnd(
        MimeKit.ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines,
        CancellationToken cancellationToken) => End(endOffset + _shift);

    /// <summary>Reads to the end, or to a limit.</summary>
    /// <exception cref="IOException">The source can't be read.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        try
        {
            ReadMessage(cancellationToken);
        }
        catch (LimitException)
        {
            _context.Truncate();
        }
        catch (Exception e)
            when (e is not (IOException or ObjectDisposedException or OperationCanceledException or OutOfMemoryException))
        {
            // MimeKit refuses it, as it does where no empty line follows the fields (FormatException). What it read up to there
            // is what there is: one message never ends the reading of others.
            if (_context.Root is null && _section is { } section)
            {
                OnHeadersEnd(section.Start - _shift, 0, _end - _shift, 0, cancellationToken);
                Begin();
            }
        }

        while (_open.Count > 0)
        {
            End(_end);
        }
    }

    private MimePart Begin()
    {
        if (_isAgain)
        {
            _isAgain = false;
            _open.Push(_again!);
            return _again!;
        }

        if (_context.Parts >= _context.Limits.MaxParts)
        {
            throw new LimitException();
        }

        _context.Parts++;
        _open.TryPeek(out var parent);
        var part = new MimePart(_context, parent, _section!, _bodyOffset);
        parent?.Add(part);
        _context.Root ??= part;
        _open.Push(part);
        return part;
    }

    private void End(long end)
    {
        var part = _open.Pop();
        part.EndAt(end);
        if (part is { Parent.IsMultipart: true, Header.Count: 0, EncodedSize: 0 } && part.BodyOffset == part.Offset)
        {
            // Two boundaries in a row have no part between them, not even an empty one.
            part.Parent.RemoveLast();
            _context.Parts--;
        }
        else if (part.IsMultipart && part != _again && part.EncodedSize > 0
            && (part.Header.EndsEarly || part.Children.Count == 0 || part.ContentType.Boundary is null))
        {
            _unread.Add(part);
        }
    }

    private sealed class LimitException : Exception;
}
