using System.Management.Automation;
using MailAdmin.Core.Apps;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Commands.Context;

/// <summary>Creates a public client in your tenant, through which users sign in to use MailAdmin.</summary>
[Cmdlet(VerbsData.Initialize, "MailAdmin", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByClient)]
[OutputType(typeof(MailAppRegistration))]
[LeastPrivilege(Permission = "Application.ReadWrite.All, Directory.Read.All", EntraRole = "Cloud Application Administrator")]
public sealed class InitializeMailAdmin : TenantCmdlet
{
    private const string ByClient = "Client", ByExchange = "ExchangeOnline";

    /// <summary>Display name; it is also what a second run finds the app by.</summary>
    [Parameter(Position = 0, ParameterSetName = ByClient)]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 120)]
    public string Name { get; set; } = OwnClient.DefaultName;

    /// <summary>
    /// Specifies the app to complete: an object of Get-MailAppRegistration, its client ID, or its object ID, if no other user
    /// controls it. By default, the app is found by name if it was registered with MailAdmin, or has a service principal in
    /// Exchange under this name.
    /// </summary>
    [Parameter(ParameterSetName = ByClient)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Adds the permissions to grant permissions to apps.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter ForConsent { get; set; }

    /// <summary>Adds the permissions to answer consent requests and change the consent workflow.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter ForConsentPolicy { get; set; }

    /// <summary>Adds the permissions to open mailboxes.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter ForMail { get; set; }

    /// <summary>Adds the permissions to read the activity of apps in mailboxes.</summary>
    [Parameter]
    public SwitchParameter ForUsage { get; set; }

    /// <summary>Allows sign-in with device codes, which attackers can ask users to enter.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter DeviceCode { get; set; }

    /// <summary>
    /// Specifies the users who can sign in through it, by user principal name or ID. The default is the signed-in user.
    /// </summary>
    [Parameter(ParameterSetName = ByClient)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] User { get; set; } = [];

    /// <summary>Grants admin consent to its permissions.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter Consent { get; set; }

    /// <summary>
    /// Creates the service principal of Office 365 Exchange Online, if the tenant doesn't have it. No client is registered.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByExchange)]
    public SwitchParameter ExchangeOnline { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        if (ExchangeOnline)
        {
            if (ShouldProcess(ContextInUse.Tenant, "Create the service principal of Office 365 Exchange Online"))
            {
                WriteObject(await AppSwitch.EnsureExchangeAsync(Session, StopToken));
            }

            return;
        }

        var scopes = DelegatedScopes.ForClient(ForConsent, ForConsentPolicy, ForMail, ForUsage);
        var consented = Consent ? ", and grant admin consent to them" : "";
        if (!ShouldProcess(
            $"{Name}: {string.Join(", ", scopes)}",
            $"Register a public client in {ContextInUse.Tenant} that requests these delegated permissions{consented}"))
        {
            return;
        }

        var wanted = OwnClient.Specification(Name, scopes, DeviceCode) with { App = App?.RequireId() };
        var app = await OwnClient.EnsureAsync(Session, wanted, People, WriteWarning, StopToken);
        foreach (var pending in app.Pending)
        {
            WriteVerbose(pending.ToString());
        }

        WriteObject(Consent ? await ConsentedAsync(app) : app);
    }

    private string[] People => User.Length > 0 ? User
        : Session.Tokens.Method is UserSignIn ? [Session.Account] : [];

    private async Task<MailAppRegistration> ConsentedAsync(MailAppRegistration app)
    {
        var granted = await new AppConsent(Session).GrantAsync(app, null, null, tenantWide: false, StopToken);
        foreach (var pending in granted.Pending)
        {
            WriteWarning(pending.ToString());
        }

        return granted.Change == ChangeKind.Unchanged || app.Change == ChangeKind.Created
            ? granted with { Change = app.Change } : granted;
    }
}
