namespace MailAdmin;

/// <summary>
/// A permission of an app, requested against granted: what is asked for counts for nothing until it is granted.
/// </summary>
public sealed record MailAppPermissionStatus
{
    /// <summary>Display name of the app.</summary>
    public required string App { get; init; }

    /// <summary>The app's client id.</summary>
    public required string ClientId { get; init; }

    /// <summary>"Graph", "Exchange", or the display name of another resource.</summary>
    public required string Resource { get; init; }

    /// <summary>Such as "Mail.ReadWrite".</summary>
    public required string Permission { get; init; }

    /// <summary>Application or delegated.</summary>
    public PermissionKind Kind { get; init; }

    /// <summary>Whether the registration asks for it.</summary>
    public bool Requested { get; init; }

    /// <summary>Whether it is granted.</summary>
    public bool Granted { get; init; }

    /// <summary>For a delegated one: "all users", or the user principal names it was consented for. Null otherwise.</summary>
    public string? GrantedFor { get; init; }

    /// <summary>Whether it opens every mailbox of the tenant by itself.</summary>
    public bool TenantWide { get; init; }

    /// <summary>
    /// Whether only an admin can consent to it: application permissions, and those delegated ones that the consent settings which
    /// Microsoft manages no longer let users consent to. A tenant with settings of its own may decide otherwise.
    /// </summary>
    public bool UserConsentAllowed { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Resource}/{Permission}: {(Granted ? "granted" : "not granted")}";
}

/// <summary>A redirect URI of an app, with the platform it is registered for.</summary>
/// <param name="Uri">The URI, compared character by character by the service.</param>
/// <param name="Platform">Web, PublicClient or Spa.</param>
public sealed record MailAppRedirectUri(string Uri, RedirectPlatform Platform)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Uri} ({Platform})";
}

/// <summary>What kind of program a redirect URI leads back to.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/reply-url</remarks>
public enum RedirectPlatform
{
    /// <summary>A web server, which keeps a secret.</summary>
    Web,
    /// <summary>A desktop or mobile program, which can't.</summary>
    PublicClient,
    /// <summary>A page in a browser.</summary>
    Spa,
}

/// <summary>Who may sign in to an app.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/application (signInAudience)</remarks>
public enum SignInAudience
{
    /// <summary>Accounts of this tenant alone.</summary>
    AzureADMyOrg,
    /// <summary>Accounts of any tenant.</summary>
    AzureADMultipleOrgs,
    /// <summary>Accounts of any tenant, and personal accounts.</summary>
    AzureADandPersonalMicrosoftAccount,
}
