using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>
/// What administrators get wrong on this road, each on its own: the sandbox refuses as the service is reported to, and the tests name the
/// true cause.
/// </summary>
public sealed class WrongTurnsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_object_id_of_the_app_registration_in_place_of_the_enterprise_application_s()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { TrustsObjectIds = true });
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await RegisterAsync(road, app, app.ApplicationObjectId!);
        await FullAccessAsync(road, app);
        await AssertAsync(road, app, MailProtocol.Imap, "object ID of the app registration", "AUTHENTICATIONFAILED", "no service principal with the correct object ID in Exchange");
    }

    [Fact]
    public async Task No_service_principal_in_Exchange()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await AssertAsync(road, app, MailProtocol.Imap, "The app has no service principal in Exchange", "AUTHENTICATIONFAILED", "no service principal with the correct object ID");
    }

    [Fact]
    public async Task No_FullAccess()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        await AssertAsync(road, app, MailProtocol.Imap, "no FullAccess to the mailbox", "NOTCONNECTED", "FullAccess is missing");
    }

    [Fact]
    public async Task IMAP_switched_off()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        await FullAccessAsync(road, app);
        await road.Admin.Exchange.ChangeAsync("Set-CASMailbox", new() { ["Identity"] = road.Mailbox, ["ImapEnabled"] = false }, Token);
        await AssertAsync(road, app, MailProtocol.Imap, "IMAP is disabled", "NOTCONNECTED", "IMAP is disabled for the mailbox");
    }

    [Fact]
    public async Task A_permission_of_Graph_for_IMAP()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        await FullAccessAsync(road, app);
        await AssertAsync(road, app, MailProtocol.Imap, "no permission to use IMAP", "AUTHENTICATIONFAILED", "lacks IMAP.AccessAsApp");
    }

    [Fact]
    public async Task A_token_for_Graph_over_IMAP()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        await FullAccessAsync(road, app);
        var right = MailboxConnections.As(app, road.Mailbox, MailProtocol.Imap);
        using var tokens = MailboxAccess.Tokens(right);
        var wrong = (await tokens.GetAsync(tokens.Cloud.GraphScope, fresh: true, Token)).Value;
        var test = await TestAsync(new MailboxConnection { TenantId = app.TenantId, ClientId = app.ClientId, Mailbox = road.Mailbox, Protocol = MailProtocol.Imap, AccessToken = Secret.Close(wrong), Handle = road.Admin });
        Assert.Equal((Verdict.Failed, "Claims"), (test.Verdict, test.Checks.First(c => c.Status == CheckStatus.Failed).Name));
        Assert.Contains("The token is for https://graph.microsoft.com", test.Cause, StringComparison.Ordinal);
        Assert.Contains("https://outlook.office365.com/.default", test.Advice, StringComparison.Ordinal);
        Assert.Equal("AUTHENTICATIONFAILED", test.Checks.Single(c => c.Name == "Login").ServiceCode);
        Assert.Equal(Verdict.Passed, (await TestAsync(right)).Verdict);
    }

    [Fact]
    public async Task A_mailbox_that_is_none_over_IMAP()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        Assert.Equal("AUTHENTICATIONFAILED", (await TestAsync(MailboxConnections.As(app, "nobody@contoso.onmicrosoft.com", MailProtocol.Imap))).Checks.First(c => c.Status == CheckStatus.Failed).ServiceCode);
        Assert.Equal("UnknownMailbox", (await Assert.ThrowsAsync<InvalidRequestException>(() =>
            new EffectiveAccess(road.Admin).TestAsync(app, "nobody@contoso.onmicrosoft.com", MailProtocol.Imap, Token))).Id);
    }

    [Fact]
    public async Task The_grant_for_every_mailbox_left_in_place_beside_a_scope()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        await ScopeAsync(road, app, $"PrimarySmtpAddress -eq '{road.Mailbox}'");
        var outside = road.Tenant.Mailboxes[2].Address;
        Assert.Equal(Verdict.Passed, (await TestAsync(MailboxConnections.As(app, outside))).Verdict);
        Assert.Contains("for all mailboxes", (await AccessAsync(road, app, outside)).Cause, StringComparison.Ordinal);
        Assert.Contains("the scope of the roles doesn't restrict the app", (await AccessAsync(road, app, road.Mailbox)).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_for_an_app_that_uses_IMAP()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        await FullAccessAsync(road, app);
        await PolicyAsync(road, app, "RestrictAccess", road.Tenant.Mailboxes[1].Address);
        Assert.Equal(Verdict.Passed, (await TestAsync(MailboxConnections.As(app, road.Mailbox, MailProtocol.Imap))).Verdict);
        var test = await AccessAsync(road, app, road.Mailbox, MailProtocol.Imap);
        Assert.Equal((Verdict.Passed, CheckStatus.Skipped), (test.Verdict, test.Checks.Single(c => c.Name == "Policy").Status));
        Assert.Contains("aren't evaluated for IMAP", test.Checks.Single(c => c.Name == "Policy").Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_keeps_the_app_out_over_Graph()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await PolicyAsync(road, app, "RestrictAccess", road.Tenant.Mailboxes[1].Address);
        await AssertAsync(road, app, MailProtocol.Graph, "application access policy denies the app access", "ErrorAccessDenied", "application access policy of the tenant");
    }

    [Fact]
    public async Task A_group_in_the_group_of_a_scope()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await NestedAsync(road);
        await new AppScopes(road.Admin).LimitAsync(app, new ScopeRequest { Group = "Outer" }, [], new LimitOptions(), Token);
        await AssertAsync(road, app, MailProtocol.Graph, "outside the scope", "ErrorAccessDenied", "it has no role in Exchange for this mailbox");
    }

    [Fact]
    public async Task The_address_of_a_group_in_a_filter_that_wants_its_distinguished_name()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await NestedAsync(road);
        await new AppConsent(road.Admin).RevokeAsync(app, null, null, Token);
        await RegisterAsync(road, app, app.ServicePrincipalObjectId!);
        await ScopeAsync(road, app, "MemberOfGroup -eq 'Inner@contoso.onmicrosoft.com'");
        await AssertAsync(road, app, MailProtocol.Graph, "outside the scope", "ErrorAccessDenied", "it has no role in Exchange for this mailbox");
    }

    [Fact]
    public async Task A_change_that_has_not_arrived_yet()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        await ManualTime.RunAsync(clock, new AccessPolicies(road.Admin).NewAsync(app, MailAppPolicyRight.RestrictAccess, [road.Tenant.Mailboxes[1].Address], null, Token));
        Assert.Equal(Verdict.TooSoonToTell, (await AccessAsync(road, app, road.Mailbox)).Verdict);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Verdict.Failed, (await TestAsync(MailboxConnections.As(app, road.Mailbox))).Verdict);

        await ManualTime.RunAsync(clock, new AccessPolicies(road.Admin).NewAsync(app, MailAppPolicyRight.RestrictAccess, [road.Mailbox], null, Token));
        var test = await TestAsync(MailboxConnections.As(app, road.Mailbox));
        Assert.Equal(Verdict.TooSoonToTell, test.Verdict);
        Assert.InRange(test.ConclusiveAfter!.Value - clock.GetUtcNow(), TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Verdict.Passed, (await TestAsync(MailboxConnections.As(app, road.Mailbox))).Verdict);
    }

    [Fact]
    public async Task A_scoped_app_s_token_has_no_roles_and_that_is_no_failure()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await new AppScopes(road.Admin).LimitAsync(app, new ScopeRequest { Mailboxes = [road.Mailbox] }, [], new LimitOptions(), Token);
        var test = await TestAsync(MailboxConnections.As(app, road.Mailbox));
        Assert.Equal((Verdict.Passed, CheckStatus.Skipped), (test.Verdict, test.Checks.Single(c => c.Name == "Claims").Status));
    }

    /// <summary>Both tests fail, Test-MailAppAccess with one cause, Test-MailboxConnection with the service's code and another.</summary>
    private static async Task AssertAsync(EndToEnd road, MailAppRegistration app, MailProtocol protocol, string configured, string code, string refused)
    {
        var access = await AccessAsync(road, app, road.Mailbox, protocol);
        Assert.Equal(Verdict.Failed, access.Verdict);
        Assert.Contains(configured, access.Cause, StringComparison.Ordinal);
        Assert.All(access.Checks.Where(c => c.Status == CheckStatus.Failed), c => Assert.NotNull(c.Cause));
        var test = await TestAsync(MailboxConnections.As(app, road.Mailbox, protocol));
        Assert.Equal((Verdict.Failed, code), (test.Verdict, test.Checks.First(c => c.Status == CheckStatus.Failed).ServiceCode));
        Assert.Contains(configured, test.Cause, StringComparison.Ordinal);
        Assert.Equal((access.Reason, access.Remedy), (test.Reason, test.Remedy));
        Assert.NotNull(test.Advice);

        // A session that can't look tells what the refusal may mean, and the command for an administrator who can.
        using var own = await Session.SignInAsync(
            road.Tenant.Wire, Cloud.Of(MailEnvironment.Global), road.Tenant.Domain, app.ClientId, new AppCredential.ClientSecret(app.ClientSecret!), Token);
        var blind = await TestAsync(MailboxConnections.With(app.TenantId, app.ClientId, road.Mailbox, protocol, null, own, app.ClientSecret, null));
        Assert.Contains(refused, blind.Cause, StringComparison.Ordinal);
        Assert.Equal($"Test-MailAppAccess -App {app.ClientId} -Mailbox {road.Mailbox} -Protocol {protocol}", blind.Remedy?.CommandLine);
    }

    private static async Task<MailAppRegistration> NestedAsync(EndToEnd road)
    {
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Inner", ["Type"] = "Security", ["Members"] = road.Mailbox }, Token);
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Outer", ["Type"] = "Security", ["Members"] = "Inner" }, Token);
        return await road.RegisterAsync("Graph/Mail.Read");
    }

    private static Task<MailboxConnectionTest> TestAsync(MailboxConnection connection) => new MailboxTester(connection, "Inbox").RunAsync(Token);

    private static Task<MailAppAccessTest> AccessAsync(EndToEnd road, MailAppRegistration app, string mailbox, MailProtocol protocol = MailProtocol.Graph) =>
        new EffectiveAccess(road.Admin).TestAsync(app, mailbox, protocol, Token);

    private static Task RegisterAsync(EndToEnd road, MailAppRegistration app, string objectId) =>
        road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = objectId }, Token);

    private static Task FullAccessAsync(EndToEnd road, MailAppRegistration app) =>
        road.Admin.Exchange.ChangeAsync("Add-MailboxPermission", new() { ["Identity"] = road.Mailbox, ["User"] = app.ClientId, ["AccessRights"] = "FullAccess" }, Token);

    private static Task PolicyAsync(EndToEnd road, MailAppRegistration app, string right, string scope) => road.Admin.Exchange.ChangeAsync(
        "New-ApplicationAccessPolicy", new() { ["AppId"] = app.ClientId, ["AccessRight"] = right, ["PolicyScopeGroupId"] = scope }, Token);

    private static async Task ScopeAsync(EndToEnd road, MailAppRegistration app, string filter)
    {
        await road.Admin.Exchange.ChangeAsync("New-ManagementScope", new() { ["Name"] = "S", ["RecipientRestrictionFilter"] = filter }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read", ["CustomResourceScope"] = "S" }, Token);
    }
}
