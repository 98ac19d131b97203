using System.Runtime.InteropServices;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents a message: RFC 5322 with MIME (RFC 2045 to 2049), encoded and internationalized headers (RFC 2047, 2231, 6532). Any
/// bytes can be read. Not thread-safe.
/// </summary>
internal sealed class MimeMessage : IDisposable
{
    private readonly MimeContext _context;
    private MessageBodies? _bodies;
    private MessageFiles? _files;
    private string? _html;
    private bool _hasHtml;

    internal MimeMessage(MimeContext context, MimePart root) => (_context, Root) = (context, root);

    /// <summary>Reads a message in memory, which must not change while the message is in use.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="limits">Null for <see cref="MimeLimits.Default"/>.</param>
    public static MimeMessage Parse(ReadOnlyMemory<byte> bytes, MimeLimits? limits = null)
    {
        var array = MemoryMarshal.TryGetArray(bytes, out var segment) ? segment : bytes.ToArray();
        var stream = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false, publiclyVisible: true);
        return Read(new(stream), limits, CancellationToken.None);
    }

    /// <summary>Reads a message from a source, which is closed with it.</summary>
    /// <exception cref="IOException">The source can't be read.</exception>
    public static MimeMessage Read(MimeSource source, MimeLimits? limits, CancellationToken cancellationToken)
    {
        var context = new MimeContext(source, limits ?? MimeLimits.Default);
        MessageParts.Read(context, cancellationToken);
        return new(context, context.Root!);
    }

    /// <summary>
    /// Opens a message in a file. Header sections are in memory; bodies are read on request. So a large message, or a large
    /// attachment saved with <see cref="MimePart.DecodeToAsync"/>, requires no more memory than a small one.
    /// </summary>
    /// <param name="path">The file, which stays open until the message is disposed.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IOException">The file can't be opened or read.</exception>
    public static async Task<MimeMessage> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var source = new MimeSource(FileSystem.OpenRead(path, FileShare.Read | FileShare.Delete));
        try
        {
            return await Task.Run(() => Read(source, null, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The outermost part.</summary>
    public MimePart Root { get; }

    /// <summary>Its header fields in their order.</summary>
    public HeaderSection Headers => Root.Header;

    /// <summary>The decoded subject; null if there is none.</summary>
    public string? Subject => Headers["Subject"];

    public IReadOnlyList<EmailAddress> From => Addresses("From");

    /// <summary>The Sender address, if it isn't the From address; null if there is none.</summary>
    public EmailAddress? Sender => Addresses("Sender") is { Count: > 0 } sender ? sender[0] : null;

    public IReadOnlyList<EmailAddress> To => Addresses("To");

    public IReadOnlyList<EmailAddress> Cc => Addresses("Cc");

    /// <summary>Bcc; only in sent and draft messages.</summary>
    public IReadOnlyList<EmailAddress> Bcc => Addresses("Bcc");

    /// <summary>The Reply-To addresses.</summary>
    public IReadOnlyList<EmailAddress> ReplyTo => Addresses("Reply-To");

    /// <summary>The time in the Date field; null if it's missing or can't be read.</summary>
    public DateTimeOffset? Date => Root.Header.TryFind("Date", out var raw) ? DateParser.Parse(raw) : null;

    /// <summary>The message ID with its angle brackets; null if there is none.</summary>
    public string? MessageId => Root.Header.TryFind("Message-ID", out var raw) ? MessageIds.First(raw) : null;

    /// <summary>The plain text; null if there is none. A multipart without a readable part is returned as it is.</summary>
    public string? TextBody => Bodies.PlainText()
        ?? (Root is { IsMultipart: true, Children.Count: 0 } && Root.GetText() is { } text && text.Trim().Length > 0
            ? text
            : null);

    /// <summary>The HTML; null if there is none.</summary>
    public string? HtmlBody
    {
        get
        {
            if (!_hasHtml)
            {
                (_html, _hasHtml) = (Bodies.HtmlDocument(), true);
            }

            return _html;
        }
    }

    public MessageBodies Bodies => _bodies ??= MessageBodies.Of(Root);

    public MessageFiles Files => _files ??= MessageFiles.Of(this);

    /// <summary>The attachments, including nested messages but not their attachments.</summary>
    public IReadOnlyList<MimePart> Attachments => Files.Attachments;

    /// <summary>Invitations and other iCalendar objects.</summary>
    public IReadOnlyList<MimePart> Calendars => [.. Root.Walk().Where(p => p.IsCalendar)];

    /// <summary>Whether a limit was reached, here or in a nested message, and something wasn't read.</summary>
    public bool Truncated => _context.IsTruncated;

    /// <summary>
    /// Closes the file if it was opened from one. Headers stay readable, bodies don't. A nested message shares the file of its
    /// parent, so dispose only the outer one.
    /// </summary>
    public void Dispose() => _context.Source.Dispose();

    private IReadOnlyList<EmailAddress> Addresses(string name) => AddressParser.Parse(Root.Header, name, _context.Fallback);
}
