using System.Management.Automation;
using MailAdmin.Core.Inventory;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Access;

/// <summary>Gets the apps in the tenant that can access mail, with their permissions, scope, and credentials.</summary>
[Cmdlet(VerbsCommon.Get, "MailAppAccess")]
[OutputType(typeof(MailAppAccess))]
[LeastPrivilege(
    Permission = "Directory.Read.All, Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailAppAccess : TenantCmdlet
{
    /// <summary>Specifies the app: an object that represents an app, a client ID, or a display name.</summary>
    [Parameter(Position = 0)]
    [Alias("Name", "Id", "ClientId", "AppId")]
    [SupportsWildcards]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Returns only apps that can access this mailbox, or might.</summary>
    [Parameter(Position = 1)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument(Single = true)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference? Mailbox { get; set; }

    /// <summary>Skips FullAccess and SendAs permissions on mailboxes.</summary>
    [Parameter]
    public SwitchParameter SkipMailboxRight { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        App?.Check();
        var inventory = await new MailAppInventory(Session).ReadAsync(Mailbox?.Text, !SkipMailboxRight, StopToken);
        foreach (var unknown in inventory.Unknown)
        {
            WriteWarning(unknown);
        }

        if (!inventory.IsAccessComplete)
        {
            WriteRoleRequired();
        }

        foreach (var finding in inventory.Tenant)
        {
            WriteVerbose($"{finding.Message} {finding.Advice}");
        }

        var pattern = Wildcards.Of(App?.Text ?? "*");
        WriteObject(inventory.Apps.Where(a => pattern.IsMatch(a.App) || pattern.IsMatch(a.ClientId)), enumerateCollection: true);
    }
}
