namespace MailAdmin;

/// <summary>A permission of an app that is requested, granted, or both. Only granted permissions are effective.</summary>
public sealed record MailAppPermissionStatus : MailAdminResult
{
    /// <summary>The display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The client ID of the app.</summary>
    public required string ClientId { get; init; }

    /// <summary>"Graph", "Exchange", or the display name of another resource.</summary>
    public required string Resource { get; init; }

    /// <summary>The name, such as "Mail.ReadWrite".</summary>
    public required string Permission { get; init; }

    /// <summary>Application or delegated.</summary>
    public PermissionKind Kind { get; init; }

    /// <summary>Whether the app registration requests it.</summary>
    public bool Requested { get; init; }

    /// <summary>Whether it is granted.</summary>
    public bool Granted { get; init; }

    /// <summary>For a delegated permission, "all users" or user principal names; null otherwise.</summary>
    public string? GrantedFor { get; init; }

    /// <summary>Whether it gives access to all mailboxes of the tenant.</summary>
    public bool TenantWide { get; init; }

    /// <summary>
    /// Whether users can consent to it under the consent settings that Microsoft manages. Application permissions always
    /// require an administrator. A tenant can have other settings.
    /// </summary>
    public bool UserConsentAllowed { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Resource}/{Permission}: {(Granted ? "granted" : "not granted")}";
}

/// <summary>A redirect URI of an app, with the platform it is registered for.</summary>
/// <param name="Uri">The URI, compared character by character by the service.</param>
/// <param name="Platform">Web, PublicClient, or Spa.</param>
public sealed record MailAppRedirectUri(string Uri, RedirectPlatform Platform)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Uri} ({Platform})";
}

/// <summary>The platform of a redirect URI.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/reply-url</remarks>
public enum RedirectPlatform
{
    /// <summary>A web server, which can keep a secret.</summary>
    Web,
    /// <summary>A desktop or mobile program, which can't.</summary>
    PublicClient,
    /// <summary>A single-page app in a browser.</summary>
    Spa,
}

/// <summary>Specifies who can sign in to an app.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/application (signInAudience)</remarks>
public enum SignInAudience
{
    /// <summary>Only accounts of this tenant.</summary>
    AzureADMyOrg,
    /// <summary>Accounts of any tenant.</summary>
    AzureADMultipleOrgs,
    /// <summary>Accounts of any tenant, and personal accounts.</summary>
    AzureADandPersonalMicrosoftAccount,
}
