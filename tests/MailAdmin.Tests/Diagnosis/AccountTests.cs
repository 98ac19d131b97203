using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>What the directory says of a connection that was tested: the license, the account, and the policy that blocked a sign-in.</summary>
public sealed class AccountTests
{
    private const string Half = "half@contoso.onmicrosoft.com";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("the log may be read", "By the sign-in log, the policy is 'No robots' (Block).", "Get-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId ")]
    [InlineData("without Entra ID P1", "To read it over Graph, the tenant needs Entra ID P1 or P2.", null)]
    [InlineData("without AuditLog.Read.All", "You don't have AuditLog.Read.All to read it.", "Get-MgBetaAuditLogSignIn -Filter ")]
    [InlineData("without Policy.Read.All", "The name of the policy requires Policy.Read.ConditionalAccess.", "Get-MgBetaAuditLogSignIn -Filter ")]
    public async Task Conditional_Access_blocks_an_app_and_the_log_names_the_policy(string who, string cause, string? remedy)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var session = road.Admin;
        if (who is "without AuditLog.Read.All" or "without Policy.Read.All")
        {
            session = await LesserAsync(road, who == "without Policy.Read.All" ? ["Graph/Application.Read.All", "Graph/AuditLog.Read.All"] : ["Graph/Application.Read.All"]);
        }

        road.Tenant.Add(new TenantDescription
        {
            ConditionalAccess = [new ConditionalAccessDescription("No codes") { BlocksDeviceCode = true }, new ConditionalAccessDescription("No robots") { BlockedApps = ["Invoices"] }],
            HasPremium = who != "without Entra ID P1",
        });
        var test = await TestAsync(MailboxConnections.As(app with { Handle = session }, road.Mailbox));
        Assert.Equal((Verdict.Failed, MailCheckReason.ConditionalAccess), (test.Verdict, test.Reason));
        Assert.Contains(cause, test.Cause, StringComparison.Ordinal);
        Assert.NotNull(test.Advice);
        Assert.Equal(remedy is null, test.Remedy is null);
        Assert.StartsWith(remedy ?? "", test.Remedy?.CommandLine ?? "", StringComparison.Ordinal);
        if (remedy is not null)
        {
            Assert.Equal("Security Reader", test.Remedy!.RequiredRole);
            Assert.Contains(remedy.Contains("Beta", StringComparison.Ordinal) ? app.ClientId : road.Tenant.State.Directory.ConditionalAccess[1].Id, test.Remedy.CommandLine, StringComparison.Ordinal);
        }

        // Another app isn't blocked.
        var other = await new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Other", Permissions = [PermissionName.Parse("Graph/Mail.Read", PermissionKind.Application)], TenantWide = true }, Token);
        Assert.Equal(Verdict.Passed, (await TestAsync(MailboxConnections.As(other, road.Mailbox))).Verdict);
    }

    [Fact]
    public async Task A_device_code_that_a_policy_blocks_names_the_policy_and_keeps_its_next_step()
    {
        using var road = await EndToEnd.StartAsync(Person.MayConsent);
        var connection = (await road.Tenant.ConnectAsync(road.Admin, Person.Admin, MailProtocol.Graph, Person.Bob))[0];
        road.Tenant.Add(new TenantDescription { ConditionalAccess = [new ConditionalAccessDescription("No codes") { BlocksDeviceCode = true }] });
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => road.Tenant.SignInAsync(Person.ByDeviceCode(road.Tenant, Person.Admin)));
        var check = RefusalCause.Of(refused, "Token", connection, road.Admin.Cloud, []);
        var explained = await new SignInPolicy(road.Admin, connection).ExplainAsync(check, Token);
        Assert.Equal(MailCheckReason.ConditionalAccess, explained.Reason);
        Assert.Contains("the policy is 'No codes' (Block).", explained.Cause, StringComparison.Ordinal);
        Assert.Equal(check.Remedy, explained.Remedy);

        // Of another sign-in, the log says nothing about this one.
        var later = await new SignInPolicy(road.Admin, connection).ExplainAsync(check with { CorrelationId = Guid.NewGuid().ToString() }, Token);
        Assert.Contains("In the latest refused sign-in of the log, the policy is 'No codes' (Block).", later.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_session_the_command_of_an_administrator_is_named()
    {
        var connection = new MailboxConnection { TenantId = "contoso.onmicrosoft.com", ClientId = "00000000-0000-0000-0000-000000000001", Mailbox = Half };
        var check = new MailCheck("Token", CheckStatus.Failed) { Reason = MailCheckReason.ConditionalAccess, Cause = "Blocked." };
        var explained = await new SignInPolicy(null, connection).ExplainAsync(check, Token);
        Assert.Equal(
            "Get-MgBetaAuditLogSignIn -Filter 'appId eq ''00000000-0000-0000-0000-000000000001'' and conditionalAccessStatus eq ''failure'' and "
                + "signInEventTypes/any(x:x eq ''servicePrincipal'')' -Top 1 | Select-Object -ExpandProperty AppliedConditionalAccessPolicies",
            explained.Remedy?.CommandLine);
        Assert.Equal("Microsoft.Graph.Beta.Reports", explained.Remedy?.Module);
        Assert.False(SignInPolicy.CanExplain(check with { Reason = MailCheckReason.CredentialWrong }));
    }

    [Theory]
    [InlineData(MailboxKind.User, null, Verdict.Passed, CheckStatus.Passed)]
    [InlineData(MailboxKind.User, Licenses.None, Verdict.Warning, CheckStatus.Warning)]
    [InlineData(MailboxKind.Shared, null, Verdict.Passed, CheckStatus.Passed)]
    [InlineData(MailboxKind.Room, Licenses.None, Verdict.Passed, CheckStatus.Passed)]
    public async Task A_user_mailbox_needs_a_license_and_others_need_none(object kind, string? license, Verdict verdict, CheckStatus status)
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.Add(new TenantDescription { Mailboxes = [new MailboxDescription("half") { Kind = (MailboxKind)kind, License = license }] });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var test = await TestAsync(MailboxConnections.As(app, Half));
        Assert.Equal((verdict, status), (test.Verdict, test.Checks.Single(c => c.Name == "License").Status));
        if (status == CheckStatus.Warning)
        {
            Assert.Equal((MailCheckReason.LicenseMissing, $"Get-MgUserLicenseDetail -UserId {Half}"), (test.Reason, test.Remedy?.CommandLine));
            Assert.NotNull(test.Advice);
        }
    }

    [Fact]
    public async Task A_mailbox_that_the_service_calls_inactive_and_whose_user_has_no_license()
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.Add(new TenantDescription { Mailboxes = [new MailboxDescription("half") { License = Licenses.None }] });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        road.Tenant.SetFault("MailboxInactive");
        var test = await TestAsync(MailboxConnections.As(app, Half));
        Assert.Equal((Verdict.Failed, MailCheckReason.LicenseMissing), (test.Verdict, test.Reason));
        Assert.Contains(Half, test.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_license_that_may_not_be_read_is_skipped()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var lesser = await LesserAsync(road, ["Graph/Application.Read.All"]);
        var mailbox = new Core.Access.ExchangeMailbox(road.Mailbox, null, road.Tenant.Mailboxes[1].UserId, null, null);
        Assert.Equal(CheckStatus.Skipped, (await MailboxLicense.CheckAsync(lesser, mailbox, Token)).Status);
        Assert.Equal(CheckStatus.Skipped, (await MailboxLicense.CheckAsync(lesser, mailbox with { ObjectId = null }, Token)).Status);
    }

    [Theory]
    [InlineData("disabled", MailCheckReason.AccountBlocked, "The account of 'half@contoso.onmicrosoft.com' is disabled.", "Update-MgUser -UserId ")]
    [InlineData("shared", MailCheckReason.AccountBlocked, "is a shared mailbox, whose account is disabled.", "Get-MailboxAccess -Mailbox half@contoso.onmicrosoft.com")]
    [InlineData("missing", MailCheckReason.AccountNotFound, "The tenant has no user 'half@contoso.onmicrosoft.com'.", "Get-Mailbox -Identity half@contoso.onmicrosoft.com")]
    [InlineData("enabled", null, null, null)]
    public async Task A_user_whose_sign_in_was_refused(string state, MailCheckReason? reason, string? cause, string? remedy)
    {
        using var road = await EndToEnd.StartAsync();
        if (state != "missing")
        {
            road.Tenant.Add(new TenantDescription { Mailboxes = [new MailboxDescription("half") { Kind = state == "shared" ? MailboxKind.Shared : MailboxKind.User, IsDisabled = state == "enabled" ? false : true }] });
        }

        var connection = new MailboxConnection { TenantId = road.Tenant.Domain, ClientId = road.Admin.ClientId, Mailbox = Half, UserPrincipalName = Half, Handle = road.Admin };
        var found = (await AccountState.FindAsync(road.Admin, connection, Token)).Denied;
        Assert.Equal(reason, found?.Reason);
        Assert.Contains(cause ?? "", found?.Cause ?? "", StringComparison.Ordinal);
        Assert.StartsWith(remedy ?? "", found?.Remedy?.CommandLine ?? "", StringComparison.Ordinal);
    }

    private static async Task<Session> LesserAsync(EndToEnd road, string[] permissions)
    {
        var lesser = await new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Lesser", Permissions = [.. permissions.Select(p => PermissionName.Parse(p, PermissionKind.Application))], TenantWide = true }, Token);
        return await Session.SignInAsync(
            road.Tenant.Wire, road.Admin.Cloud, road.Tenant.Domain, lesser.ClientId, new AppCredential.ClientSecret(lesser.ClientSecret!), Token);
    }

    private static Task<MailboxConnectionTest> TestAsync(MailboxConnection connection) => new MailboxTester(connection, "Inbox") { Compares = true }.RunAsync(Token);
}
