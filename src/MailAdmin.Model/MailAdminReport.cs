namespace MailAdmin;

/// <summary>A report of the apps that can access mail in a tenant.</summary>
public sealed record MailAdminReport : MailAdminResult
{
    /// <summary>The path of the page.</summary>
    public required string Path { get; init; }

    /// <summary>The path of the JSON file with the same content.</summary>
    public required string JsonPath { get; init; }

    /// <summary>The number of apps that can access mail.</summary>
    public int AppCount { get; init; }

    /// <summary>The number of apps that can access all mailboxes.</summary>
    public int TenantWideCount { get; init; }

    /// <summary>The number of findings.</summary>
    public int FindingCount { get; init; }

    /// <summary>The number of test results.</summary>
    public int TestCount { get; init; }

    /// <summary>Data that couldn't be read, one sentence each.</summary>
    public string[] Unknown { get; init; } = [];

    /// <summary>Created, or Updated if an existing page was replaced.</summary>
    public ChangeKind Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
