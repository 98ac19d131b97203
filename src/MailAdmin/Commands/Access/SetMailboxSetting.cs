using System.Management.Automation;
using MailAdmin.Core.Access;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Access;

/// <summary>Changes the language, time zone, and protocol settings of mailboxes.</summary>
[Cmdlet(VerbsCommon.Set, "MailboxSetting", SupportsShouldProcess = true)]
[OutputType(typeof(MailboxSetting))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp", EntraRole = "Exchange Recipient Administrator",
    ExchangeRole = "Recipient Management")]
public sealed class SetMailboxSetting : TenantCmdlet
{
    /// <summary>Specifies the mailboxes: any address or ID, or objects of Get-Mailbox or Get-EXOMailbox.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>The language, such as de-DE.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CultureCompleter))]
    public string? Language { get; set; }

    /// <summary>The time zone, by its IANA or its Windows name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    public string? TimeZone { get; set; }

    /// <summary>Whether IMAP is on.</summary>
    [Parameter]
    public bool? ImapEnabled { get; set; }

    /// <summary>Whether programs may submit mail over SMTP with a sign-in.</summary>
    [Parameter]
    public SmtpAuthSetting? SmtpAuth { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync()
    {
        string?[] what =
        [
            Language is null ? null : $"language {Language}", TimeZone is null ? null : $"time zone {TimeZone}",
            ImapEnabled is null ? null : $"IMAP {(ImapEnabled.Value ? "on" : "off")}",
            SmtpAuth is null ? null : $"SMTP AUTH {SmtpAuth}",
        ];
        return EachMailboxAsync(Mailbox, async mailbox =>
        {
            if (ShouldProcess(mailbox.Text, $"Set {string.Join(", ", what.Where(w => w is not null))}"))
            {
                WriteObject(await new MailboxSettings(Session)
                    .SetAsync(mailbox.Text, Language, TimeZone, ImapEnabled, SmtpAuth, StopToken));
            }
        });
    }
}
