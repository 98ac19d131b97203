using MailAdmin.Core.Access;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Journal;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Diagnosis;

/// <summary>Every wrong turn is named, and what is right is told with what makes it so.</summary>
public sealed class EffectiveAccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tenant_wide_grant_that_was_left_in_place_makes_a_scope_worthless()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var test = await TestAsync(road, app, 2);
        Assert.Equal((true, Verdict.Passed, Verdict.Failed, Verdict.Failed), (test.Graph.HasAccess, test.Graph.Verdict, test.Imap.Verdict, test.Ews.Verdict));
        Assert.Contains("for all mailboxes", test.Cause, StringComparison.Ordinal);

        await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ServicePrincipalObjectId }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementScope", new() { ["Name"] = "S", ["RecipientRestrictionFilter"] = $"PrimarySmtpAddress -eq '{road.Mailbox}'" }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read", ["CustomResourceScope"] = "S" }, Token);
        Assert.Contains("doesn't restrict the app", (await TestAsync(road, app, 0)).Cause, StringComparison.Ordinal);
        Assert.Equal(Verdict.Passed, (await TestAsync(road, app, 2)).Verdict);
    }

    [Fact]
    public async Task A_policy_keeps_out_over_Graph_and_is_not_asked_over_IMAP()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read", "Exchange/IMAP.AccessAsApp");
        await road.Admin.Exchange.ChangeAsync("New-ApplicationAccessPolicy",
            new() { ["AppId"] = app.ClientId, ["AccessRight"] = "RestrictAccess", ["PolicyScopeGroupId"] = road.Tenant.Mailboxes[1].Address }, Token);
        await new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        var test = await TestAsync(road, app, 0);
        Assert.Equal((Verdict.Failed, Verdict.Passed), (test.Graph.Verdict, test.Imap.Verdict));
        Assert.Contains("application access policy", test.Cause, StringComparison.Ordinal);
        Assert.Equal(CheckStatus.Skipped, test.Imap.Checks.Single(c => c.Name == "Policy").Status);
        Assert.Equal(Verdict.Passed, (await TestAsync(road, app, 1)).Graph.Verdict);
    }

    [Theory]
    [InlineData("nothing", "Entra", "no permission to use IMAP")]
    [InlineData("unregistered", "ServicePrincipal", "has no service principal in Exchange")]
    [InlineData("object id", "ServicePrincipal", "object ID of the app registration")]
    [InlineData("no permission", "FullAccess", "no FullAccess")]
    [InlineData("disabled", "ImapEnabled", "disabled")]
    public async Task What_keeps_an_app_out_over_IMAP_is_named(string wrong, string check, string cause)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { TrustsObjectIds = true });
        var app = await road.RegisterAsync(wrong == "nothing" ? "Graph/Mail.Read" : "Exchange/IMAP.AccessAsApp");
        if (wrong is not "unregistered")
        {
            await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal",
                new() { ["AppId"] = app.ClientId, ["ObjectId"] = wrong == "object id" ? app.ApplicationObjectId : app.ServicePrincipalObjectId }, Token);
        }

        if (wrong is "nothing" or "disabled")
        {
            await new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        }

        if (wrong == "disabled")
        {
            await road.Admin.Exchange.ChangeAsync("Set-CASMailbox", new() { ["Identity"] = road.Mailbox, ["ImapEnabled"] = false }, Token);
        }

        var test = await new EffectiveAccess(road.Admin).TestAsync(app, road.Mailbox, MailProtocol.Imap, Token);
        Assert.Equal(Verdict.Failed, test.Verdict);
        Assert.Equal(check, test.Checks.First(c => c.Status == CheckStatus.Failed).Name);
        Assert.Contains(cause, test.Cause, StringComparison.Ordinal);
        Assert.All(test.Checks.Where(c => c.Status == CheckStatus.Failed), c => Assert.NotNull(c.Advice));
    }

    [Fact]
    public async Task A_member_of_a_group_in_the_scope_s_group_is_outside_the_scope()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Inner", ["Type"] = "Security", ["Members"] = road.Mailbox }, Token);
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Outer", ["Type"] = "Security", ["Members"] = "Inner" }, Token);
        await new AppScopes(road.Admin).LimitAsync(app, new ScopeRequest { Group = "Outer" }, [], new LimitOptions(), Token);
        var test = await TestAsync(road, app, 0);
        Assert.Equal(Verdict.Failed, test.Verdict);
        Assert.Contains("outside the scope", test.Cause, StringComparison.Ordinal);
        Assert.Contains("members of nested groups", test.Checks.Single(c => c.Name == "Roles").Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_right_is_too_young_to_judge_until_a_named_time()
    {
        var clock = TenantClock.Manual(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Exchange/IMAP.AccessAsApp"));
        await ManualTime.RunAsync(clock, new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token));
        await road.Admin.Exchange.ChangeAsync("Remove-MailboxPermission", new() { ["Identity"] = road.Mailbox, ["User"] = app.ClientId, ["AccessRights"] = "FullAccess" }, Token);
        road.Admin.Note(new ChangeNote(JournalAction.RemoveMailboxPermission, app.ClientId, road.Mailbox, "FullAccess"));
        var access = new EffectiveAccess(road.Admin);
        var young = await access.TestAsync(app, road.Mailbox, MailProtocol.Imap, Token);
        Assert.Equal((Verdict.TooSoonToTell, clock.GetUtcNow() + TimeSpan.FromSeconds(30)), (young.Verdict, young.ConclusiveAfter));
        clock.Advance(TimeSpan.FromSeconds(30));
        var old = await access.TestAsync(app, road.Mailbox, MailProtocol.Imap, Token);
        Assert.Equal((Verdict.Failed, null), (old.Verdict, old.ConclusiveAfter));
    }

    [Fact]
    public async Task What_may_not_be_read_is_unknown_and_not_denied()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "View-Only Organization Management");
        Assert.Equal(Verdict.Passed, (await TestAsync(road, app, 0)).Verdict);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new EffectiveAccess(road.Admin).TestAsync(app, "nobody@example.com", MailProtocol.Graph, Token));
        Assert.Equal("UnknownMailbox", e.Id);
    }

    private static Task<MailAppAccessTest> TestAsync(EndToEnd road, MailAppRegistration app, int index) =>
        new EffectiveAccess(road.Admin).TestAsync(app, road.Tenant.Mailboxes[index].Address, MailProtocol.Graph, Token);
}
