namespace MailAdmin.Core.Entra;

/// <summary>What an app registration should be like.</summary>
public sealed record AppSpecification
{
    /// <summary>Display name; it is also what a second run finds the app by.</summary>
    public required string Name { get; init; }

    /// <summary>Permissions to ask for.</summary>
    public IReadOnlyList<MailAppPermission> Permissions { get; init; } = [];

    /// <summary>Months until the secret ends.</summary>
    public int SecretLifetime { get; init; } = 6;

    /// <summary>Whether permissions that open every mailbox of the tenant are granted, and not only asked for.</summary>
    public bool TenantWide { get; init; }

    /// <summary>"AzureADMyOrg" is this tenant alone.</summary>
    public string SignInAudience { get; init; } = "AzureADMyOrg";
}
