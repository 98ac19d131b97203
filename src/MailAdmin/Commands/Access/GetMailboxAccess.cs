using System.Management.Automation;
using MailAdmin.Core.Entra;
using MailAdmin.Core.Exchange;

namespace MailAdmin.Commands;

/// <summary>Shows who has rights on mailboxes: apps and people other than the owners.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxAccess", DefaultParameterSetName = ByApp)]
[OutputType(typeof(MailboxGrant))]
[LeastPrivilege(Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Global Reader", ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailboxAccess : TenantCmdlet
{
    private const string ByApp = "App", ById = "Id";

    /// <summary>Any address or id of each mailbox; all of them when left out.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string[] Mailbox { get; set; } = [];

    /// <summary>Only the rights of this app, as New-MailAppRegistration or Get-MailAppRegistration give it.</summary>
    [Parameter(ParameterSetName = ByApp, ValueFromPipeline = true)]
    public MailAppRegistration? App { get; set; }

    /// <summary>Only the rights of the app with this client id or object id.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ById)]
    [Alias("ClientId")]
    [ValidateNotNullOrEmpty]
    public string Id { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = ParameterSetName == ByApp ? App
            : await new AppDirectory(Session).GetAsync(Id, StopToken) ?? throw AppCmdlet.NotFound(Id, ContextInUse.Tenant);
        await foreach (var grant in new MailboxAccessGrants(Session).GetAsync(Mailbox, app, StopToken))
        {
            WriteObject(grant);
        }
    }
}
