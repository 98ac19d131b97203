namespace MailAdmin.Core.Mail.Imap;

/// <summary>What a server tells about itself once somebody is signed in.</summary>
internal sealed record ImapServerInfo
{
    /// <summary>host:port.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Its capabilities, separated by spaces (RFC 9051 section 7.2.2).</summary>
    public required string Capabilities { get; init; }

    /// <summary>Its name, where it has ID (RFC 2971).</summary>
    public string? Name { get; init; }

    /// <summary>Its version, where it has ID.</summary>
    public string? Version { get; init; }
}
