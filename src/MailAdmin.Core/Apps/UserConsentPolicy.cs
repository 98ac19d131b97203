using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.Apps;

/// <summary>Lists what users can consent to if Microsoft manages the tenant's consent settings, which is the default.</summary>
/// <remarks>
/// https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies (microsoft-user-default-recommended):
/// since late 2025, it excludes mail permissions, over Microsoft Graph and over IMAP, POP, and EWS. A tenant with its own policy
/// decides otherwise.
/// </remarks>
internal static class UserConsentPolicy
{
    /// <summary>
    /// The scopes that every user sign-in requests in addition:
    /// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#openid-connect-scopes.
    /// </summary>
    public static IReadOnlyList<string> SignInScopes { get; } = ["openid", "profile", "offline_access"];

    /// <summary>Whether the managed policy leaves a permission to admins.</summary>
    public static bool BlocksUserConsent(MailAppPermission permission) =>
        PermissionTable.Of(permission).IsLeftToAdmins;
}
