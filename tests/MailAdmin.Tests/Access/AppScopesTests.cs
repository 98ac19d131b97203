using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Permissions;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Access;

public sealed class AppScopesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_a_plain_sandbox_one_run_does_it_all_and_a_second_one_nothing()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/User.Read.All", "Exchange/IMAP.AccessAsApp", "Exchange/Mail.Read");
        Assert.Equal("0 1 2 3 4", await ReadableAsync(road, app));

        var limit = await LimitAsync(road, app, Two(road));
        Assert.Equal((ChangeKind.Updated, true), (limit.Change, limit.IsLimited));
        Assert.Equal(["Mail.Read", "Mail.ReadWrite"], limit.Permission);
        Assert.Equal(["Graph/User.Read.All"], limit.NotScopable);
        Assert.Equal(Two(road).Mailboxes.Order(), limit.Mailbox);
        Assert.Equal("0 1", await ReadableAsync(road, app));
        var left = (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!.GrantedPermission.Select(p => p.ToString());
        Assert.Equal(["Exchange/IMAP.AccessAsApp", "Graph/User.Read.All"], left.Order());

        var before = road.Admin.Journal.Read().Count;
        Assert.Equal(ChangeKind.Unchanged, (await LimitAsync(road, app, Two(road))).Change);
        Assert.Equal(before, road.Admin.Journal.Read().Count);
    }

    /// <summary>https://learn.microsoft.com/exchange/client-developer/legacy-protocols/smtp-app-rbac-onboarding: the role, and no permission in Entra.</summary>
    [Fact]
    public async Task For_SMTP_the_role_takes_the_place_of_the_permission_where_the_cloud_has_it()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Exchange/SMTP.SendAsApp"));
        var first = await ManualTime.RunAsync(clock, LimitAsync(road, app, Two(road)));
        Assert.Equal(ChangeKind.Pending, first.Change);
        Assert.Empty(first.TenantWide);
        Assert.Contains(first.Pending, p => p.Sentence.Contains("Exchange requires SendAs instead of the role", StringComparison.Ordinal));
        clock.Advance(TimeSpan.FromHours(2));
        var limit = await ManualTime.RunAsync(clock, LimitAsync(road, app, Two(road)));
        Assert.Equal((ChangeKind.Updated, "SMTP.SendAsApp"), (limit.Change, Assert.Single(limit.Permission)));
        Assert.Empty((await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!.GrantedPermission);
        var assigned = Assert.Single(await road.Admin.Exchange.GetAsync("Get-ManagementRoleAssignment", new() { ["RoleAssignee"] = app.ClientId }, Token));
        Assert.Equal("Application SMTP.SendAsApp", assigned.Text("Role"));

        using var abroad = await EndToEnd.StartAsync(new SandboxOptions { Environment = MailEnvironment.USGov });
        var there = await abroad.RegisterAsync("Exchange/SMTP.SendAsApp");
        Assert.Equal("NothingToLimit", (await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(abroad, there, Two(abroad)))).Id);
    }

    [Fact]
    public async Task In_a_realistic_tenant_the_grants_go_after_two_hours_and_the_tokens_an_hour_later()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.ReadWrite"));
        Assert.Equal("0 1 2 3 4", await ReadableAsync(road, app));
        using var old = MailboxAccess.Tokens(MailboxConnections.As(app, road.Mailbox));
        await old.GetAsync(old.Cloud.GraphScope, fresh: true, Token);

        var first = await ManualTime.RunAsync(clock, LimitAsync(road, app, Two(road)));
        Assert.Equal((ChangeKind.Pending, false), (first.Change, first.IsLimited));
        Assert.Equal(["Graph/Mail.ReadWrite"], first.TenantWide);
        Assert.InRange(first.EffectiveBy!.Value - clock.GetUtcNow(), TimeSpan.FromHours(1.9), TimeSpan.FromHours(2));
        Assert.Equal("0 1 2 3 4", await ReadableAsync(road, app));
        await VerdictsAsync(Verdict.TooSoonToTell, Verdict.TooSoonToTell);

        clock.Advance(first.EffectiveBy!.Value - clock.GetUtcNow());
        var second = await ManualTime.RunAsync(clock, LimitAsync(road, app, Two(road)));
        Assert.Equal((ChangeKind.Updated, true), (second.Change, second.IsLimited));
        Assert.Contains(second.Pending, p => p.Sentence.Contains("keep their roles until they expire", StringComparison.Ordinal));
        await VerdictsAsync(Verdict.TooSoonToTell, Verdict.TooSoonToTell);

        clock.Advance(second.EffectiveBy!.Value - clock.GetUtcNow());
        Assert.Equal("0 1", await ReadableAsync(road, app));
        await VerdictsAsync(Verdict.Passed, Verdict.Failed);
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => ReadAsync(app, road.Tenant.Mailboxes[2].Address));
        Assert.Equal(("ErrorAccessDenied", "Access is denied. Check credentials and try again."), (refused.Code, refused.Message));
        Assert.Equal(ChangeKind.Unchanged, (await ManualTime.RunAsync(clock, LimitAsync(road, app, Two(road)))).Change);

        async Task VerdictsAsync(Verdict inside, Verdict outside)
        {
            var access = new EffectiveAccess(road.Admin);
            Assert.Equal(inside, (await access.TestAsync(app, road.Tenant.Mailboxes[1].Address, MailProtocol.Graph, Token)).Verdict);
            Assert.Equal(outside, (await access.TestAsync(app, road.Tenant.Mailboxes[2].Address, MailProtocol.Graph, Token)).Verdict);
        }
    }

    [Fact]
    public async Task With_wait_both_phases_are_one_run()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Graph/Mail.Read"));
        var limit = await ManualTime.RunAsync(clock, new AppScopes(road.Admin).LimitAsync(app, Two(road), [], new LimitOptions(Wait: true), Token));
        Assert.True(limit.IsLimited);
        Assert.InRange(clock.GetUtcNow() - Start, TimeSpan.FromHours(2), TimeSpan.FromHours(2.1));
    }

    [Theory]
    [InlineData("New-ServicePrincipal")]
    [InlineData("New-ManagementScope")]
    [InlineData("Application Mail.ReadWrite")]
    [InlineData("Application Mail.Send")]
    [InlineData("DELETE ")]
    public async Task A_run_that_is_killed_is_finished_by_the_next_one_and_the_app_is_never_stranded(string killedBefore)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send");
        using (var killed = await KilledSession.StartAsync(road, killedBefore))
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => new AppScopes(killed.Session).LimitAsync(app, Two(road), [], new LimitOptions(), Token));
        }

        Assert.StartsWith("0 1", await ReadableAsync(road, app), StringComparison.Ordinal);
        var limit = await LimitAsync(road, app, Two(road));
        Assert.True(limit.IsLimited);
        Assert.Equal(["Mail.ReadWrite", "Mail.Send"], limit.Permission);
        Assert.Equal("0 1", await ReadableAsync(road, app));
        Assert.Equal(2, (await road.Admin.Exchange.GetAsync("Get-ManagementRoleAssignment", [], Token)).Count);
    }

    /// <summary>Killed at every step that changes something, before it is sent and before its answer comes; the app is never without its mailboxes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_between_any_two_steps_a_second_run_finishes(bool isSent)
    {
        var step = 0;
        for (var killed = true; killed; step++)
        {
            using var road = await EndToEnd.StartAsync(new SandboxOptions { IsDehydrated = true });
            var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send", "Exchange/full_access_as_app");
            await road.Admin.Exchange.ChangeAsync("Enable-OrganizationCustomization", [], Token);
            var left = step;
            killed = false;
            using (var session = await KilledSession.StartAsync(road, said => IsChange(said) && left-- == 0, isSent))
            {
                try
                {
                    await new AppScopes(session.Session).LimitAsync(app, Two(road), [], new LimitOptions(), Token);
                }
                catch (ConnectionLostException)
                {
                    killed = true;
                }
            }

            Assert.StartsWith("0 1", await ReadableAsync(road, app), StringComparison.Ordinal);
            var limit = await LimitAsync(road, app, Two(road));
            Assert.True(limit.IsLimited, $"step {step}");
            Assert.Equal(["EWS.AccessAsApp", "Mail.ReadWrite", "Mail.Send"], limit.Permission.Order(StringComparer.Ordinal));
            Assert.Equal("0 1", await ReadableAsync(road, app));
            Assert.Equal(3, (await road.Admin.Exchange.GetAsync("Get-ManagementRoleAssignment", [], Token)).Count);
            Assert.Equal(ChangeKind.Unchanged, (await LimitAsync(road, app, Two(road))).Change);
        }

        // The service principal, the scope, three roles, three grants; and the run that nobody killed.
        Assert.Equal(9, step);

        static bool IsChange(string said) => said.StartsWith("DELETE ", StringComparison.Ordinal)
            || Array.Exists(["New-", "Set-", "Add-", "Remove-"], verb => said.Contains($"\"CmdletName\":\"{verb}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_set_is_changed_by_mailbox_and_roles_elsewhere_go()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await LimitAsync(road, app, Two(road));
        await road.Admin.Exchange.ChangeAsync("New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read" }, Token);
        Assert.Equal("0 1 2 3 4", await ReadableAsync(road, app));

        await LimitAsync(road, app, new ScopeRequest { Add = [Address(road, 3)], Remove = [Address(road, 0)] });
        Assert.Equal("1 3", await ReadableAsync(road, app));
        await LimitAsync(road, app, new ScopeRequest { RecipientFilter = "DisplayName -like 'Bob*'" });
        Assert.Equal("2", await ReadableAsync(road, app));
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, new ScopeRequest { Add = [Address(road, 0)] }));
        Assert.Equal("ScopeNotOfMailboxes", e.Id);
        await LimitAsync(road, app, new ScopeRequest { AdministrativeUnit = road.Tenant.AddAdministrativeUnit("Finance", Address(road, 0)) });
        Assert.Equal("0", await ReadableAsync(road, app));
        e = await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, new ScopeRequest { AdministrativeUnit = "Finance" }));
        Assert.Equal("InvalidIdentifier", e.Id);
        e = await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, new ScopeRequest { Add = [Address(road, 3)] }));
        Assert.Equal("ScopeNotOfMailboxes", e.Id);
        await LimitAsync(road, app, Two(road));
        e = await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, new ScopeRequest { Remove = Two(road).Mailboxes }));
        Assert.Equal("EmptyScope", e.Id);
    }

    [Theory]
    [InlineData("group", "Application Mail.Read for the group 'Outer'", "Add-DistributionGroupMember -Identity Outer -Member {0}")]
    [InlineData("scope", "Application Mail.Read for the scope 'Colleague''s'", null)]
    [InlineData("all", "Application Mail.Read for all mailboxes", null)]
    public async Task Mailboxes_can_t_be_added_to_scopes_of_others_and_the_error_names_them(string what, string scope, string? remedy)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await GroupsAsync(road);
        await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ServicePrincipalObjectId }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementScope", new() { ["Name"] = "Colleague's", ["RecipientRestrictionFilter"] = "DisplayName -like 'Bob*'" }, Token);
        var assignment = new System.Text.Json.Nodes.JsonObject { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read", ["Name"] = "Colleague" };
        if (what != "all")
        {
            assignment[what == "group" ? "RecipientGroupScope" : "CustomResourceScope"] = what == "group" ? "Outer" : "Colleague's";
        }

        await road.Admin.Exchange.ChangeAsync("New-ManagementRoleAssignment", assignment, Token);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, new ScopeRequest { Add = [Address(road, 3)] }));
        Assert.Equal("ScopeNotOfMailboxes", e.Id);
        Assert.Contains(scope.Replace("''", "'", StringComparison.Ordinal), e.Message, StringComparison.Ordinal);
        Assert.Contains("specify all mailboxes of the app with -Mailbox", e.Advice, StringComparison.Ordinal);
        Assert.Equal(remedy is null ? null : string.Format(System.Globalization.CultureInfo.InvariantCulture, remedy, Address(road, 3)), e.Remedy?.CommandLine);
        Assert.Single(road.Tenant.State.Exchange.Current.Assignments);

        // What the advice says replaces them.
        await LimitAsync(road, app, Two(road));
        Assert.Equal("0 1", await ReadableAsync(road, app));
    }

    [Fact]
    public async Task Direct_members_of_a_group_are_in_and_members_of_members_are_named()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await GroupsAsync(road);
        var limit = await LimitAsync(road, app, new ScopeRequest { Group = "Outer" });
        Assert.Equal([Address(road, 1)], limit.Mailbox);
        Assert.Contains(limit.Pending, p => p.Sentence.Contains("'Inner' is a group in the group 'Outer'", StringComparison.Ordinal));
        Assert.Equal("1", await ReadableAsync(road, app));
        Assert.Equal("UnknownGroup", (await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, new ScopeRequest { Group = "Nobody" }))).Id);
    }

    [Fact]
    public async Task A_policy_is_migrated_and_what_has_no_equivalent_is_told()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        Assert.Equal("NoRestrictPolicy", (await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, new ScopeRequest { FromPolicy = true }))).Id);
        await GroupsAsync(road);
        await PolicyAsync("RestrictAccess", "Outer");
        await PolicyAsync("DenyAccess", "Inner");
        await PolicyAsync("RestrictAccess", Address(road, 2));
        Assert.Equal("1 2", await ReadableAsync(road, app));

        var limit = await LimitAsync(road, app, new ScopeRequest { FromPolicy = true });
        Assert.Contains(limit.Pending, p => p.Sentence.Contains("'Inner' (DenyAccess) has no equivalent", StringComparison.Ordinal));
        Assert.Contains(limit.Pending, p => p.Sentence.Contains("Members of nested groups aren't in the scope", StringComparison.Ordinal));
        Assert.Equal("1 2", await ReadableAsync(road, app));
        Assert.Equal(ChangeKind.Unchanged, (await LimitAsync(road, app, new ScopeRequest { FromPolicy = true })).Change);

        Task PolicyAsync(string right, string scope) => road.Admin.Exchange.ChangeAsync("New-ApplicationAccessPolicy",
            new() { ["AppId"] = app.ClientId, ["AccessRight"] = right, ["PolicyScopeGroupId"] = scope, ["Description"] = " " }, Token);
    }

    [Fact]
    public async Task An_app_that_was_given_nothing_gets_its_permissions_in_the_scope_alone()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await new AppProvisioner(road.Admin).EnsureAsync(new AppSpecification { Name = "Scoped" }, Token);
        Assert.Equal("NothingToLimit", (await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, Two(road)))).Id);
        var limit = await new AppScopes(road.Admin).LimitAsync(app, Two(road), PermissionName.ParseAll(["Graph/Mail.Read"], []), new LimitOptions(), Token);
        Assert.Equal((true, 0), (limit.IsLimited, limit.TenantWide.Length));
        Assert.Equal("0 1", await ReadableAsync(road, app));
        Assert.Equal(ChangeKind.Unchanged, (await LimitAsync(road, app, Two(road))).Change);
    }

    [Fact]
    public async Task An_organization_that_was_never_customized_is_customized_when_that_is_meant()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { IsDehydrated = true });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => LimitAsync(road, app, Two(road)));
        Assert.Equal("OrganizationNotCustomized", e.Id);
        Assert.Empty(await road.Admin.Exchange.GetAsync("Get-ServicePrincipal", [], Token));
        Assert.True((await new AppScopes(road.Admin).LimitAsync(app, Two(road), [], new LimitOptions(EnableCustomization: true), Token)).IsLimited);
    }

    [Fact]
    public async Task Without_the_role_in_Exchange_nothing_is_touched_and_without_the_one_in_Entra_the_rest_is_done()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "View-Only Organization Management");
        var limit = await LimitAsync(road, app, Two(road));
        Assert.Equal((ChangeKind.Pending, false), (limit.Change, limit.IsLimited));
        Assert.StartsWith("Pending: needs Organization Management", Assert.Single(limit.Pending).ToString(), StringComparison.Ordinal);
        Assert.Equal("0 1 2 3 4", await ReadableAsync(road, app));

        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "Organization Management");
        var grants = road.Tenant.State.Directory.AppRoleAssignments;
        grants.RemoveAll(g => (string)g.Json["principalId"]! == road.Tenant.State.Directory.PrincipalOf(road.Tenant.AdminApp.ClientId)!.Id
            && (string)g.Json["appRoleId"]! == "06b708a9-e830-4db3-a914-8e69da51d44f");
        using var second = await EndToEnd.SignInAsync(road.Tenant);
        limit = await new AppScopes(second).LimitAsync(app, Two(road), [], new LimitOptions(), Token);
        Assert.Equal((ChangeKind.Pending, false), (limit.Change, limit.IsLimited));
        Assert.Contains(limit.Pending, p => p.ToString().StartsWith("Pending: needs Privileged Role Administrator", StringComparison.Ordinal));
        Assert.Single(await second.Exchange.GetAsync("Get-ManagementRoleAssignment", [], Token));
    }

    [Theory]
    [InlineData("Guid -eq 'a' -or Guid -eq 'b'", "((Guid -eq 'b') -or (Guid -eq 'a'))", true)]
    [InlineData("Guid -eq 'a'", "Guid -eq 'b'", false)]
    [InlineData("Alias -eq 'a' -and Guid -eq 'b' -or Guid -eq 'c'", "Guid -eq 'c' -or Alias -eq 'a' -and Guid -eq 'b'", false)]
    [InlineData("DisplayName -eq 'a (b)'", "DisplayName -eq 'ab'", false)]
    public void Filters_are_the_same_whatever_brackets_Exchange_sets(string left, string right, bool same) =>
        Assert.Equal(same, RecipientFilterText.Same(left, right));

    [Fact]
    public void A_quote_in_a_name_is_doubled() => Assert.Equal("MemberOfGroup -eq 'CN=O''Hara'", RecipientFilterText.OfGroups(["CN=O'Hara"]));

    private static string Address(EndToEnd road, int index) => road.Tenant.Mailboxes[index].Address;

    private static ScopeRequest Two(EndToEnd road) => new() { Mailboxes = [Address(road, 0), Address(road, 1)] };

    private static Task<MailAppLimit> LimitAsync(EndToEnd road, MailAppRegistration app, ScopeRequest request) =>
        new AppScopes(road.Admin).LimitAsync(app, request, [], new LimitOptions(), Token);

    private static async Task GroupsAsync(EndToEnd road)
    {
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Inner", ["Type"] = "Security", ["Members"] = Address(road, 0) }, Token);
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup",
            new() { ["Name"] = "Outer", ["Type"] = "Security", ["Members"] = new System.Text.Json.Nodes.JsonArray("Inner", Address(road, 1)) }, Token);
    }

    private static async Task ReadAsync(MailAppRegistration app, string mailbox)
    {
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, mailbox));
        await store.FindFolderAsync("Inbox", Token);
    }

    /// <summary>The numbers of the mailboxes that an app can read with a new token.</summary>
    internal static async Task<string> ReadableAsync(EndToEnd road, MailAppRegistration app)
    {
        var readable = new List<int>();
        for (var i = 0; i < road.Tenant.Mailboxes.Count; i++)
        {
            try
            {
                await ReadAsync(app, Address(road, i));
                readable.Add(i);
            }
            catch (ServiceRefusedException e) when (e.Code == "ErrorAccessDenied")
            {
                // Kept out.
            }
        }

        return string.Join(' ', readable);
    }
}
