namespace MailAdmin.Core.Mail.Imap;

/// <summary>How much a server may send before it is taken to be broken or hostile.</summary>
internal sealed record ImapLimits
{
    /// <summary>What holds unless something else is asked for.</summary>
    public static ImapLimits Default { get; } = new();

    /// <summary>Octets of one response, without the literals in it. Above it the connection is ended.</summary>
    public int Response { get; init; } = 4 * 1024 * 1024;

    /// <summary>Octets of a response that lists what a search found.</summary>
    public int SearchResponse { get; init; } = 16 * 1024 * 1024;

    /// <summary>Octets of one literal, that is of one message.</summary>
    public long Literal { get; init; } = int.MaxValue;

    /// <summary>Parentheses within parentheses.</summary>
    public int Nesting { get; init; } = 100;
}
