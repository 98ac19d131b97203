namespace MailAdmin;

/// <summary>A sign-in: to which tenant, as whom. Connect-MailAdmin makes it; it belongs to the runspace.</summary>
public sealed class MailAdminContext
{
    /// <summary>What -Context and Disconnect-MailAdmin call it.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant's id, a GUID.</summary>
    public required string TenantId { get; init; }

    /// <summary>The tenant as it was given to Connect-MailAdmin: its id or a domain.</summary>
    public required string Tenant { get; init; }

    /// <summary>The app that is signed in, or through which a person is.</summary>
    public required string ClientId { get; init; }

    /// <summary>Whom the service knows: an app's name, a user principal name.</summary>
    public required string Account { get; init; }

    /// <summary>
    /// "Browser", "DeviceCode", "ClientSecret", "Certificate", "FederatedToken", "ManagedIdentity" or "AccessToken".
    /// </summary>
    public required string CredentialType { get; init; }

    /// <summary>The cloud.</summary>
    public MailEnvironment Environment { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    public DateTimeOffset ConnectedAt { get; init; }

    /// <summary>The sandbox behind it, in this process or served by another; null for Microsoft 365.</summary>
    public MailSandbox? Sandbox { get; init; }

    /// <summary>Whether it is the one that cmdlets use when no -Context is given.</summary>
    public bool IsDefault { get; internal set; }

    /// <summary>Whether cmdlets that change something are refused.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Core's session.</summary>
    internal object? Handle { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Account} in {Tenant}";
}
