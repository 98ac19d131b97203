using System.Management.Automation;
using MailAdmin.Core.Inventory;

namespace MailAdmin.Commands.Access;

/// <summary>Compares which apps can access mail with an earlier result.</summary>
[Cmdlet(VerbsData.Compare, "MailAppAccess")]
[OutputType(typeof(MailAppAccessDifference))]
[LeastPrivilege(
    Permission = "Directory.Read.All, Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class CompareMailAppAccess : TenantCmdlet
{
    /// <summary>
    /// Specifies the file with the earlier result: the JSON file of Export-MailAdminReport, or objects of Get-MailAppAccess that
    /// ConvertTo-Json saved with -Depth 6.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Baseline { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var before = AccessBaseline.Read(FullPath(Baseline), Session.TenantId);
        var inventory = await new MailAppInventory(Session).ReadAsync(null, withMailboxRights: true, StopToken);
        foreach (var unknown in inventory.Unknown)
        {
            WriteWarning(unknown);
        }

        WriteObject(
            new AccessComparison(before, inventory.Apps, inventory.IsAccessComplete).Differences(), enumerateCollection: true);
    }
}
