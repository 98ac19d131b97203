namespace MailAdmin;

/// <summary>A message in a sandbox, read directly, for comparison in tests.</summary>
public sealed record SandboxMessage
{
    /// <summary>The primary address of its mailbox.</summary>
    public required string Mailbox { get; init; }

    /// <summary>The path of its folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The immutable ID.</summary>
    public required string Id { get; init; }

    /// <summary>The decoded subject.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The sender.</summary>
    public EmailAddress? From { get; init; }

    /// <summary>When it was received, in UTC.</summary>
    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Whether it is marked as read.</summary>
    public bool IsRead { get; init; }

    /// <summary>The size of its wire form in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Returns the exact bytes.</summary>
    public byte[] GetContent() => Content();

    internal Func<byte[]> Content { get; init; } = () => [];

    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox}/{Folder}: {Subject}";
}
