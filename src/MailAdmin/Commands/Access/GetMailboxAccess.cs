using System.Management.Automation;
using MailAdmin.Core.Access;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Access;

/// <summary>Gets the FullAccess and SendAs permissions on mailboxes.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxAccess", DefaultParameterSetName = ByMailbox)]
[OutputType(typeof(MailboxGrant))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailboxAccess : TenantCmdlet
{
    private const string ByMailbox = "Mailbox", ByApp = "App";

    /// <summary>Specifies the mailboxes: an email address, a user principal name, or an ID.</summary>
    [Parameter(Position = 0, ParameterSetName = ByMailbox, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ByApp, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument(LeavesOthers = true)]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Returns only permissions of this app.</summary>
    [Parameter(
        Mandatory = true, Position = 1, ParameterSetName = ByApp, ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [Alias("ClientId", "AppId", "Id")]
    [AppArgument(LeavesOthers = true)]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <summary>Accepts an app from the pipeline, unless one is specified.</summary>
    private protected override bool TakesMailboxOfObject => App is not null && base.TakesMailboxOfObject;

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = ParameterSetName == ByApp ? await FindAsync(App) : null;
        string[] mailboxes = [.. Mailbox.Select(m => m.Text)];
        await foreach (var grant in new MailboxAccessGrants(Session).GetAsync(mailboxes, app, StopToken))
        {
            WriteObject(grant);
        }
    }
}
