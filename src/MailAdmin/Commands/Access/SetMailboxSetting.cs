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
    /// <summary>Specifies the mailboxes: an email address, a user principal name, or an ID.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Specifies the language, such as de-DE.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CultureCompleter))]
    public string? Language { get; set; }

    /// <summary>Specifies the time zone, as an IANA name such as Europe/Berlin or a Windows name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    public string? TimeZone { get; set; }

    /// <summary>Specifies whether IMAP is enabled for the mailbox: $true or $false.</summary>
    [Parameter]
    public bool? ImapEnabled { get; set; }

    /// <summary>Specifies whether authenticated SMTP submission is allowed.</summary>
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
