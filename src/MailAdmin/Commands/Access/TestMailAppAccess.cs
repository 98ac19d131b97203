using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;

namespace MailAdmin.Commands.Access;

/// <summary>Tells whether an app gets into mailboxes, over which protocol, and by what.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MailAppAccess")]
[OutputType(typeof(MailAppAccessTest))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class TestMailAppAccess : TenantCmdlet
{
    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it; or its client id or object id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AppOrId]
    [ArgumentCompleter(typeof(AppCompleter))]
    public object App { get; set; } = null!;

    /// <summary>Any address or id of each mailbox.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] Mailbox { get; set; } = [];

    /// <summary>Which protocol's answer is the verdict; the others are in the result all the same.</summary>
    [Parameter]
    public MailProtocol Protocol { get; set; }

    /// <summary>Also open the mailbox for real, with a new token of the app.</summary>
    [Parameter]
    public SwitchParameter Probe { get; set; }

    /// <summary>The app's secret for -Probe, when the app object does not carry it.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>A certificate of the app for -Probe, with its private key.</summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = await AppCmdlet.FindAsync(App, Session, ContextInUse.Tenant, StopToken);
        var protocol = MyInvocation.BoundParameters.ContainsKey(nameof(Protocol)) ? Protocol : Recipes.ProtocolOf(app);
        foreach (var mailbox in Mailbox)
        {
            try
            {
                var test = await new EffectiveAccess(Session).TestAsync(app, mailbox, protocol, StopToken);
                WriteObject(Probe ? test with { Probe = await ProbeAsync(app, test.Mailbox, protocol) } : test);
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                // One mailbox that fails must not keep the others waiting.
                WriteFailure(e, mailbox);
            }
        }
    }

    private Task<MailboxConnectionTest> ProbeAsync(MailAppRegistration app, string mailbox, MailProtocol protocol) =>
        new MailboxTester(MailboxConnections.As(app, mailbox, protocol, Session, ClientSecret, Certificate), "Inbox")
            .RunAsync(StopToken);
}
