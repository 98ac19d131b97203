namespace MailAdmin.Core.Report;

/// <summary>The content of a report: the data that the page shows and that the JSON file contains.</summary>
internal sealed record ReportContent
{
    /// <summary>The version of the JSON form. It's increased when a property is renamed or removed.</summary>
    public int SchemaVersion => 1;

    /// <summary>The tenant's ID.</summary>
    public required string TenantId { get; init; }

    /// <summary>The tenant, as specified at sign-in.</summary>
    public required string Tenant { get; init; }

    /// <summary>The account that was signed in.</summary>
    public required string Account { get; init; }

    /// <summary>The time of creation, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether the tenant is a sandbox.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>The apps that can reach mail.</summary>
    public IReadOnlyList<MailAppAccess> Apps { get; init; } = [];

    /// <summary>Addresses of all mailboxes; null where they aren't known.</summary>
    public IReadOnlyList<string>? Mailboxes { get; init; }

    /// <summary>Technology in the tenant that Microsoft retires, with the required action and its date.</summary>
    public IReadOnlyList<MailAppFinding> Retirements { get; init; } = [];

    /// <summary>The tests of the access as configured.</summary>
    public IReadOnlyList<MailAppAccessTest> AccessTests { get; init; } = [];

    /// <summary>Tests that opened a mailbox.</summary>
    public IReadOnlyList<MailboxConnectionTest> ConnectionTests { get; init; } = [];

    /// <summary>Apps that were held against their recipes.</summary>
    public IReadOnlyList<MailAppTest> RecipeTests { get; init; } = [];

    /// <summary>The data that couldn't be read, one sentence each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}
