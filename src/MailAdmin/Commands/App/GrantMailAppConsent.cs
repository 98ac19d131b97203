using System.Management.Automation;
using MailAdmin.Core.Entra;

namespace MailAdmin.Commands;

/// <summary>Grants an app the permissions it asks for, as an admin: for the app itself, for all users, or for one.</summary>
[Cmdlet(VerbsSecurity.Grant, "MailAppConsent", SupportsShouldProcess = true, DefaultParameterSetName = ByObject)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, Directory.Read.All", EntraRole = "Privileged Role Administrator")]
public sealed class GrantMailAppConsent : ConsentCmdlet
{
    /// <summary>Grant permissions that open every mailbox of the tenant, too.</summary>
    [Parameter]
    public SwitchParameter TenantWide { get; set; }

    private protected override string Describe(string? permissions) => $"Grant {permissions ?? "all requested permissions"} for {User ?? "the whole tenant"}";

    private protected override Task<MailAppRegistration> ChangeAsync(MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions) =>
        new AppConsent(Session).GrantAsync(app, permissions, User, TenantWide, StopToken);
}
