using System.Management.Automation;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands.App;

/// <summary>Shows the secrets and certificates of an app, or of all apps of the tenant, and when they end.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppCredential", DefaultParameterSetName = Everywhere)]
[OutputType(typeof(MailAppCredential))]
[LeastPrivilege(Permission = "Application.Read.All", EntraRole = "Directory Readers")]
public sealed class GetMailAppCredential : TenantCmdlet
{
    private const string Everywhere = "Tenant", ByObject = "App", ById = "Id";

    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByObject, ValueFromPipeline = true)]
    public MailAppRegistration App { get; set; } = null!;

    /// <summary>Client id, object id of the registration, or object id of the service principal.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [Alias("ClientId")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AppCompleter))]
    public string Id { get; set; } = "";

    /// <summary>Only those that end within so many days, or have ended.</summary>
    [Parameter]
    [ValidateRange(0, 36500)]
    public int? ExpiringWithin { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = ParameterSetName switch
        {
            ByObject => App,
            ById => await new AppDirectory(Session).GetAsync(Id, StopToken) ?? throw AppCmdlet.NotFound(Id, ContextInUse.Tenant),
            _ => null,
        };
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
