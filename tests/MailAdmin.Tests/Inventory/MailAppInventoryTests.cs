using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Inventory;
using MailAdmin.Core.Permissions;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Graph;
using MailAdmin.Tenant.State;
using DirectoryResources = MailAdmin.Tenant.Directory.Resources;
using ScopeRequest = MailAdmin.Core.Access.ScopeRequest;

namespace MailAdmin.Tests.Inventory;

/// <summary>Every app that can reach mail is found, with how widely; what can't be read is unknown, and nothing is asked app by app.</summary>
public sealed class MailAppInventoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_way_to_mail_is_listed_with_its_reach()
    {
        using var road = await EndToEnd.StartAsync();
        var all = await AppAsync(road, "All mail", "Graph/Mail.ReadWrite", "Graph/User.Read.All");
        var imap = await AppAsync(road, "Imap", "Exchange/IMAP.AccessAsApp", "Exchange/SMTP.SendAsApp");
        await new MailboxAccessGrants(road.Admin).GrantAsync(imap, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        var scoped = await new ScopedApps(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Scoped", Permissions = [PermissionName.Parse("Graph/Mail.Read", PermissionKind.Application)] },
            new ScopeRequest { Mailboxes = [Address(road, 1)] }, new LimitOptions(), Token);
        var people = await AppAsync(road, "People", "Graph/User.Read.All");
        var consent = new AppConsent(road.Admin);
        await consent.GrantAsync(people, PermissionName.ParseAll([], ["Graph/Mail.Read.Shared", "Graph/User.Read"]), null, false, Token);
        await consent.GrantAsync(people, PermissionName.ParseAll([], ["Graph/IMAP.AccessAsUser.All"]), Address(road, 1), false, Token);
        var nothing = await AppAsync(road, "Directory", "Graph/User.Read.All");

        var (apps, unknown) = await ReadAsync(road);
        Assert.Empty(unknown);
        Assert.DoesNotContain(apps, a => a.ClientId == nothing.ClientId);
        Assert.Equal(["All mail", "Imap", "Scoped", "People"], apps.Select(a => a.App));

        var wide = Assert.Single(Of(apps, all).Access);
        Assert.Equal((MailAppMechanism.EntraApplication, "Graph/Mail.ReadWrite", MailReach.TenantWide, null), (wide.Mechanism, wide.Permission, wide.Reach, wide.Mailbox));
        Assert.Equal((true, true, "Application"), (Of(apps, all).IsOwn, Of(apps, all).IsEnabled, Of(apps, all).Kind));
        Assert.Contains(Of(apps, all).Finding, f => f is { Kind: MailAppFindingKind.TenantWide, Advice: not null });

        Assert.Equal(["Exchange/IMAP.AccessAsApp + FullAccess: mailboxes with FullAccess for the app", "Exchange/SMTP.SendAsApp: nothing: the app has SendAs on no mailbox"], Of(apps, imap).Access.Select(a => a.ToString()));
        Assert.Equal([road.Mailbox], Of(apps, imap).Access[0].Mailbox!);
        Assert.Equal(MailReach.Mailboxes, Of(apps, imap).Reach);
        Assert.Contains(Of(apps, imap).Finding, f => f.Kind == MailAppFindingKind.NoEffect);

        var role = Assert.Single(Of(apps, scoped).Access);
        Assert.Equal((MailAppMechanism.ExchangeRole, "Application Mail.Read", MailReach.Mailboxes), (role.Mechanism, role.Permission, role.Reach));
        Assert.Equal([Address(road, 1)], role.Mailbox!);
        Assert.DoesNotContain(Of(apps, scoped).Finding, f => f.Kind is MailAppFindingKind.TenantWide or MailAppFindingKind.ScopeDefeated);

        Assert.All(Of(apps, people).Access, a => Assert.Equal((MailAppMechanism.EntraDelegated, MailReach.SignedInUsers), (a.Mechanism, a.Reach)));
        Assert.Equal(
            [("Graph/IMAP.AccessAsUser.All", $"while they are signed in: {Address(road, 1)}"), ("Graph/Mail.Read.Shared", "all users who sign in to it, and mailboxes shared with them")],
            Of(apps, people).Access.Select(a => (a.Permission, a.Scope)));
    }

    [Fact]
    public async Task Policies_narrow_what_Entra_grants_through_nested_groups_too()
    {
        using var road = await EndToEnd.StartAsync();
        var restricted = await AppAsync(road, "Restricted", "Graph/Mail.Read");
        var denied = await AppAsync(road, "Denied", "Graph/Mail.Read");
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Inner", ["Type"] = "Security", ["Members"] = Address(road, 1) }, Token);
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Outer", ["Type"] = "Security", ["Members"] = new System.Text.Json.Nodes.JsonArray("Inner", Address(road, 2)) }, Token);
        await PolicyAsync(restricted, "RestrictAccess", "Outer");
        await PolicyAsync(restricted, "DenyAccess", Address(road, 2));
        await PolicyAsync(denied, "DenyAccess", "Inner");

        var (apps, _) = await ReadAsync(road);
        var path = Assert.Single(Of(apps, restricted).Access);
        Assert.Equal((MailReach.Mailboxes, $"'Outer' (policy), except '{NameOf(road, 2)}' (policy)"), (path.Reach, path.Scope));
        Assert.Equal([Address(road, 1)], path.Mailbox!);
        Assert.Equal([true, false, false], [path.LeadsTo(Address(road, 1)), path.LeadsTo(Address(road, 2)), path.LeadsTo(Address(road, 0))]);
        Assert.Contains(Of(apps, restricted).Finding, f => f.Kind == MailAppFindingKind.LegacyPolicy);
        Assert.DoesNotContain(Of(apps, restricted).Finding, f => f.Kind == MailAppFindingKind.TenantWide);

        path = Assert.Single(Of(apps, denied).Access);
        Assert.Equal((MailReach.TenantWide, "all mailboxes, except 'Inner' (policy)"), (path.Reach, path.Scope));
        Assert.Equal([true, false], [path.LeadsTo(Address(road, 0)), path.LeadsTo(Address(road, 1))]);
        Assert.Contains(Of(apps, denied).Finding, f => f.Kind == MailAppFindingKind.TenantWide);

        Task PolicyAsync(MailAppRegistration app, string right, string scope) => road.Admin.Exchange.ChangeAsync(
            "New-ApplicationAccessPolicy", new() { ["AppId"] = app.ClientId, ["AccessRight"] = right, ["PolicyScopeGroupId"] = scope }, Token);
    }

    [Fact]
    public async Task Scopes_by_group_filter_unit_and_without_any_are_told_apart()
    {
        using var road = await EndToEnd.StartAsync();
        var unit = road.Tenant.AddAdministrativeUnit("North", Address(road, 0));
        await road.Admin.Exchange.ChangeAsync("New-DistributionGroup", new() { ["Name"] = "Team", ["Type"] = "Security", ["Members"] = Address(road, 1) }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementScope", new() { ["Name"] = "By filter", ["RecipientRestrictionFilter"] = $"PrimarySmtpAddress -eq '{Address(road, 2)}'" }, Token);
        var app = await AppAsync(road, "Roles", "Graph/User.Read.All");
        await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ServicePrincipalObjectId }, Token);
        foreach (var (role, parameter, value) in new[]
        {
            ("Application Mail.Read", "CustomResourceScope", "By filter"), ("Application Mail.ReadBasic", "RecipientGroupScope", "Team"),
            ("Application Mail.Send", "RecipientAdministrativeUnitScope", unit), ("Application EWS.AccessAsApp", "", ""), ("Application Contacts.Read", "", ""),
        })
        {
            var parameters = new System.Text.Json.Nodes.JsonObject { ["App"] = app.ClientId, ["Role"] = role };
            if (parameter.Length > 0)
            {
                parameters[parameter] = value;
            }

            await road.Admin.Exchange.ChangeAsync("New-ManagementRoleAssignment", parameters, Token);
        }

        var paths = Of((await ReadAsync(road)).Apps, app).Access.ToDictionary(a => a.Permission);
        Assert.Equal(4, paths.Count);
        Assert.Equal([Address(road, 2)], paths["Application Mail.Read"].Mailbox!);
        Assert.Equal([Address(road, 1)], paths["Application Mail.ReadBasic"].Mailbox!);
        Assert.Equal((null, null), (paths["Application Mail.Send"].Mailbox, paths["Application Mail.Send"].LeadsTo(road.Mailbox)));
        Assert.Equal((MailReach.TenantWide, "EWS"), (paths["Application EWS.AccessAsApp"].Reach, paths["Application EWS.AccessAsApp"].Protocol));
    }

    [Fact]
    public async Task A_grant_for_every_mailbox_beside_a_scope_is_called_what_it_is()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await AppAsync(road, "Union", "Graph/Mail.Read");
        await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ServicePrincipalObjectId }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementScope", new() { ["Name"] = "S", ["RecipientRestrictionFilter"] = $"PrimarySmtpAddress -eq '{road.Mailbox}'" }, Token);
        await road.Admin.Exchange.ChangeAsync("New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read", ["CustomResourceScope"] = "S" }, Token);
        Assert.Contains(Of((await ReadAsync(road)).Apps, app).Finding, f => f.Kind == MailAppFindingKind.ScopeDefeated && f.Message.Contains("ineffective", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_Exchange_knows_by_a_wrong_id_opens_nothing_and_what_Entra_forgot_is_listed()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { TrustsObjectIds = true });
        var wrong = await AppAsync(road, "Wrong", "Exchange/IMAP.AccessAsApp");
        await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = wrong.ClientId, ["ObjectId"] = wrong.ApplicationObjectId }, Token);
        await road.Admin.Exchange.ChangeAsync("Add-MailboxPermission", new() { ["Identity"] = road.Mailbox, ["User"] = wrong.ClientId, ["AccessRights"] = "FullAccess" }, Token);
        var gone = await AppAsync(road, "Gone", "Exchange/IMAP.AccessAsApp");
        await new MailboxAccessGrants(road.Admin).GrantAsync(gone, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        await new AppDirectory(road.Admin).RemoveAsync(gone, [], Token);

        var (apps, _) = await ReadAsync(road);
        Assert.Equal(MailReach.None, Of(apps, wrong).Reach);
        Assert.Contains(Of(apps, wrong).Finding, f => f.Kind == MailAppFindingKind.WrongServicePrincipal);
        Assert.Equal((MailReach.None, null, null), (Of(apps, gone).Reach, Of(apps, gone).ServicePrincipalObjectId, Of(apps, gone).IsOwn));
        Assert.Contains(road.Mailbox, Assert.Single(Of(apps, gone).Access).Scope, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_read_Exchange_gets_what_Entra_tells_and_the_rest_is_unknown()
    {
        using var road = await EndToEnd.StartAsync();
        var wide = await AppAsync(road, "Wide", "Graph/Mail.Read");
        var imap = await AppAsync(road, "Imap", "Exchange/IMAP.AccessAsApp");
        await new MailboxAccessGrants(road.Admin).GrantAsync(imap, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        var people = await AppAsync(road, "People", "Graph/User.Read.All");
        await new AppConsent(road.Admin).GrantAsync(people, PermissionName.ParseAll([], ["Graph/Mail.Read"]), null, false, Token);
        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId);

        var inventory = await new MailAppInventory(road.Admin).ReadAsync(null, true, Token);
        var apps = inventory.Apps;
        Assert.Null(inventory.Mailboxes);
        foreach (var what in new[] { "service principals in Exchange", "role assignments in Exchange", "application access policies" })
        {
            Assert.Contains(inventory.Unknown, u => u.Contains(what, StringComparison.Ordinal));
        }

        Assert.Equal(3, apps.Count);
        Assert.All(apps, a => Assert.Equal(MailReach.Unknown, a.Reach));
        Assert.All(apps, a => Assert.Equal(inventory.Unknown, a.Unknown));
        Assert.Contains("the policies couldn't be read", Assert.Single(Of(apps, wide).Access).Scope, StringComparison.Ordinal);
        Assert.Contains(Of(apps, wide).Finding, f => f.Kind == MailAppFindingKind.TenantWide);
        Assert.Contains("the permissions couldn't be read", Assert.Single(Of(apps, imap).Access).Scope, StringComparison.Ordinal);
        Assert.Equal(3, (await new MailAppInventory(road.Admin).ReadAsync(road.Mailbox, true, Token)).Apps.Count);

        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "View-Only Organization Management");
        var (readable, unknown) = await ReadAsync(road);
        Assert.Empty(unknown);
        Assert.Equal(MailReach.Mailboxes, Of(readable, imap).Reach);
    }

    [Fact]
    public async Task An_app_of_somebody_else_and_one_that_was_adopted_are_marked()
    {
        using var road = await EndToEnd.StartAsync();
        var own = await AppAsync(road, "Own", "Graph/Mail.Read");
        var (foreign, _) = road.Tenant.AddOthersApp("Theirs", Address(road, 1));
        var theirs = (await new AppDirectory(road.Admin).GetAsync(foreign, Token))!;
        await new AppConsent(road.Admin).GrantAsync(theirs, PermissionName.ParseAll(["Graph/Mail.Read"], []), null, true, Token);

        var (apps, _) = await ReadAsync(road);
        Assert.DoesNotContain(Of(apps, own).Finding, f => f.Kind is MailAppFindingKind.NotProved or MailAppFindingKind.Adopted);
        Assert.Contains(Of(apps, theirs).Finding, f => f.Kind == MailAppFindingKind.NotProved);

        await Apps.AppAdoptionTests.AdoptAsync(road.Admin, foreign, Address(road, 1));
        (apps, _) = await ReadAsync(road);
        var adopted = Assert.Single(Of(apps, theirs).Finding, f => f.Kind is MailAppFindingKind.NotProved or MailAppFindingKind.Adopted);
        Assert.Equal(MailAppFindingKind.Adopted, adopted.Kind);
        Assert.Contains(Address(road, 1), adopted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_and_what_can_act_as_an_app_is_listed_and_what_was_not_added_from_here_is_a_finding()
    {
        using var road = await EndToEnd.StartAsync();
        var own = await AppAsync(road, "Own", "Graph/Mail.Read");
        var (foreign, _) = Apps.AppAdoptionTests.Foreign(road);
        var theirs = (await new AppDirectory(road.Admin).GetAsync(foreign, Token))!;
        await new AppConsent(road.Admin).GrantAsync(theirs, PermissionName.ParseAll(["Graph/Mail.Read"], []), null, true, Token);

        var (apps, unknown) = await ReadAsync(road);
        Assert.Empty(unknown);
        Assert.StartsWith("secret ", Assert.Single(Of(apps, own).Control!), StringComparison.Ordinal);
        Assert.DoesNotContain(Of(apps, own).Finding, f => f.Kind == MailAppFindingKind.ForeignControl);

        var found = Assert.Single(Of(apps, theirs).Finding, f => f.Kind == MailAppFindingKind.ForeignControl);
        var registration = await new AppDirectory(road.Admin).FindOwnAsync(foreign, Token);
        var controls = await new AppControls(road.Admin).ReadAsync(registration, Token);
        Assert.Equal(Enum.GetValues<AppControlKind>(), controls.Select(c => c.Kind).Order());
        Assert.Equal(controls.Select(c => $"{c}").Order(), Of(apps, theirs).Control!.Order());
        Assert.All(controls, c => Assert.Contains($"{c}", found.Message, StringComparison.Ordinal));
        Assert.Contains($"-App {foreign} -Adopt", found.Advice, StringComparison.Ordinal);

        // A secret that a colleague, or an attacker, adds to an app of ours.
        var added = road.Tenant.State.Directory.ApplicationOf(own.ClientId)!;
        ((System.Text.Json.Nodes.JsonArray)added.Json["passwordCredentials"]!).Add(Apps.AppAdoptionTests.Credential("planted"));
        (apps, _) = await ReadAsync(road);
        Assert.Contains("secret ", Assert.Single(Of(apps, own).Finding, f => f.Kind == MailAppFindingKind.ForeignControl).Message, StringComparison.Ordinal);
        Assert.Equal(2, Of(apps, own).Control!.Length);
    }

    [Fact]
    public async Task A_filter_that_Exchange_does_not_resolve_is_unknown_and_not_empty()
    {
        using var road = await EndToEnd.StartAsync();
        var sets = new RecipientSets(road.Admin, []);

        await sets.LoadAsync(["NoSuchProperty -eq 'x'"], [], [], Token);

        Assert.Null(sets.OfFilter("NoSuchProperty -eq 'x'"));
        Assert.StartsWith("Unknown: the mailboxes of NoSuchProperty -eq 'x'.", Assert.Single(sets.Unknown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_apps_of_one_mailbox_are_those_that_reach_it_or_may()
    {
        using var road = await EndToEnd.StartAsync();
        await AppAsync(road, "Wide", "Graph/Mail.Read");
        var imap = await AppAsync(road, "Imap", "Exchange/IMAP.AccessAsApp");
        await new MailboxAccessGrants(road.Admin).GrantAsync(imap, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        var inventory = new MailAppInventory(road.Admin);
        Assert.Equal(["Wide", "Imap"], (await inventory.ReadAsync("billing@contoso.onmicrosoft.com", true, Token)).Apps.Select(a => a.App));
        Assert.Equal(["Wide"], (await inventory.ReadAsync(Address(road, 1), true, Token)).Apps.Select(a => a.App));
        var without = await inventory.ReadAsync(Address(road, 1), withMailboxRights: false, Token);
        Assert.Equal(["Wide", "Imap"], without.Apps.Select(a => a.App));
        Assert.Contains(without.Unknown, u => u.Contains("weren't requested", StringComparison.Ordinal));
        Assert.Equal("UnknownMailbox", (await Assert.ThrowsAsync<InvalidRequestException>(() => inventory.ReadAsync("nobody@example.com", true, Token))).Id);
    }

    [Theory]
    [InlineData("2026-09-30", "are blocked from 2026-10-01")]
    [InlineData("2026-10-01", "have been blocked since 2026-10-01")]
    [InlineData("2027-04-01", "ended on 2027-04-01")]
    public async Task Exchange_Web_Services_are_flagged_by_the_date(string date, string says)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = TenantClock.Manual(DateTimeOffset.Parse(date + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture)) });
        var app = await AppAsync(road, "Old", "Exchange/full_access_as_app", "Exchange/Mail.Read");
        var found = Of((await ReadAsync(road)).Apps, app);
        Assert.Contains(found.Finding, f => f.Kind == MailAppFindingKind.Retired && f.Message.Contains(says, StringComparison.Ordinal));
        Assert.Contains(found.Finding, f => f.Kind == MailAppFindingKind.Retired && f.Message.Contains("Outlook REST", StringComparison.Ordinal));
        Assert.Equal([("EWS", MailReach.TenantWide), ("Outlook REST", MailReach.None)], found.Access.Select(a => (a.Protocol, a.Reach)));
    }

    [Fact]
    public async Task Credentials_that_end_ended_or_are_secrets_and_grants_that_nobody_uses_are_flagged()
    {
        var clock = TenantClock.Manual(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await AppAsync(road, "Invoices", "Graph/Mail.Read");
        await KindsAsync(MailAppFindingKind.TenantWide, MailAppFindingKind.Secret);

        clock.Advance(TimeSpan.FromDays(100));
        await KindsAsync(MailAppFindingKind.TenantWide, MailAppFindingKind.Secret, MailAppFindingKind.Unused);
        using (var tokens = MailboxAccess.Tokens(MailboxConnections.As(app, road.Mailbox)))
        {
            await tokens.GetAsync(tokens.Cloud.GraphScope, fresh: true, Token);
        }

        var found = await KindsAsync(MailAppFindingKind.TenantWide, MailAppFindingKind.Secret);
        Assert.Equal(clock.GetUtcNow(), found.LastSignInAt);
        Assert.Equal(app.SecretExpiresAt, found.CredentialExpiresAt);

        clock.Advance(app.SecretExpiresAt!.Value - TimeSpan.FromDays(20) - clock.GetUtcNow());
        await KindsAsync(MailAppFindingKind.TenantWide, MailAppFindingKind.CredentialExpiring, MailAppFindingKind.Secret);
        clock.Advance(TimeSpan.FromDays(20));
        found = await KindsAsync(MailAppFindingKind.TenantWide, MailAppFindingKind.CredentialExpired);
        Assert.Contains("can't sign in", found.Finding.Single(f => f.Kind == MailAppFindingKind.CredentialExpired).Message, StringComparison.Ordinal);

        async Task<MailAppAccess> KindsAsync(params MailAppFindingKind[] kinds)
        {
            var seen = Of((await ReadAsync(road)).Apps, app);
            Assert.Equal(kinds, seen.Finding.Select(f => f.Kind));
            return seen;
        }
    }

    /// <summary>Microsoft Graph and Exchange are asked for lists: pages of a thousand, and batches of ten for mailboxes.</summary>
    [Fact]
    public async Task Five_hundred_apps_take_no_more_requests_than_pages()
    {
        var (lists, expanded) = (0, 0);
        using var road = await EndToEnd.StartAsync(null, between: inner => new Relay(inner)
        {
            Before = (request, _) =>
            {
                var isExpanded = request.RequestUri!.Query.Contains("expand=", StringComparison.Ordinal);
                (lists, expanded) = (lists + (isExpanded ? 0 : 1), expanded + (isExpanded ? 1 : 0));
                return Task.FromResult<HttpResponseMessage?>(null);
            },
        });
        var imap = await AppAsync(road, "Imap", "Exchange/IMAP.AccessAsApp");
        await new MailboxAccessGrants(road.Admin).GrantAsync(imap, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        var state = road.Tenant.State;
        var graph = state.Directory.PrincipalOf(DirectoryResources.GraphAppId)!;
        var role = graph.Json["appRoles"]!.AsArray().First(r => (string?)r!["value"] == "Mail.Read")!;
        for (var i = 0; i < 500; i++)
        {
            var app = new DirectoryObject(Applications.New($"App {i:000}", road.Tenant.Domain, state.Now), state.Now);
            var principal = new DirectoryObject(ServicePrincipals.Of(app, road.Tenant.TenantId, state.Now), state.Now);
            state.Directory.Applications.Add(app);
            state.Directory.ServicePrincipals.Add(principal);
            state.Directory.AppRoleAssignments.Add(new DirectoryObject(GrantApi.Assignment(principal, graph, (string)role["id"]!, state.Now), state.Now));
        }

        (lists, expanded) = (0, 0);
        Assert.Equal(501, (await ReadAsync(road)).Apps.Count);
        Assert.InRange(lists, 10, 30);
        // Owners of apps, owners of service principals, federated credentials: a page with an expanded relationship has 100 objects.
        Assert.InRange(expanded, 15, 18);
    }

    private static async Task<(IReadOnlyList<MailAppAccess> Apps, IReadOnlyList<string> Unknown)> ReadAsync(EndToEnd road)
    {
        var inventory = await new MailAppInventory(road.Admin).ReadAsync(null, true, Token);
        return (inventory.Apps, inventory.Unknown);
    }

    private static Task<MailAppRegistration> AppAsync(EndToEnd road, string name, params string[] permissions) => new AppProvisioner(road.Admin).EnsureAsync(
        new AppSpecification { Name = name, Permissions = [.. permissions.Select(p => PermissionName.Parse(p, PermissionKind.Application))], TenantWide = true }, Token);

    private static MailAppAccess Of(IReadOnlyList<MailAppAccess> apps, MailAppRegistration app) => apps.Single(a => a.ClientId == app.ClientId);

    private static string Address(EndToEnd road, int index) => road.Tenant.Mailboxes[index].Address;

    private static string NameOf(EndToEnd road, int index) => Address(road, index).Split('@')[0];
}
