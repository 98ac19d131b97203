using System.Management.Automation;
using MailAdmin.Core.Entra;

namespace MailAdmin.Commands;

/// <summary>Takes permissions away from an app; what it asks for stays as it is.</summary>
[Cmdlet(VerbsSecurity.Revoke, "MailAppConsent", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByObject)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, Directory.Read.All", EntraRole = "Privileged Role Administrator")]
public sealed class RevokeMailAppConsent : AppCmdlet
{
    /// <summary>Application permissions to take away; with neither this nor -DelegatedPermission, all that is granted.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] ApplicationPermission { get; set; } = [];

    /// <summary>Delegated permissions to take away.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PermissionCompleter))]
    public string[] DelegatedPermission { get; set; } = [];

    /// <summary>Only what was granted for this user, by user principal name or id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        var permissions = PermissionName.ParseAll(ApplicationPermission, DelegatedPermission);
        var what = permissions.Count == 0 ? "everything that is granted" : string.Join(", ", permissions);
        if (ShouldProcess(app.ToString(), $"Take away {what}{(User is null ? "" : $" for {User}")}"))
        {
            var result = await new AppConsent(Session).RevokeAsync(app, permissions.Count == 0 ? null : permissions, User, StopToken);
            WritePending(result);
            WriteObject(result);
        }
    }
}
