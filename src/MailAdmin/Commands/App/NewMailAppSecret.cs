using System.Management.Automation;
using MailAdmin.Core.Apps;

namespace MailAdmin.Commands.App;

/// <summary>Creates a client secret for an app and returns its value once.</summary>
[Cmdlet(VerbsCommon.New, "MailAppSecret", SupportsShouldProcess = true)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Application.ReadWrite.All", EntraRole = "Cloud Application Administrator")]
public sealed class NewMailAppSecret : AppCmdlet
{
    /// <summary>Specifies the number of months until the secret expires, 1 to 24.</summary>
    [Parameter]
    [ValidateRange(1, 24)]
    public int? Lifetime { get; set; }

    /// <summary>Specifies the display name of the secret.</summary>
    [Parameter]
    [ValidateLength(1, 120)]
    public string DisplayName { get; set; } = "MailAdmin";

    /// <summary>Specifies a .ics file, or an existing folder, for a calendar entry.</summary>
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
