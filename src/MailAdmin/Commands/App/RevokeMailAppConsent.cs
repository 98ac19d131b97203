using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Revokes granted permissions of an app.</summary>
[Cmdlet(VerbsSecurity.Revoke, "MailAppConsent", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(
    Permission = "AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, Directory.Read.All",
    EntraRole = "Privileged Role Administrator")]
public sealed class RevokeMailAppConsent : ConsentCmdlet
{
    private protected override string Describe(string? permissions) =>
        $"Revoke {permissions ?? "all granted permissions"}{(User is null ? "" : $" for {User}")}";

    private protected override Task<MailAppRegistration> ChangeAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions) =>
        new AppConsent(Session).RevokeAsync(app, permissions, User, StopToken);
}
