using System.Management.Automation;
using MailAdmin.Core.Entra;

namespace MailAdmin.Commands;

/// <summary>Grants an app the permissions it asks for, as an admin: for the app itself, for all users, or for one.</summary>
[Cmdlet(VerbsSecurity.Grant, "MailAppConsent", SupportsShouldProcess = true, DefaultParameterSetName = ByObject)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, Directory.Read.All", EntraRole = "Privileged Role Administrator")]
public sealed class GrantMailAppConsent : AppCmdlet
{
    /// <summary>Application permissions to grant, such as Graph/Mail.Send; with neither this nor -DelegatedPermission, all that is asked for.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] ApplicationPermission { get; set; } = [];

    /// <summary>Delegated permissions to grant, such as Graph/Mail.ReadWrite.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] DelegatedPermission { get; set; } = [];

    /// <summary>The one user that delegated permissions are granted for, by user principal name or id; all users when left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <summary>Grant permissions that open every mailbox of the tenant, too.</summary>
    [Parameter]
    public SwitchParameter TenantWide { get; set; }

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        var permissions = PermissionName.ParseAll(ApplicationPermission, DelegatedPermission);
        var what = permissions.Count == 0 ? "everything it asks for" : string.Join(", ", permissions);
        if (ShouldProcess(app.ToString(), $"Grant {what} for {User ?? "the whole tenant"}"))
        {
            var result = await new AppConsent(Session).GrantAsync(app, permissions.Count == 0 ? null : permissions, User, TenantWide, StopToken);
            WritePending(result);
            WriteObject(result);
        }
    }
}
