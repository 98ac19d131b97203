using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Shows language, time zone and protocols of mailboxes.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxSetting")]
[OutputType(typeof(MailboxSetting))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class GetMailboxSetting : TenantCmdlet
{
    /// <summary>Any address or id of each mailbox.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] Mailbox { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        foreach (var mailbox in Mailbox)
        {
            try
            {
                WriteObject(await new MailboxSettings(Session).GetAsync(mailbox, StopToken));
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                // One mailbox that fails must not keep the others waiting.
                WriteFailure(e, mailbox);
            }
        }
    }
}
