using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>A refusal that a young change explains is no failure yet; one that it does not explain is.</summary>
public sealed class RecentChangeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FullAccess_that_was_just_granted_is_too_young_to_judge_and_works_at_the_time_that_was_named()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await RealisticAsync(clock);
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Exchange/IMAP.AccessAsApp"));
        await ManualTime.RunAsync(clock, new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token));
        await road.Admin.Exchange.ChangeAsync("Remove-MailboxPermission", new() { ["Identity"] = road.Mailbox, ["User"] = app.ClientId, ["AccessRights"] = "FullAccess" }, Token);
        clock.Advance(TimeSpan.FromSeconds(40));
        await road.Admin.Exchange.ChangeAsync("Add-MailboxPermission", new() { ["Identity"] = road.Mailbox, ["User"] = app.ClientId, ["AccessRights"] = "FullAccess" }, Token);
        road.Admin.Note(new ChangeNote(JournalAction.AddMailboxPermission, app.ClientId, road.Mailbox, null, "FullAccess"));

        var young = await TestAsync(app, road.Mailbox, MailProtocol.Imap);
        Assert.Equal((Verdict.TooSoonToTell, clock.GetUtcNow() + TimeSpan.FromSeconds(30)), (young.Verdict, young.ConclusiveAfter));
        Assert.Contains("Add-MailboxPermission", young.Cause, StringComparison.Ordinal);
        Assert.Contains("Test again at", young.Advice, StringComparison.Ordinal);
        Assert.NotNull(young.Checks.Single(c => c.Status == CheckStatus.TooSoonToTell).ServiceMessage);

        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((Verdict.Passed, null), ((await TestAsync(app, road.Mailbox, MailProtocol.Imap)).Verdict, (await TestAsync(app, road.Mailbox, MailProtocol.Imap)).ConclusiveAfter));
    }

    [Fact]
    public async Task A_right_that_was_taken_away_and_one_on_another_mailbox_explain_nothing()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await RealisticAsync(clock);
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Exchange/IMAP.AccessAsApp"));
        var grants = new MailboxAccessGrants(road.Admin);
        await ManualTime.RunAsync(clock, grants.GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token));
        clock.Advance(TimeSpan.FromMinutes(10));
        await ManualTime.RunAsync(clock, grants.RevokeAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], Token));
        road.Admin.Note(new ChangeNote(JournalAction.AddMailboxPermission, app.ClientId, road.Tenant.Mailboxes[1].Address, null, "FullAccess"));
        Assert.Equal(Verdict.Failed, (await TestAsync(app, road.Mailbox, MailProtocol.Imap)).Verdict);
        Assert.Equal(Verdict.TooSoonToTell, (await TestAsync(app, road.Tenant.Mailboxes[1].Address, MailProtocol.Imap)).Verdict);
    }

    [Fact]
    public async Task A_mailbox_that_was_just_put_into_the_scope_is_too_young_to_judge_for_two_hours()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await RealisticAsync(clock);
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        await LimitAsync(new ScopeRequest { Mailboxes = [road.Mailbox] });
        clock.Advance(TimeSpan.FromHours(3));
        await LimitAsync(new ScopeRequest { Mailboxes = [road.Mailbox] });
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(Verdict.Passed, (await TestAsync(app, road.Mailbox)).Verdict);
        Assert.Equal(Verdict.Failed, (await TestAsync(app, road.Tenant.Mailboxes[1].Address)).Verdict);

        await LimitAsync(new ScopeRequest { Add = [road.Tenant.Mailboxes[1].Address] });
        var young = await TestAsync(app, road.Tenant.Mailboxes[1].Address);
        Assert.Equal(Verdict.TooSoonToTell, young.Verdict);
        Assert.InRange(young.ConclusiveAfter!.Value - clock.GetUtcNow(), TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
        Assert.Equal(Verdict.Passed, (await TestAsync(app, road.Mailbox)).Verdict);
        clock.Advance(young.ConclusiveAfter!.Value - clock.GetUtcNow());
        Assert.Equal(Verdict.Passed, (await TestAsync(app, road.Tenant.Mailboxes[1].Address)).Verdict);
        Assert.Equal(Verdict.Failed, (await TestAsync(app, road.Tenant.Mailboxes[2].Address)).Verdict);

        Task<MailAppLimit> LimitAsync(ScopeRequest scope) => ManualTime.RunAsync(clock, new AppScopes(road.Admin).LimitAsync(app, scope, [], new LimitOptions(), Token));
    }

    [Fact]
    public async Task A_secret_that_was_just_made_may_be_refused_for_a_while()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await RealisticAsync(clock);
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        clock.Advance(TimeSpan.FromHours(1));
        road.Admin.Note(new ChangeNote(JournalAction.NewSecret, app.ClientId, app.Name, null, "a key id"));
        var wrong = MailboxConnections.As(app, road.Mailbox, secret: Core.Base.Secret.Close("not the secret"));
        var young = await ManualTime.RunAsync(clock, new MailboxTester(wrong, "Inbox").RunAsync(Token));
        Assert.Equal((Verdict.TooSoonToTell, "Token"), (young.Verdict, young.Checks.Single(c => c.Status == CheckStatus.TooSoonToTell).Name));
        clock.Advance(young.ConclusiveAfter!.Value - clock.GetUtcNow());
        Assert.Equal(Verdict.Failed, (await ManualTime.RunAsync(clock, new MailboxTester(wrong, "Inbox").RunAsync(Token))).Verdict);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_difference_that_lasts_is_too_young_only_until_a_change_would_have_taken_effect(bool isOpen)
    {
        // A colleague's policy has no time in Exchange, and the service obeys it later or, here, never.
        var clock = TenantClock.Manual(Start);
        using var road = await RealisticAsync(clock);
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        clock.Advance(TimeSpan.FromHours(3));
        if (isOpen)
        {
            road.Tenant.Add(new TenantDescription
            {
                AccessPolicies = [new AccessPolicyDescription(app.ClientId, road.Tenant.Mailboxes[1].Address, IsDeny: false) { Age = TimeSpan.FromMinutes(1) }],
            });
        }
        else
        {
            road.Tenant.SetFault("AccessDenied");
        }

        var first = await CompareAsync(road, app);
        Assert.Equal((Verdict.TooSoonToTell, clock.GetUtcNow() + TimeSpan.FromHours(2)), (first.Verdict, first.ConclusiveAfter));
        clock.Advance(TimeSpan.FromMinutes(isOpen ? 20 : 119));
        var second = await CompareAsync(road, app);
        Assert.Equal((Verdict.TooSoonToTell, first.ConclusiveAfter), (second.Verdict, second.ConclusiveAfter));
        if (!isOpen)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            var last = await CompareAsync(road, app);
            Assert.Equal((Verdict.Failed, null), (last.Verdict, last.ConclusiveAfter));
            Assert.Contains("As configured, access is granted.", last.Cause, StringComparison.Ordinal);

            // When it is over, the next difference counts from its own beginning.
            road.Tenant.ClearFault("AccessDenied");
            Assert.Equal(Verdict.Passed, (await CompareAsync(road, app)).Verdict);
            road.Tenant.SetFault("AccessDenied");
            Assert.Equal((Verdict.TooSoonToTell, clock.GetUtcNow() + TimeSpan.FromHours(2)), ((await CompareAsync(road, app)).Verdict, (await CompareAsync(road, app)).ConclusiveAfter));
        }

        Assert.Contains(road.Admin.Journal.Read(), c => JournalAction.FindDifference.Is(c) && c.ClientId == app.ClientId && c.Target == $"{road.Mailbox} over Graph");
    }

    [Fact]
    public async Task An_access_that_works_without_being_configured_is_a_warning_once_no_change_explains_it()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var connection = MailboxConnections.As(app, road.Mailbox);
        using var tokens = MailboxAccess.Tokens(connection);
        await tokens.GetAsync(road.Admin.Cloud.GraphScope, fresh: true, Token);
        await new AppConsent(road.Admin).RevokeAsync(app, null, null, Token);
        var test = await new MailboxTester(connection, "Inbox", tokens) { Compares = true }.RunAsync(Token);
        var check = test.Checks.Single(c => c.Name == "Configuration");
        Assert.Equal((Verdict.Warning, CheckStatus.Warning, MailCheckReason.PermissionMissing), (test.Verdict, check.Status, test.Reason));
        Assert.Contains("This lasts longer than a change takes.", check.Cause, StringComparison.Ordinal);
        Assert.Equal($"Test-MailAppAccess -App {app.ClientId} -Mailbox {road.Mailbox} -Protocol Graph", check.Remedy?.CommandLine);
    }

    [Fact]
    public async Task A_change_that_only_the_journal_knows_is_said_when_all_passes()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await RealisticAsync(clock);
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        clock.Advance(TimeSpan.FromHours(3));
        var blind = MailboxConnections.As(app with { Handle = null }, road.Mailbox, session: await BlindAsync(road, clock));
        Assert.Equal(Verdict.Passed, (await ManualTime.RunAsync(clock, new MailboxTester(blind, "Inbox") { Compares = true }.RunAsync(Token))).Verdict);

        road.Admin.Note(new ChangeNote(JournalAction.RemoveRoleAssignment, app.ClientId, "a role", "Application Mail.Read"));
        var test = await ManualTime.RunAsync(clock, new MailboxTester(blind, "Inbox") { Compares = true }.RunAsync(Token));
        Assert.Equal((Verdict.TooSoonToTell, MailCheckReason.NotYetInEffect), (test.Verdict, test.Reason));
        Assert.Contains("a recent change can end it (Remove-ManagementRoleAssignment", test.Cause, StringComparison.Ordinal);
        clock.Advance(test.ConclusiveAfter!.Value - clock.GetUtcNow());
        Assert.Equal(Verdict.Passed, (await ManualTime.RunAsync(clock, new MailboxTester(blind, "Inbox") { Compares = true }.RunAsync(Token))).Verdict);
    }

    [Fact]
    public async Task In_a_plain_sandbox_nothing_is_ever_too_young()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Tenant.Mailboxes[1].Address, [MailboxAccessRight.FullAccess], false, Token);
        Assert.Equal(Verdict.Failed, (await TestAsync(app, road.Mailbox, MailProtocol.Imap)).Verdict);
        Assert.Equal(Verdict.Failed, (await TestAsync(app, road.Mailbox)).Verdict);
    }

    private static Task<MailboxConnectionTest> CompareAsync(EndToEnd road, MailAppRegistration app) =>
        new MailboxTester(MailboxConnections.As(app, road.Mailbox), "Inbox") { Compares = true }.RunAsync(Token);

    /// <summary>A session that may read neither apps nor Exchange.</summary>
    private static async Task<Session> BlindAsync(EndToEnd road, TenantClock clock)
    {
        var app = await ManualTime.RunAsync(clock, new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Blind", Permissions = [PermissionName.Parse("Graph/Mail.Read", PermissionKind.Application)], TenantWide = true }, Token));
        return await ManualTime.RunAsync(clock, Session.SignInAsync(
            road.Tenant.Wire, road.Admin.Cloud, road.Tenant.Domain, app.ClientId, new AppCredential.ClientSecret(app.ClientSecret!), Token));
    }

    private static Task<EndToEnd> RealisticAsync(TenantClock clock) => EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });

    private static Task<MailboxConnectionTest> TestAsync(MailAppRegistration app, string mailbox, MailProtocol protocol = MailProtocol.Graph) =>
        new MailboxTester(MailboxConnections.As(app, mailbox, protocol), "Inbox").RunAsync(Token);
}
