namespace MailAdmin.Core.Mail.Imap;

/// <summary>How much a server may send before it is taken to be broken or hostile.</summary>
internal sealed record ImapLimits
{
    /// <summary>What holds unless something else is asked for.</summary>
    public static ImapLimits Default { get; } = new();

    /// <summary>
    /// Bytes of one response kept in memory: its lines, and the literals that are not streamed. A FETCH response above it is
    /// read past (see <see cref="SkippedResponse"/>), any other ends the connection.
    /// </summary>
    public int Response { get; init; } = 4 * 1024 * 1024;

    /// <summary>Bytes of an oversized FETCH response that are read past before the connection is ended.</summary>
    public long SkippedResponse { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of one streamed literal, that is of one message.</summary>
    public long Literal { get; init; } = int.MaxValue;

    /// <summary>Parentheses within parentheses.</summary>
    public int Nesting { get; init; } = 100;

    /// <summary>Ranges of a UID list kept in memory, 8 bytes each.</summary>
    public int UidRanges { get; init; } = 1_000_000;
}
