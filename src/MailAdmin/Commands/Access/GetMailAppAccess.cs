using System.Management.Automation;
using MailAdmin.Core.Inventory;

namespace MailAdmin.Commands.Access;

/// <summary>
/// Shows every app of the tenant that can reach mail: by what, how widely, with which credential and until when.
/// </summary>
[Cmdlet(VerbsCommon.Get, "MailAppAccess")]
[OutputType(typeof(MailAppAccess))]
[LeastPrivilege(
    Permission = "Directory.Read.All, Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailAppAccess : TenantCmdlet
{
    /// <summary>Only apps whose name is like this, or whose client id is this.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "*";

    /// <summary>Only apps that reach this mailbox, or may reach it; any address or id of it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Mailbox { get; set; }

    /// <summary>Leave the rights on mailboxes out, which take two requests for every ten mailboxes.</summary>
    [Parameter]
    public SwitchParameter SkipMailboxRight { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var inventory = await new MailAppInventory(Session).ReadAsync(Mailbox, !SkipMailboxRight, StopToken);
        foreach (var unknown in inventory.Unknown)
        {
            WriteWarning(unknown);
        }

        var pattern = new WildcardPattern(Name, WildcardOptions.IgnoreCase);
        WriteObject(inventory.Apps.Where(a => pattern.IsMatch(a.App) || pattern.IsMatch(a.ClientId)), enumerateCollection: true);
    }
}
