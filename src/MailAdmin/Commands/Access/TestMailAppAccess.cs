using System.Management.Automation;
using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Access;

/// <summary>Tests an app's effective access to a mailbox over Graph, IMAP, and EWS.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MailAppAccess")]
[OutputType(typeof(MailAppAccessTest))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Global Reader",
    ExchangeRole = "View-Only Organization Management")]
public sealed class TestMailAppAccess : TenantCmdlet
{
    /// <summary>Specifies the app: an object that represents an app, a display name, or a client ID.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <summary>Specifies the mailboxes: an email address, a user principal name, or an ID.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>Specifies the protocol of Verdict, Checks, and Cause.</summary>
    [Parameter]
    public MailProtocol Protocol { get; set; }

    /// <summary>Specifies the expected access: Granted or Denied.</summary>
    [Parameter]
    [ValidateSet(nameof(MailAccess.Granted), nameof(MailAccess.Denied))]
    public MailAccess? Expect { get; set; }

    /// <summary>Also opens the mailbox with a new token of the app, and returns the result in Probe.</summary>
    [Parameter]
    public SwitchParameter Probe { get; set; }

    /// <summary>Specifies the secret for -Probe, if the app object doesn't contain it.</summary>
    [Parameter]
    public SecureString? ClientSecret { get; set; }

    /// <summary>Specifies a certificate of the app with its private key.</summary>
    [Parameter]
    public X509Certificate2? Certificate { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = await FindAsync(App);
        var protocol = MyInvocation.BoundParameters.ContainsKey(nameof(Protocol)) ? Protocol : Recipes.ProtocolOf(app);
        await EachMailboxAsync(Mailbox, async mailbox =>
        {
            var test = await new EffectiveAccess(Session) { Deep = true }.TestAsync(app, mailbox.Text, protocol, StopToken)
                with { Expected = Expect };
            WriteObject(Probe
                ? ProbeVerdict.Of(test, await ProbeAsync(app, test.Mailbox, protocol), Session) : test);
        });
    }

    private Task<MailboxConnectionTest> ProbeAsync(MailAppRegistration app, string mailbox, MailProtocol protocol)
    {
        var connection = MailboxConnections.As(app, mailbox, protocol, Session, ClientSecret, Certificate);
        return protocol == MailProtocol.Smtp
            ? new SmtpTester(connection, sends: false).RunAsync(StopToken)
            : new MailboxTester(connection, "Inbox").RunAsync(StopToken);
    }
}
