using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Creates a client secret for an app and returns its value once.</summary>
[Cmdlet(VerbsCommon.New, "MailAppSecret", SupportsShouldProcess = true)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Application.ReadWrite.All", EntraRole = "Cloud Application Administrator")]
public sealed class NewMailAppSecret : AppCmdlet
{
    /// <summary>Months until it ends; six, or as many days as a policy of the tenant allows, by default.</summary>
    [Parameter]
    [ValidateRange(1, 24)]
    public int? Lifetime { get; set; }

    /// <summary>The secret's own name, which the portal shows as its description.</summary>
    [Parameter]
    [ValidateLength(1, 120)]
    public string DisplayName { get; set; } = "MailAdmin";

    /// <summary>A file, or a folder, to write a calendar entry to that reminds of the secret's end.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Reminder { get; set; }

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        CheckReminder(Reminder);
        if (!ShouldProcess(app.ToString(), "Create a client secret"))
        {
            return;
        }

        var result = await new AppSecrets(Session).MakeAsync(app, DisplayName, Lifetime, StopToken);
        WriteReminder(Reminder, result, CredentialKind.Secret, result.SecretId!, result.SecretExpiresAt);
        WritePending(result);
        WriteObject(result);
    }
}
