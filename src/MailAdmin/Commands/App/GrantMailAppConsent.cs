using System.Management.Automation;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands.App;

/// <summary>Grants admin consent to the permissions of an app, for the app itself, for all users, or for one.</summary>
[Cmdlet(VerbsSecurity.Grant, "MailAppConsent", SupportsShouldProcess = true)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(
    Permission = "AppRoleAssignment.ReadWrite.All, DelegatedPermissionGrant.ReadWrite.All, Directory.Read.All, "
        + "Application.ReadWrite.All", EntraRole = "Privileged Role Administrator")]
public sealed class GrantMailAppConsent : ConsentCmdlet
{
    /// <summary>Includes permissions that give access to all mailboxes of the tenant.</summary>
    [Parameter]
    public SwitchParameter TenantWide { get; set; }

    /// <summary>Allows only users and groups that are assigned to the enterprise application to sign in.</summary>
    [Parameter]
    public SwitchParameter AssignmentRequired { get; set; }

    /// <summary>Doesn't grant consent.</summary>
    [Parameter]
    public SwitchParameter ConsentUrlOnly { get; set; }

    private protected override string Describe(string? permissions) =>
        $"Grant {permissions ?? "all requested permissions"} for {User ?? "the whole tenant"}";

    private protected override bool Confirms(MailAppRegistration app) =>
        !TenantWide || ConsentUrlOnly || ConfirmsTenantWide(app.Name);

    private protected override Task<MailAppRegistration> ChangeAsync(
        MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions) =>
        ConsentUrlOnly ? Task.FromResult(new AppConsent(Session).ConsentUrlOnly(app, permissions)) : GrantAsync(app, permissions);

    private async Task<MailAppRegistration> GrantAsync(MailAppRegistration app, IReadOnlyList<MailAppPermission>? permissions)
    {
        var consent = new AppConsent(Session);

        // The assignment requirement is set before consent, so that unassigned users never have access.
        var narrowed = MyInvocation.BoundParameters.ContainsKey(nameof(AssignmentRequired))
            ? await consent.RequireAssignmentAsync(app, AssignmentRequired, StopToken) : ChangeKind.Unchanged;
        var result = await consent.GrantAsync(app, permissions, User, TenantWide, StopToken);
        if (AssignmentRequired)
        {
            result = result with
            {
                Pending =
                [
                    .. result.Pending,
                    "Only users and groups that are assigned to the enterprise application can sign in. Assign them "
                        + "in the portal (Users and groups).",
                ],
            };
        }

        if (narrowed == ChangeKind.Pending)
        {
            return result with { Change = narrowed, Pending = [.. result.Pending, ReadBack.NotSeen] };
        }

        if (narrowed == ChangeKind.Updated && result.Change == ChangeKind.Unchanged)
        {
            result = result with { Change = ChangeKind.Updated };
        }

        return result;
    }
}
