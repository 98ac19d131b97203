using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Access;

/// <summary>From birth to removal: an app that never sees a third mailbox, and leaves nothing behind.</summary>
public sealed class ScopedAppsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Propagation.None)]
    [InlineData(Propagation.Realistic)]
    public async Task A_born_scoped_app_has_no_mail_role_in_Entra_and_never_reads_a_third_mailbox(Propagation propagation)
    {
        var clock = TenantClock.Manual(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = propagation });
        var app = await ManualTime.RunAsync(clock, EnsureAsync(road, "Graph/Mail.ReadWrite", "Graph/Mail.Send"));
        Assert.Equal(ChangeKind.Created, app.Change);
        Assert.Empty(app.RequestedPermission);
        Assert.Empty(app.GrantedPermission);
        for (var hour = 0; hour < 4; hour++)
        {
            var readable = await AppScopesTests.ReadableAsync(road, app);
            Assert.True(readable is "" or "0 1", readable);
            Assert.True(propagation == Propagation.Realistic || readable == "0 1");
            clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal("0 1", await AppScopesTests.ReadableAsync(road, app));
        Assert.Equal(ChangeKind.Unchanged, (await ManualTime.RunAsync(clock, EnsureAsync(road, "Graph/Mail.ReadWrite", "Graph/Mail.Send"))).Change);
    }

    [Fact]
    public async Task For_IMAP_the_permission_is_granted_and_the_right_mailbox_by_mailbox()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await EnsureAsync(road, "Exchange/IMAP.AccessAsApp");
        Assert.Equal(["Exchange/IMAP.AccessAsApp"], app.GrantedPermission.Select(p => p.ToString()));
        var access = new EffectiveAccess(road.Admin);
        foreach (var (index, verdict) in new[] { (0, Verdict.Passed), (1, Verdict.Passed), (2, Verdict.Failed) })
        {
            Assert.Equal(verdict, (await access.TestAsync(app, road.Tenant.Mailboxes[index].Address, MailProtocol.Imap, Token)).Verdict);
        }
    }

    [Fact]
    public async Task A_group_and_a_mailbox_that_are_not_there_leave_no_app_behind()
    {
        using var road = await EndToEnd.StartAsync();
        var wanted = new AppSpecification { Name = "Scoped", Permissions = PermissionName.ParseAll(["Graph/Mail.Read"], []) };
        foreach (var scope in new[] { new ScopeRequest { Group = "nobody" }, new ScopeRequest { Mailboxes = ["nobody@example.com"] } })
        {
            await Assert.ThrowsAsync<InvalidRequestException>(() => new ScopedApps(road.Admin).EnsureAsync(wanted, scope, new LimitOptions(), Token));
        }

        await foreach (var app in new AppDirectory(road.Admin).FindAsync("Scoped", Token))
        {
            Assert.Fail($"{app} was made");
        }
    }

    [Fact]
    public async Task What_an_app_has_in_Exchange_goes_with_it_and_a_second_run_finds_nothing()
    {
        using var road = await EndToEnd.StartAsync();
        var before = road.Tenant.State.Exchange.Current.Permissions;
        var app = await EnsureAsync(road, "Graph/Mail.Read", "Exchange/IMAP.AccessAsApp");
        await road.Admin.Exchange.ChangeAsync("New-ApplicationAccessPolicy",
            new() { ["AppId"] = app.ClientId, ["AccessRight"] = "RestrictAccess", ["PolicyScopeGroupId"] = road.Tenant.Mailboxes[1].Address }, Token);
        Assert.Empty(await new AppCleanup(road.Admin).RemoveAsync(app, Token));
        foreach (var cmdlet in new[] { "Get-ServicePrincipal", "Get-ManagementScope", "Get-ManagementRoleAssignment", "Get-ApplicationAccessPolicy" })
        {
            Assert.Empty(await road.Admin.Exchange.GetAsync(cmdlet, [], Token));
        }

        Assert.Equal(before, road.Tenant.State.Exchange.Current.Permissions);
        Assert.Empty(await new AppCleanup(road.Admin).RemoveAsync(app, Token));
    }

    [Theory]
    [InlineData("Remove-ApplicationAccessPolicy")]
    [InlineData("Remove-MailboxPermission")]
    [InlineData("Remove-ManagementRoleAssignment")]
    [InlineData("Remove-ServicePrincipal")]
    [InlineData("Remove-ManagementScope")]
    public async Task A_cleanup_that_is_killed_is_finished_by_the_next_run(string killedBefore)
    {
        using var road = await EndToEnd.StartAsync();
        var before = road.Tenant.State.Exchange.Current.Permissions;
        var app = await EnsureAsync(road, "Graph/Mail.Read", "Exchange/IMAP.AccessAsApp");
        await road.Admin.Exchange.ChangeAsync("New-ApplicationAccessPolicy",
            new() { ["AppId"] = app.ClientId, ["AccessRight"] = "DenyAccess", ["PolicyScopeGroupId"] = road.Tenant.Mailboxes[1].Address }, Token);
        using (var killed = await KilledSession.StartAsync(road, killedBefore))
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => new AppCleanup(killed.Session).RemoveAsync(app, Token));
        }

        Assert.Empty(await new AppCleanup(road.Admin).RemoveAsync(app, Token));
        var left = road.Tenant.State.Exchange.Current;
        Assert.Empty(left.Principals);
        Assert.Empty(left.Scopes);
        Assert.Empty(left.Assignments);
        Assert.Empty(left.Policies);
        Assert.Equal(before, left.Permissions);
    }

    [Fact]
    public async Task Without_a_role_in_Exchange_the_rest_is_pending()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await EnsureAsync(road, "Graph/Mail.Read");
        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId);
        var left = await new AppCleanup(road.Admin).RemoveAsync(app, Token);
        Assert.StartsWith("Pending: needs Organization Management", Assert.Single(left).ToString(), StringComparison.Ordinal);
        var removed = await new AppDirectory(road.Admin).RemoveAsync(app, left, Token);
        Assert.Equal((ChangeKind.Removed, 2), (removed.Change, removed.Pending.Length));
    }

    private static Task<MailAppRegistration> EnsureAsync(EndToEnd road, params string[] permissions) => new ScopedApps(road.Admin).EnsureAsync(
        new AppSpecification { Name = "Scoped", Permissions = PermissionName.ParseAll(permissions, []) },
        new ScopeRequest { Mailboxes = [road.Tenant.Mailboxes[0].Address, road.Tenant.Mailboxes[1].Address] }, new LimitOptions(), Token);
}
