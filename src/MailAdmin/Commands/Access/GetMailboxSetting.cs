using System.Management.Automation;
using MailAdmin.Core.Diagnosis;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Access;

/// <summary>Gets the settings, quotas, holds, and forwarding of mailboxes.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxSetting")]
[OutputType(typeof(MailboxSetting))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailboxSetting : TenantCmdlet
{
    /// <summary>Specifies the mailboxes: an email address, a user principal name, or an ID.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <inheritdoc/>
    protected override Task ProcessAsync() => EachMailboxAsync(Mailbox, async mailbox =>
        WriteObject(await MailboxSurvey.ReadAsync(Session, mailbox.Text, StopToken)));
}
