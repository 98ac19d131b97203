using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Service;

/// <summary>Recommended actions for errors of Exchange's admin endpoint. No code branches on them.</summary>
/// <remarks>
/// https://learn.microsoft.com/powershell/exchange/app-only-auth-powershell-v2: an app needs Exchange.ManageAsApp, and a
/// directory role or a role group; for a role group, the service principal has to be registered in Exchange first
/// (https://learn.microsoft.com/powershell/exchange/connect-exo-powershell-managed-identity for a managed identity).
/// </remarks>
internal static class ExchangeAdvice
{
    /// <summary>The first step; null when the service's text says it all.</summary>
    /// <param name="caller">The sign-in method of the caller; null if it's unknown.</param>
    public static (MailCheckReason Reason, string? Advice, Remedy? Remedy) For(
        string code, int status, string cmdlet, SignInMethod? caller) => (code, status) switch
    {
        ("InvalidOperationInDehydratedContextException", _) => (MailCheckReason.Other,
            "The organization was never customized. Run the command again with -EnableCustomization, which runs "
                + "Enable-OrganizationCustomization once for the tenant.", null),
        (_, 401) => (MailCheckReason.PermissionMissing,
            "Grant the signed-in app Exchange/Exchange.ManageAsApp, and connect again.",
            caller?.ClientId is { Length: > 0 } id && !IsPerson(caller)
                ? new Remedy(
                    $"Grant-MailAppConsent -App {CommandText.Of(id)} -ApplicationPermission Exchange/Exchange.ManageAsApp")
                {
                    RequiredRole = "Cloud Application Administrator",
                } : null),
        (ExchangeErrors.NotExposed, _) or (_, 403) => (MailCheckReason.PermissionMissing,
            $"{cmdlet} requires {ExchangeRoles.For(cmdlet)}. {Membership(caller)} A role that was assigned in the "
                + "last hours might not have taken effect yet.", RoleGroup(cmdlet, caller)),
        (ExchangeErrors.NotFound, _) => (MailCheckReason.ItemNotFound,
            "Check the name. An object that was created in the last few minutes might not be returned yet.", null),
        _ => (MailCheckReason.Other, null, null),
    };

    private static string Membership(SignInMethod? caller) => caller switch
    {
        null => "Assign the directory role to the signed-in account, or make it a member of the role group in Exchange.",
        ManagedIdentitySignIn =>
            "First, create the service principal of the managed identity in Exchange (New-ServicePrincipal with its "
                + "application ID and object ID). Then make it a member of the role group, which is narrower than "
                + "the directory role.",
        _ when IsPerson(caller) => "Make the account a member of the role group, which is narrower than the directory role.",
        _ => "Create the service principal of the signed-in app in Exchange (New-ServicePrincipal). Then make it a "
            + "member of a role group in Exchange, which is narrower than the directory role Exchange "
            + "Administrator.",
    };

    private static Remedy? RoleGroup(string cmdlet, SignInMethod? caller) =>
        caller?.ClientId is { Length: > 0 } id && !IsPerson(caller)
            ? new Remedy(
                $"Add-RoleGroupMember -Identity {CommandText.Of(ExchangeRoles.For(cmdlet).Split(" (")[0])} "
                    + $"-Member {CommandText.Of(id)}")
            {
                Module = "ExchangeOnlineManagement",
                RequiredRole = ExchangeRoles.Organization,
            } : null;

    private static bool IsPerson(SignInMethod caller) => caller is UserSignIn;
}
