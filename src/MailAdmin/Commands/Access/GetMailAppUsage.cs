using System.Management.Automation;
using MailAdmin.Core.Inventory;

namespace MailAdmin.Commands.Access;

/// <summary>Gets the mailboxes that an app used, from the unified audit log.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppUsage")]
[OutputType(typeof(MailAppUsage))]
[LeastPrivilege(Permission = "AuditLogsQuery-Exchange.Read.All, AuditLog.Read.All, Application.Read.All")]
public sealed class GetMailAppUsage : AppCmdlet
{
    /// <summary>Specifies how many days back the logs are searched.</summary>
    [Parameter]
    [ValidateRange(1, 180)]
    public int Days { get; set; } = 30;

    /// <summary>Specifies how long to wait for the query.</summary>
    [Parameter]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(30);

    private protected override bool UsesPermissions => false;

    private protected override async Task ProcessAsync(MailAppRegistration app)
    {
        var since = Session.Wire.Time.GetUtcNow() - TimeSpan.FromDays(Days);
        WriteObject(await new AppUsage(Session).ReadAsync(app, since, Timeout, StopToken), enumerateCollection: true);
    }
}
