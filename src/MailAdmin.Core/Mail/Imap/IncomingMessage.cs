using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Represents the content of one message between MailKit and its sink. Errors of the sink are stored here, because MailKit would
/// close the connection.
/// </summary>
/// <param name="uid">Null if the server sends it after the content.</param>
/// <param name="message">The listed message; null for content that isn't required, or not yet.</param>
/// <param name="sink">Takes the octets; not disposed. Null to throw them away.</param>
/// <param name="failure">The reason for a missing sink; null if there is one.</param>
/// <param name="piece">MailKit writes 4 KB at a time; here they are collected, and given to the sink together.</param>
internal sealed class IncomingMessage(uint? uid, MailboxMessage? message, Stream? sink, Exception? failure, byte[] piece)
    : ForwardStream
{
    private int _waiting;
    private long _count;
    private bool _hasBegun;
    private Mime.MimeMessage? _header;

    public uint? Uid => uid;

    /// <summary>The properties of the message: from the listing, and then from the message itself.</summary>
    public MailboxMessage? Message { get; private set; } = message;

    public Stream? Sink => sink;

    /// <summary>Why the octets aren't all in it, or aren't the message.</summary>
    public Exception? Failure { get; private set; } = failure;

    public override bool CanWrite => true;

    /// <summary>MailKit sets the position to the beginning for readers. This stream isn't read.</summary>
    public override long Position { get => _count; set => _ = value; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _count += buffer.Length;
        while (buffer.Length > piece.Length - _waiting)
        {
            buffer[..(piece.Length - _waiting)].CopyTo(piece.AsSpan(_waiting));
            buffer = buffer[(piece.Length - _waiting)..];
            Pass(piece.Length);
        }

        buffer.CopyTo(piece.AsSpan(_waiting));
        _waiting += buffer.Length;
    }

    /// <summary>All octets have been received.</summary>
    /// <param name="isWhole">Whether they are the whole message.</param>
    public void Complete(bool isWhole)
    {
        if (Message is { } expected && _count == _waiting && SubstituteMessage.Is(piece.AsMemory(0, _waiting), expected))
        {
            Failure ??= ImapErrors.Unreadable(expected, "Exchange can't convert it, and sent a notice instead");
        }

        Pass(_waiting);
        Try(static (sink, _) => sink.Flush(), default);
        if (_count == 0 && isWhole && Message is { Size: not 0 } missing)
        {
            // A different size is the server's mistake. An empty message instead of a non-empty one isn't accepted.
            Failure ??= ImapErrors.Unreadable(missing, "the server returned no content for it");
        }

        if (Failure is null && Message is { } listed && _header is { } header)
        {
            Failure = MessageIdentity.Fault(listed, header, isWhole ? _count : null);
            // A server writes its own text for parts that it can't read: Dovecot's MISSING_MAILBOX, question marks.
            // The caller reads a spooled message whole, so here its properties would be read twice.
            Message = Failure is null && sink is not Spool ? MessageContent.Told(listed, header) : listed;
        }
    }

    /// <summary>Empties the sink, so that the message can be received again.</summary>
    /// <returns>False if that isn't possible.</returns>
    public bool TryRewind()
    {
        try
        {
            if (sink is { CanSeek: true })
            {
                sink.SetLength(0);
                sink.Position = 0;
            }

            return sink is null or { CanSeek: true };
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void Pass(int count)
    {
        if (!_hasBegun && Message is not null)
        {
            var end = EndOfHeader(piece.AsSpan(0, count));
            _header = end < 0 ? null : Mime.MimeMessage.Parse(piece.AsSpan(0, end).ToArray());
        }

        _hasBegun = true;
        Try(static (sink, octets) => sink.Write(octets.Span), piece.AsMemory(0, count));
        _waiting = 0;
    }

    private static int EndOfHeader(ReadOnlySpan<byte> start)
    {
        var (crlf, lf) = (start.IndexOf("\r\n\r\n"u8), start.IndexOf("\n\n"u8));
        return crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf >= 0 ? lf + 2 : -1;
    }

    private void Try(Action<Stream, ReadOnlyMemory<byte>> action, ReadOnlyMemory<byte> octets)
    {
        if (sink is null || Failure is not null)
        {
            return;
        }

        try
        {
            action(sink, octets);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Failure = e;
        }
    }
}
