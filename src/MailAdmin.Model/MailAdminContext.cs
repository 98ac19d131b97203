namespace MailAdmin;

/// <summary>A sign-in to a tenant, which Connect-MailAdmin creates. It belongs to the runspace.</summary>
public sealed class MailAdminContext
{
    /// <summary>The name for -Context and Disconnect-MailAdmin.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant ID, a GUID.</summary>
    public required string TenantId { get; init; }

    /// <summary>The tenant as specified with Connect-MailAdmin: its ID or a domain.</summary>
    public required string Tenant { get; init; }

    /// <summary>The client ID of the app that is signed in, or that the user signed in through.</summary>
    public required string ClientId { get; init; }

    /// <summary>The account: the name of an app, or a user principal name.</summary>
    public required string Account { get; init; }

    /// <summary>
    /// "Browser", "DeviceCode", "ClientSecret", "Certificate", "FederatedToken", "ManagedIdentity" or "AccessToken".
    /// </summary>
    public required string CredentialType { get; init; }

    /// <summary>The cloud.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>When the context was created, in UTC.</summary>
    public DateTimeOffset ConnectedAt { get; init; }

    /// <summary>The sandbox, in this process or served by another one; null for Microsoft 365.</summary>
    public MailSandbox? Sandbox { get; init; }

    /// <summary>Whether cmdlets without -Context use it.</summary>
    public bool IsDefault { get; internal set; }

    /// <summary>Whether cmdlets that make changes are rejected.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// Whether cmdlets of Exchange run in the session of Exchange Online PowerShell that is connected in the same runspace.
    /// </summary>
    public bool UsesExchangeSession { get; init; }

    /// <summary>Core's session.</summary>
    internal object? Handle { get; init; }

    /// <summary>Whether this is its tenant's ID, or what the tenant was called at sign-in.</summary>
    internal bool Is(string tenant) => tenant.Equals(TenantId, StringComparison.OrdinalIgnoreCase)
        || tenant.Equals(Tenant, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => $"{Account} in {Tenant}";
}
