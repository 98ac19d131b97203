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

    /// <summary>Specifies the display name of the app.</summary>
    [Parameter(Position = 0, ParameterSetName = ByClient)]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 120)]
    public string Name { get; set; } = OwnClient.DefaultName;

    /// <summary>
    /// Specifies the app to complete: an object that Get-MailAppRegistration returns, a client ID, or an object ID.
    /// </summary>
    [Parameter(ParameterSetName = ByClient)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference? App { get; set; }

    /// <summary>Adds the permissions to grant and revoke permissions of apps.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter ForConsent { get; set; }

    /// <summary>Adds the permissions to answer consent requests and to change the admin consent workflow.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter ForConsentPolicy { get; set; }

    /// <summary>Adds the permissions to access mailboxes over Graph and IMAP.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter ForMail { get; set; }

    /// <summary>
    /// Includes the permissions AuditLogsQuery-Exchange.Read.All and AuditLog.Read.All, which Get-MailAppUsage requires.
    /// </summary>
    [Parameter]
    public SwitchParameter ForUsage { get; set; }

    /// <summary>Allows sign-ins with device codes.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter DeviceCode { get; set; }

    /// <summary>Specifies the users who can sign in through the client, by user principal name or ID.</summary>
    [Parameter(ParameterSetName = ByClient)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] User { get; set; } = [];

    /// <summary>Grants admin consent to the permissions of the client, for all users who can sign in through it.</summary>
    [Parameter(ParameterSetName = ByClient)]
    public SwitchParameter Consent { get; set; }

    /// <summary>Creates the service principal of Office 365 Exchange Online if it doesn't exist in the tenant.</summary>
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
