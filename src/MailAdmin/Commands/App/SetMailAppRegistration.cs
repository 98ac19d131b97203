using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Changes whether an app can sign in.</summary>
[Cmdlet(VerbsCommon.Set, "MailAppRegistration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(
    Permission = "Application.ReadWrite.All, Directory.Read.All", EntraRole = "Cloud Application Administrator")]
public sealed class SetMailAppRegistration : AppCmdlet
{
    /// <summary>Specifies whether the app can sign in, and users can sign in to it.</summary>
    [Parameter(Mandatory = true)]
    public bool Enabled { get; set; }

    private protected override bool UsesPermissions => false;

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        if (ShouldProcess(app.ToString(), Enabled ? "Enable sign-in" : "Disable sign-in"))
        {
            WriteObject(app with { Change = await AppSwitch.SetAsync(Session, app, Enabled, StopToken) });
        }
    }
}
