namespace MailAdmin;

/// <summary>A message in a sandbox, seen from the inside: what a test compares with.</summary>
public sealed record SandboxMessage
{
    /// <summary>The primary address of its mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The path of its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Its immutable id.</summary>
    public required string Id { get; init; }

    /// <summary>Decoded subject.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Who it is from.</summary>
    public EmailAddress? From { get; init; }

    /// <summary>When it was received, in UTC.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Whether it is marked as read.</summary>
    public bool IsRead { get; init; }

    /// <summary>Bytes of its wire form.</summary>
    public long Size { get; init; }

    /// <summary>The exact octets.</summary>
    public byte[] GetContent() => Content();

    internal Func<byte[]> Content { get; init; } = () => [];

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox}/{Folder}: {Subject}";
}
