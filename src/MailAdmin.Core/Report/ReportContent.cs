namespace MailAdmin.Core.Report;

/// <summary>What a report is about: everything that its page shows is in here, and its JSON is this.</summary>
internal sealed record ReportContent
{
    /// <summary>The version of this shape; it grows when something is renamed or goes.</summary>
    public int SchemaVersion => 1;

    /// <summary>The tenant's ID.</summary>
    public required string TenantId { get; init; }

    /// <summary>The tenant as somebody signed in to it.</summary>
    public required string Tenant { get; init; }

    /// <summary>Who was signed in.</summary>
    public required string Account { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the tenant is a sandbox.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>The apps that can reach mail.</summary>
    public IReadOnlyList<MailAppAccess> Apps { get; init; } = [];

    /// <summary>Addresses of all mailboxes; null where they aren't known.</summary>
    public IReadOnlyList<string>? Mailboxes { get; init; }

    /// <summary>What Microsoft retires in the whole tenant, with what to do by when.</summary>
    public IReadOnlyList<MailAppFinding> Retirements { get; init; } = [];

    /// <summary>Tests of what is configured.</summary>
    public IReadOnlyList<MailAppAccessTest> AccessTests { get; init; } = [];

    /// <summary>Tests that opened a mailbox.</summary>
    public IReadOnlyList<MailboxConnectionTest> ConnectionTests { get; init; } = [];

    /// <summary>Apps that were held against their recipes.</summary>
    public IReadOnlyList<MailAppTest> RecipeTests { get; init; } = [];

    /// <summary>What couldn't be read, a sentence each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
