namespace MailAdmin.Core.Apps;

/// <summary>
/// What users can still consent to by themselves where Microsoft manages the tenant's consent settings, which is the default.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies (microsoft-user-default-recommended):
/// since late 2025 it leaves out what opens mail, over Microsoft Graph and over IMAP, POP and EWS. A tenant with a policy of its
/// own decides otherwise.
/// </remarks>
internal static class UserConsentPolicy
{
    /// <summary>
    /// What every sign-in of people asks for beside the permissions:
    /// https://learn.microsoft.com/entra/identity-platform/scopes-oidc#openid-connect-scopes.
    /// </summary>
    public static IReadOnlyList<string> SignInScopes { get; } = ["openid", "profile", "offline_access"];

    private static readonly HashSet<string> Blocked = new(StringComparer.OrdinalIgnoreCase)
    {
        "Mail.Read", "Mail.ReadWrite", "Mail.Read.Shared", "Mail.ReadWrite.Shared", "IMAP.AccessAsUser.All",
        "POP.AccessAsUser.All", "EWS.AccessAsUser.All",
    };

    /// <summary>Whether users can't consent to a permission under the managed policy.</summary>
    public static bool BlocksUserConsent(MailAppPermission permission) =>
        permission.Kind == PermissionKind.Delegated && Blocked.Contains(permission.Name);
}
