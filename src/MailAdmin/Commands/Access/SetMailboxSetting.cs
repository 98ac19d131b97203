using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Sets language, time zone and protocols of mailboxes.</summary>
[Cmdlet(VerbsCommon.Set, "MailboxSetting", SupportsShouldProcess = true)]
[OutputType(typeof(MailboxSetting))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp", EntraRole = "Exchange Recipient Administrator",
    ExchangeRole = "Recipient Management")]
public sealed class SetMailboxSetting : TenantCmdlet, IDynamicParameters
{
    private readonly PipedObject _piped = new();

    /// <summary>Any address or id of each mailbox.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] Mailbox { get; set; } = [];

    /// <summary>The language, such as de-DE.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Language { get; set; }

    /// <summary>The time zone, by its IANA or its Windows name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>Whether IMAP is on.</summary>
    [Parameter]
    public bool? ImapEnabled { get; set; }

    /// <summary>Whether programs may submit mail over SMTP with a sign-in.</summary>
    [Parameter]
    public SmtpAuthSetting? SmtpAuth { get; set; }

    /// <summary>Looks at what is piped as a whole: a message or a folder is no mailbox. Called by PowerShell.</summary>
    /// <returns>The parameter; null where nothing is to be set.</returns>
    public object? GetDynamicParameters() =>
        Language is null && TimeZone is null && ImapEnabled is null && SmtpAuth is null ? null : _piped.Parameters;

    /// <inheritdoc/>
    protected override Task BeginAsync()
    {
        _piped.Begin(MyInvocation);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        _piped.Check(MyInvocation);
        string?[] what =
        [
            Language is null ? null : $"language {Language}", TimeZone is null ? null : $"time zone {TimeZone}",
            ImapEnabled is null ? null : $"IMAP {(ImapEnabled.Value ? "on" : "off")}",
            SmtpAuth is null ? null : $"SMTP AUTH {SmtpAuth}",
        ];
        foreach (var mailbox in Mailbox)
        {
            if (!ShouldProcess(mailbox, $"Set {string.Join(", ", what.Where(w => w is not null))}"))
            {
                continue;
            }

            try
            {
                WriteObject(
                    await new MailboxSettings(Session).SetAsync(mailbox, Language, TimeZone, ImapEnabled, SmtpAuth, StopToken));
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                // One mailbox that fails must not keep the others waiting.
                WriteFailure(e, mailbox);
            }
        }
    }
}
