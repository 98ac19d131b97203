using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Shows who has rights on mailboxes: apps and people other than the owners.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxAccess", DefaultParameterSetName = ByMailbox)]
[OutputType(typeof(MailboxGrant))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailboxAccess : TenantCmdlet
{
    private const string ByMailbox = "Mailbox", ByApp = "App", ById = "Id";

    /// <summary>Any address or id of each mailbox; all of them when left out.</summary>
    [Parameter(Position = 0, ParameterSetName = ByMailbox, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ByApp)]
    [Parameter(Position = 0, ParameterSetName = ById)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] Mailbox { get; set; } = [];

    /// <summary>Only the rights of this app, as New-MailAppRegistration or Get-MailAppRegistration give it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByApp, ValueFromPipeline = true)]
    public MailAppRegistration App { get; set; } = null!;

    /// <summary>Only the rights of the app with this client id or object id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById)]
    [Alias("ClientId")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AppCompleter))]
    public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = ParameterSetName switch
        {
            ByApp => App,
            ById => await AppCmdlet.FindAsync(Id, Session, ContextInUse.Tenant, StopToken),
            _ => null,
        };
        await foreach (var grant in new MailboxAccessGrants(Session).GetAsync(Mailbox, app, StopToken))
        {
            WriteObject(grant);
        }
    }
}
