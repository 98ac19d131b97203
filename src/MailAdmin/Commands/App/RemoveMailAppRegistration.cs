using System.Management.Automation;
using MailAdmin.Core.Entra;

namespace MailAdmin.Commands;

/// <summary>Removes an app: its registration and with it its service principal, its credentials and its grants.</summary>
[Cmdlet(VerbsCommon.Remove, "MailAppRegistration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ByObject)]
[OutputType(typeof(MailAppRegistration))]
public sealed class RemoveMailAppRegistration : AppCmdlet
{
    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        if (ShouldProcess(app.ToString(), $"Remove the app from {ContextInUse.Tenant}"))
        {
            WriteObject(await new AppDirectory(Session).RemoveAsync(app, StopToken));
        }
    }
}
