using System.Management.Automation;
using MailAdmin.Core.Entra;
using MailAdmin.Core.Exchange;

namespace MailAdmin.Commands;

/// <summary>Tells whether an app gets into mailboxes, over which protocol, and by what.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MailAppAccess")]
[OutputType(typeof(MailAppAccessTest))]
[LeastPrivilege(Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Global Reader", ExchangeRole = "View-Only Organization Management")]
public sealed class TestMailAppAccess : TenantCmdlet
{
    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it; or its client id or object id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AppOrId]
    public object App { get; set; } = null!;

    /// <summary>Any address or id of each mailbox.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[] Mailbox { get; set; } = [];

    /// <summary>Which protocol's answer is the verdict; the others are in the result all the same.</summary>
    [Parameter]
    public MailProtocol Protocol { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = App as MailAppRegistration ?? await new AppDirectory(Session).GetAsync((string)App, StopToken) ?? throw AppCmdlet.NotFound((string)App, ContextInUse.Tenant);
        foreach (var mailbox in Mailbox)
        {
            try
            {
                WriteObject(await new EffectiveAccess(Session).TestAsync(app, mailbox, Protocol, StopToken));
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                // One mailbox that fails must not keep the others waiting.
                WriteFailure(e, mailbox);
            }
        }
    }
}
