using MailAdmin.Core.Access;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Access;

public sealed class AccessPoliciesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_policy_of_mailboxes_makes_their_group_and_a_second_run_changes_the_group_alone()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var policies = new AccessPolicies(road.Admin);
        var made = await policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, [Address(road, 0), Address(road, 1)], null, Token);
        Assert.Equal((ChangeKind.Created, MailAppPolicyRight.RestrictAccess, app.ClientId, null), (made.Change, made.AccessRight, made.ClientId, made.Description));
        Assert.Contains(made.Pending, p => p.Sentence.Contains("legacy", StringComparison.Ordinal));
        Assert.Contains(made.Pending, p => p.Sentence.Contains("IMAP", StringComparison.Ordinal));
        Assert.Equal("0 1", await AppScopesTests.ReadableAsync(road, app));

        Assert.Equal(ChangeKind.Unchanged, (await policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, [Address(road, 1), Address(road, 0)], null, Token)).Change);
        Assert.Equal(ChangeKind.Updated, (await policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, [Address(road, 2), Address(road, 0)], null, Token)).Change);
        Assert.Equal("0 2", await AppScopesTests.ReadableAsync(road, app));
        Assert.Single(await policies.GetAsync(app.ClientId, Token));

        Assert.Equal(ChangeKind.Removed, (await policies.RemoveAsync(made, Token)).Change);
        Assert.Equal(ChangeKind.Unchanged, (await policies.RemoveAsync(made, Token)).Change);
        Assert.Equal("0 1 2 3 4", await AppScopesTests.ReadableAsync(road, app));
    }

    [Fact]
    public async Task Deny_keeps_out_of_its_mailboxes_alone()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var made = await new AccessPolicies(road.Admin).NewAsync(app, MailAppPolicyRight.DenyAccess, Address(road, 1), "Alice", Token);
        Assert.Equal("Alice", made.Description);
        Assert.Equal("0 2 3 4", await AppScopesTests.ReadableAsync(road, app));
        Assert.Empty(await new AccessPolicies(road.Admin).GetAsync("nobody", Token));
    }

    [Fact]
    public async Task In_a_realistic_tenant_a_policy_counts_after_the_time_it_takes_and_the_test_says_so()
    {
        var clock = TenantClock.Manual(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        Assert.Equal("0 1 2 3 4", await AppScopesTests.ReadableAsync(road, app));
        var made = await ManualTime.RunAsync(clock, new AccessPolicies(road.Admin).NewAsync(app, MailAppPolicyRight.RestrictAccess, [Address(road, 0)], null, Token));
        Assert.Equal("0 1 2 3 4", await AppScopesTests.ReadableAsync(road, app));
        var test = await new EffectiveAccess(road.Admin).TestAsync(app, Address(road, 2), MailProtocol.Graph, Token);
        Assert.Equal((Verdict.TooSoonToTell, false), (test.Verdict, test.Graph.HasAccess));

        clock.Advance(made.EffectiveBy!.Value - clock.GetUtcNow());
        Assert.Equal("0", await AppScopesTests.ReadableAsync(road, app));
        Assert.Equal(Verdict.Failed, (await new EffectiveAccess(road.Admin).TestAsync(app, Address(road, 2), MailProtocol.Graph, Token)).Verdict);
    }

    [Fact]
    public async Task A_shared_mailbox_and_nobody_are_told_before_the_service_is_asked()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var policies = new AccessPolicies(road.Admin);
        Assert.Equal("NotSecurityPrincipal", (await Assert.ThrowsAsync<InvalidRequestException>(() => policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, Address(road, 0), null, Token))).Id);
        Assert.Equal("UnknownGroup", (await Assert.ThrowsAsync<InvalidRequestException>(() => policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, "nobody", null, Token))).Id);
        Assert.Equal("UnknownMailbox", (await Assert.ThrowsAsync<InvalidRequestException>(() => policies.NewAsync(app, MailAppPolicyRight.RestrictAccess, ["nobody"], null, Token))).Id);
        Assert.Empty(road.Tenant.State.Exchange.Current.Groups);
    }

    [Theory]
    [InlineData("New-DistributionGroup")]
    [InlineData("New-ApplicationAccessPolicy")]
    public async Task A_run_that_is_killed_is_finished_by_the_next_one(string killedBefore)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        using (var killed = await KilledSession.StartAsync(road, killedBefore))
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => new AccessPolicies(killed.Session).NewAsync(app, MailAppPolicyRight.RestrictAccess, [Address(road, 0)], null, Token));
        }

        Assert.Equal(ChangeKind.Created, (await new AccessPolicies(road.Admin).NewAsync(app, MailAppPolicyRight.RestrictAccess, [Address(road, 0)], null, Token)).Change);
        Assert.Equal("0", await AppScopesTests.ReadableAsync(road, app));
    }

    private static string Address(EndToEnd road, int index) => road.Tenant.Mailboxes[index].Address;
}
