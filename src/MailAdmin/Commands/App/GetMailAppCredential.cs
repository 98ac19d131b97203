using System.Management.Automation;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands.App;

/// <summary>Gets the secrets and certificates of an app, or of all apps in the tenant, with their expiration dates.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppCredential")]
[OutputType(typeof(MailAppCredential))]
[LeastPrivilege(Permission = "Application.Read.All", EntraRole = "Directory Readers")]
public sealed class GetMailAppCredential : TenantCmdlet
{
    /// <summary>Specifies the app: an object that represents an app, a display name, or a client ID.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Returns only credentials that expire within this number of days or have expired.</summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int? ExpiringWithin { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = App is null ? null : await FindAsync(App);
        var until = Session.Wire.Time.GetUtcNow().AddDays(ExpiringWithin ?? 0);
        await foreach (var credential in new AppCredentials(Session).ListAsync(app, StopToken))
        {
            if (ExpiringWithin is null || credential.ExpiresAt <= until)
            {
                WriteObject(credential);
            }
        }
    }
}
