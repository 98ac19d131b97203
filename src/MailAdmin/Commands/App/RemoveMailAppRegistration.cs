using System.Management.Automation;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Removes an app with its service principal, credentials, and permissions in Entra and Exchange.</summary>
[Cmdlet(VerbsCommon.Remove, "MailAppRegistration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(
    Permission = "Application.ReadWrite.All, Directory.Read.All, Exchange/Exchange.ManageAsApp",
    EntraRole = "Cloud Application Administrator", ExchangeRole = "Organization Management for its objects in Exchange")]
public sealed class RemoveMailAppRegistration : AppCmdlet
{
    private protected override bool UsesPermissions => false;

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        if (ShouldProcess(app.ToString(), $"Remove the app from {ContextInUse.Tenant}"))
        {
            // Exchange first: after the removal in Entra, the owner of these permissions is unknown.
            var left = await new AppCleanup(Session).RemoveAsync(app, StopToken);
            var removed = await new AppDirectory(Session).RemoveAsync(app, left, StopToken);
            foreach (var pending in left)
            {
                WriteWarning(pending.ToString());
            }

            WriteObject(removed);
        }
    }
}
