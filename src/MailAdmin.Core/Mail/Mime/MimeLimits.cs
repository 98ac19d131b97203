namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// The limits for reading a message. Content beyond a limit isn't parsed (<see cref="MimeMessage.Truncated"/>), and is available
/// as raw bytes.
/// </summary>
internal sealed record MimeLimits
{
    /// <summary>The limits used when none are given.</summary>
    public static MimeLimits Default { get; } = new();

    /// <summary>Levels of parts in parts, the message itself being the first. A part at the last level isn't opened.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>Parts in a message, nested messages and their parts included.</summary>
    public int MaxParts { get; init; } = 20_000;

    /// <summary>Bytes of all header sections of a message together.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Header fields of all header sections of a message together.</summary>
    public int MaxHeaderFields { get; init; } = 1_000_000;

    /// <summary>Parameters, sections of continued ones (RFC 2231 section 3) counted one by one, of one header field.</summary>
    public int MaxParameters { get; init; } = 1_000;

    /// <summary>Bytes of one body that <see cref="MimePart.GetText"/> decodes; saving a part has no such limit.</summary>
    public int MaxTextBytes { get; init; } = 32 * 1024 * 1024;
}
