namespace MailAdmin;

/// <summary>A report that was written: who can reach mail in a tenant.</summary>
public sealed record MailAdminReport
{
    /// <summary>The page.</summary>
    public required string Path { get; init; }

    /// <summary>The same content as JSON.</summary>
    public required string JsonPath { get; init; }

    /// <summary>The tenant's id.</summary>
    public required string TenantId { get; init; }

    /// <summary>How many apps can reach mail.</summary>
    public int AppCount { get; init; }

    /// <summary>How many of them reach every mailbox.</summary>
    public int TenantWideCount { get; init; }

    /// <summary>How much should be looked at.</summary>
    public int FindingCount { get; init; }

    /// <summary>How many results of tests are in it.</summary>
    public int TestCount { get; init; }

    /// <summary>What could not be read, a sentence each.</summary>
    public string[] Unknown { get; init; } = [];

    /// <summary>Created, or Updated when it was written over another one.</summary>
    public ChangeKind Change { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
