using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Represents an app for user sign-in, as the authorize and token endpoints use it.</summary>
/// <param name="Application">Its registration; null when that is in Microsoft's own tenant.</param>
/// <param name="Principal">Its service principal here.</param>
internal sealed record Client(DirectoryObject? Application, DirectoryObject Principal)
{
    /// <summary>"Microsoft Graph Command Line Tools", Microsoft's public client that is available in every tenant.</summary>
    /// <remarks>https://learn.microsoft.com/powershell/microsoftgraph/authentication-commands</remarks>
    public const string GraphCommandLine = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

    public string AppId => Principal.AppId;

    public string Name => Principal.DisplayName;

    /// <summary>
    /// Whether it can sign in users without a credential:
    /// https://learn.microsoft.com/entra/identity-platform/msal-client-applications.
    /// </summary>
    public bool AllowsPublicFlows => Application is null || Application.Json.Flag("isFallbackPublicClient") == true;

    /// <summary>Whether it can be from another tenant than that in the URL.</summary>
    public bool IsMultiTenant => Application is null || Application.Json.Text("signInAudience") is not "AzureADMyOrg";

    /// <summary>
    /// Returns whether an address is a redirect URI of the app, and whether that is for a public client; null if it isn't one.
    /// </summary>
    public bool? IsPublicAt(string redirectUri)
    {
        if (Application is null)
        {
            return IsLoopback(redirectUri, "http://localhost") ? true : null;
        }

        bool Waits(string platform) => Uris(platform).Any(r => r == redirectUri || IsLoopback(redirectUri, r));
        if (Waits("publicClient"))
        {
            return true;
        }

        return Waits("web") ? false : null;
    }

    /// <summary>Whether another organization without a verified publisher registered it.</summary>
    public bool IsOfVendor => Application is null && AppId != GraphCommandLine;

    private IEnumerable<string> Uris(string platform) =>
        (Application!.Json[platform]?["redirectUris"] as System.Text.Json.Nodes.JsonArray ?? []).Select(r => (string)r!);

    /// <summary>The port of a loopback address doesn't count: RFC 8252 section 7.3.</summary>
    private static bool IsLoopback(string asked, string registered) =>
        Uri.TryCreate(asked, UriKind.Absolute, out var a) && Uri.TryCreate(registered, UriKind.Absolute, out var r)
        && a.Scheme == Uri.UriSchemeHttp && a.IsLoopback && a.Scheme == r.Scheme && a.Host == r.Host
        && a.AbsolutePath == r.AbsolutePath;

    /// <summary>Finds the app that a request names.</summary>
    /// <exception cref="TokenRefusal">The app doesn't exist, can't be used with this authority, or is disabled.</exception>
    public static Client Find(TenantState tenant, string appId, string tenantName)
    {
        var application = tenant.Directory.ApplicationOf(appId);
        // A user who signs in to a vendor's app is prompted for consent before the tenant has the app. The consent creates its
        // service principal.
        var principal = tenant.Directory.SignInPrincipalOf(appId)
            ?? (tenant.Directory.PrincipalOf(appId) is null && tenant.Consent.Published.GetValueOrDefault(appId) is { } published
                ? new DirectoryObject(
                    ServicePrincipals.New(appId, published.DisplayName, published.OwnerTenant, tenant.Now), tenant.Now)
                : throw TokenRefusal.UnknownApp(appId, tenant.Domain));
        var client = new Client(application, principal);
        switch (tenantName.ToLowerInvariant())
        {
            case "consumers":
                throw TokenRefusal.WorkOnly(appId, client.Name);
            case "common" or "organizations" when !client.IsMultiTenant:
                throw TokenRefusal.SingleTenant(appId, client.Name);
        }

        return principal.Json.Flag("accountEnabled") == false ? throw TokenRefusal.DisabledApp(appId, client.Name) : client;
    }
}
