using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Removes secrets and certificates from an app by key ID, or those that are superseded or expired.</summary>
[Cmdlet(VerbsCommon.Remove, "MailAppCredential", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(MailAppCredential))]
[LeastPrivilege(Permission = "Application.ReadWrite.All", EntraRole = "Cloud Application Administrator")]
public sealed class RemoveMailAppCredential : AppCmdlet
{
    /// <summary>Specifies the key IDs, as Get-MailAppCredential returns them.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(KeyIdCompleter))]
    public string[] KeyId { get; set; } = [];

    /// <summary>Removes the secrets and certificates that are older than the newest valid one of the same type.</summary>
    [Parameter]
    public SwitchParameter Superseded { get; set; }

    /// <summary>Removes expired credentials.</summary>
    [Parameter]
    public SwitchParameter Expired { get; set; }

    /// <summary>Allows the removal of the last valid credential of the app.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool UsesPermissions => false;

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        if (KeyId.Length == 0 && !Superseded && !Expired)
        {
            throw new InvalidRequestException("NoCredentialChosen", "No credential was specified.")
            {
                Target = app.ClientId,
                Advice = "Use -KeyId, -Superseded, or -Expired. To list credentials, run Get-MailAppCredential.",
            };
        }

        var removal = new CredentialRemoval(Session);
        var (credentials, warnings) = await removal.FindAsync(
            app, new CredentialChoice { KeyIds = KeyId, Superseded = Superseded, Expired = Expired, Force = Force }, StopToken);
        foreach (var warning in warnings)
        {
            WriteWarning(warning);
        }

        foreach (var credential in credentials)
        {
            if (ShouldProcess(credential.ToString(), "Remove the credential"))
            {
                WriteObject(await removal.RemoveAsync(app, credential, StopToken));
            }
        }
    }
}
