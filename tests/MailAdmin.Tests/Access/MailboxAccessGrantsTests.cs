using MailAdmin.Core.Access;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Journal;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Access;

public sealed class MailboxAccessGrantsTests
{
    private static readonly MailboxAccessRight[] FullAccess = [MailboxAccessRight.FullAccess];
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_app_reads_over_IMAP_exactly_the_mailboxes_that_it_was_granted()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        Assert.Equal("", await ReadableAsync());
        var grants = new MailboxAccessGrants(road.Admin);
        foreach (var index in new[] { 0, 1 })
        {
            var grant = await grants.GrantAsync(app, Address(road, index), FullAccess, false, Token);
            Assert.Equal((ChangeKind.Created, app.ClientId, app.ServicePrincipalObjectId), (grant.Change, grant.ClientId, grant.ServicePrincipalObjectId));
            Assert.Equal(FullAccess, grant.AccessRight);
        }

        Assert.Equal("0 1", await ReadableAsync());
        Assert.Equal(ChangeKind.Unchanged, (await grants.GrantAsync(app, Address(road, 0), FullAccess, false, Token)).Change);

        Assert.Equal(ChangeKind.Removed, (await grants.RevokeAsync(app, Address(road, 0), FullAccess, Token)).Change);
        Assert.Equal(ChangeKind.Unchanged, (await grants.RevokeAsync(app, Address(road, 0), FullAccess, Token)).Change);
        Assert.Equal("1", await ReadableAsync());

        async Task<string> ReadableAsync()
        {
            var readable = new List<int>();
            for (var i = 0; i < road.Tenant.Mailboxes.Count; i++)
            {
                if (await ReadsAsync(app, i))
                {
                    readable.Add(i);
                }
            }

            return string.Join(' ', readable);
        }

        async Task<bool> ReadsAsync(MailAppRegistration reader, int index)
        {
            await using var store = MailboxAccess.Open(MailboxConnections.As(reader, Address(road, index), MailProtocol.Imap));
            try
            {
                return await store.FindFolderAsync("Inbox", Token) is not null;
            }
            catch (ServiceRefusedException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task In_a_realistic_tenant_exactly_the_granted_mailboxes_open_over_IMAP()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Exchange/IMAP.AccessAsApp"));
        var grants = new MailboxAccessGrants(road.Admin);
        foreach (var index in new[] { 0, 2 })
        {
            await ManualTime.RunAsync(clock, grants.GrantAsync(app, Address(road, index), FullAccess, false, Token));
        }

        await VerdictsAsync(Verdict.Passed, Verdict.Failed, Verdict.Passed, Verdict.Failed);
        await ManualTime.RunAsync(clock, grants.RevokeAsync(app, Address(road, 0), FullAccess, Token));
        await VerdictsAsync(Verdict.Failed, Verdict.Failed, Verdict.Passed, Verdict.Failed);

        async Task VerdictsAsync(params Verdict[] verdicts)
        {
            clock.Advance(TimeSpan.FromHours(1));
            for (var i = 0; i < verdicts.Length; i++)
            {
                var real = await new Core.Diagnosis.MailboxTester(MailboxConnections.As(app, Address(road, i), MailProtocol.Imap), "Inbox").RunAsync(Token);
                var told = await new EffectiveAccess(road.Admin).TestAsync(app, Address(road, i), MailProtocol.Imap, Token);
                Assert.Equal((verdicts[i], verdicts[i]), (real.Verdict, told.Verdict));
            }
        }
    }

    [Fact]
    public async Task The_rights_of_apps_and_of_people_are_listed_by_name()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        var grants = new MailboxAccessGrants(road.Admin);
        await grants.GrantAsync(app, Address(road, 0), [MailboxAccessRight.FullAccess, MailboxAccessRight.SendAs], false, Token);
        var person = await grants.GrantUserAsync(Address(road, 2), Address(road, 0), FullAccess, false, Token);
        Assert.Equal((Address(road, 2), null, ChangeKind.Created), (person.Grantee, person.ClientId, person.Change));

        var all = await ListAsync(grants, [], null);
        // The second one has the shared mailbox from the start.
        Assert.Equal([(app.Name, app.ClientId, 2), (Address(road, 1), null, 1), (Address(road, 2), null, 1)],
            all.OrderBy(g => g.Grantee, StringComparer.Ordinal).Select(g => (g.Grantee, g.ClientId, g.AccessRight.Length)));
        Assert.Single(await ListAsync(grants, [], app));
        Assert.Empty(await ListAsync(grants, [Address(road, 1)], null));

        await grants.RevokeUserAsync(Address(road, 2), Address(road, 0), FullAccess, Token);
        Assert.Equal([app.Name, Address(road, 1)], (await ListAsync(grants, [Address(road, 0)], null)).Select(g => g.Grantee).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_realistic_tenant_is_asked_until_it_shows_the_change()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });
        var app = await ManualTime.RunAsync(clock, road.RegisterAsync("Exchange/IMAP.AccessAsApp"));
        var grant = await ManualTime.RunAsync(clock, new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Mailbox, FullAccess, false, Token));
        Assert.Equal(ChangeKind.Created, grant.Change);
        Assert.Empty(grant.Pending);
        Assert.Equal(clock.GetUtcNow() + TimeSpan.FromSeconds(30), grant.EffectiveBy);
        Assert.Single(await ListAsync(new MailboxAccessGrants(road.Admin), [], app));
    }

    [Fact]
    public async Task An_entry_with_the_id_of_the_registration_is_told_and_with_force_made_anew_with_all_that_it_had()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { TrustsObjectIds = true });
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await WrongAsync(road, app);
        var grants = new MailboxAccessGrants(road.Admin);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => grants.GrantAsync(app, Address(road, 0), FullAccess, false, Token));
        Assert.Equal("WrongServicePrincipal", e.Id);
        Assert.Contains("the object ID of the app registration", e.Message, StringComparison.Ordinal);

        var grant = await grants.GrantAsync(app, Address(road, 0), FullAccess, true, Token);
        Assert.Equal(app.ServicePrincipalObjectId, grant.ServicePrincipalObjectId);
        await AssertRepairedAsync(road, app, grants);
    }

    [Theory]
    [InlineData("Remove-ServicePrincipal")]
    [InlineData("New-ServicePrincipal")]
    [InlineData("Add-MailboxPermission")]
    [InlineData("New-ManagementRoleAssignment")]
    public async Task A_repair_that_is_killed_is_finished_by_the_next_run(string killedBefore)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { TrustsObjectIds = true });
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await WrongAsync(road, app);
        using (var killed = await KilledSession.StartAsync(road, killedBefore))
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => new MailboxAccessGrants(killed.Session).GrantAsync(app, Address(road, 0), FullAccess, true, Token));
        }

        var grants = new MailboxAccessGrants(road.Admin);
        await grants.GrantAsync(app, Address(road, 0), FullAccess, true, Token);
        await AssertRepairedAsync(road, app, grants);
    }

    [Theory]
    [InlineData("New-ServicePrincipal")]
    [InlineData("Add-MailboxPermission")]
    public async Task A_repair_that_is_killed_is_finished_from_another_machine_by_what_Exchange_keeps(string killedBefore)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { TrustsObjectIds = true });
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        await WrongAsync(road, app);
        using (var killed = await KilledSession.StartAsync(road, killedBefore))
        {
            await Assert.ThrowsAsync<ConnectionLostException>(() => new MailboxAccessGrants(killed.Session).GrantAsync(app, Address(road, 0), FullAccess, true, Token));
        }

        // Without -Force nothing but what was named is given, and it is told that there is more.
        var grant = await new MailboxAccessGrants(road.Admin).GrantAsync(app, Address(road, 0), FullAccess, false, Token);
        Assert.Contains("-Force", Assert.Single(grant.Pending).ToString(), StringComparison.Ordinal);
        Assert.Equal([Address(road, 0)], (await ListAsync(new MailboxAccessGrants(road.Admin), [], app)).Select(r => r.Mailbox));
        Assert.Empty(await road.Admin.Exchange.GetAsync("Get-ManagementRoleAssignment", new() { ["RoleAssignee"] = app.ClientId }, Token));

        using var elsewhere = await EndToEnd.SignInAsync(road.Tenant, new Core.Base.Wire(road.Tenant.Wire.Http, road.Tenant.Wire.OpenStream, road.Tenant.Wire.Time) { IsSandbox = true });
        Assert.Empty(elsewhere.Journal.Read());
        await new MailboxAccessGrants(elsewhere).GrantAsync(app, Address(road, 0), FullAccess, true, Token);
        await AssertRepairedAsync(road, app, new MailboxAccessGrants(road.Admin));
        Assert.Equal(["Bob"], (await road.Admin.Exchange.GetAsync("Get-ManagementScope", [], Token)).Select(s => s.Text("Name")));
    }

    [Fact]
    public async Task A_line_that_is_dated_later_keeps_no_grant_alive()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        road.Admin.Journal.Write(new MailAdminChange
        {
            At = road.Tenant.Clock.GetUtcNow().AddYears(50), TenantId = road.Admin.TenantId, Account = "a", ClientId = app.ClientId,
            Action = "New-ManagementScope", Target = "planted",
        });
        var limit = await new AppScopes(road.Admin).LimitAsync(app, new ScopeRequest { Mailboxes = [Address(road, 0)] }, [], new LimitOptions(), Token);
        Assert.Empty(limit.TenantWide);
        Assert.True((await new EffectiveAccess(road.Admin).TestAsync(app, Address(road, 0), MailProtocol.Graph, Token)).ConclusiveAfter is null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_line_of_the_journal_is_never_carried_out(bool force)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        var planted = $$"""
            [{"Target":"{{Address(road, 2)}}","Name":"FullAccess","ScopeKind":null,"Scope":null},
             {"Target":"the organization","Name":"Application Mail.ReadWrite","ScopeKind":null,"Scope":null}]
            """;
        road.Admin.Note(new ChangeNote(JournalAction.RepairServicePrincipal, app.ClientId, app.Name, planted));

        var grants = new MailboxAccessGrants(road.Admin);
        await grants.GrantAsync(app, Address(road, 0), FullAccess, force, Token);
        await new AppScopes(road.Admin).LimitAsync(
            app, new ScopeRequest { Mailboxes = [Address(road, 0)] }, [.. Core.Permissions.PermissionName.ParseAll(["Graph/Mail.Read"], [])], new LimitOptions(Force: force), Token);

        Assert.Equal([Address(road, 0)], (await ListAsync(grants, [], app)).Select(r => r.Mailbox));
        var role = Assert.Single(await road.Admin.Exchange.GetAsync("Get-ManagementRoleAssignment", new() { ["RoleAssignee"] = app.ClientId }, Token));
        Assert.Equal("Application Mail.Read", role.Text("Role"));
    }

    [Fact]
    public async Task What_the_caller_may_not_do_is_pending_and_names_the_role()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "Recipient Management");
        // Whoever may not see service principals either gets a refusal that names the role.
        var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => new MailboxAccessGrants(road.Admin).GrantAsync(app, road.Mailbox, FullAccess, false, Token));
        Assert.Equal("CmdletNotExposed", e.Code);
        Assert.Contains("Organization Management", e.Advice, StringComparison.Ordinal);

        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "View-Only Organization Management");
        using var second = await EndToEnd.SignInAsync(road.Tenant);
        var grant = await new MailboxAccessGrants(second).GrantAsync(app, road.Mailbox, FullAccess, false, Token);
        Assert.Equal(ChangeKind.Pending, grant.Change);
        Assert.StartsWith("Pending: needs Organization Management", Assert.Single(grant.Pending).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_change_is_in_the_journal_and_no_secret()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        var grants = new MailboxAccessGrants(road.Admin);
        await grants.GrantAsync(app, road.Mailbox, FullAccess, false, Token);
        await grants.RevokeAsync(app, road.Mailbox, FullAccess, Token);
        var changes = road.Admin.Journal.Read().Where(c => c.ClientId == app.ClientId && c.Action.Contains('-', StringComparison.Ordinal)).ToArray();
        Assert.Equal(["New-ServicePrincipal", "Add-MailboxPermission", "Remove-MailboxPermission"], changes.Select(c => c.Action));
        Assert.All(changes, c => Assert.Equal((road.Admin.TenantId, "MailAdmin"), (c.TenantId, c.Account)));
        Assert.Equal((null, $"FullAccess of {app.Name}"), (changes[1].Before, changes[1].After));
        Assert.Equal(($"FullAccess of {app.Name}", null), (changes[2].Before, changes[2].After));
        var all = road.Admin.Journal.Read();
        Assert.Equal(["Register app", "New app", "New enterprise application", "New secret", "Grant permission"], all.Take(5).Select(c => c.Action));
        Assert.DoesNotContain(Core.Base.Secret.Reveal(app.ClientSecret!), System.Text.Json.JsonSerializer.Serialize(all), StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_in_a_file_is_read_by_the_next_process_and_a_line_that_was_cut_off_is_left_out()
    {
        var path = Path.Combine(Path.GetTempPath(), $"mailadmin-{Guid.NewGuid():N}", "journal.jsonl");
        try
        {
            Assert.Empty(ChangeJournal.In(path).Read());
            var change = new MailAdminChange { At = Start, TenantId = "t", Account = "a", Action = "Set-X", Target = "ü" };
            ChangeJournal.In(path).Write(change);
            File.AppendAllText(path, "{\"At\":\"2026");
            Assert.Equal([change with { Number = 1 }], ChangeJournal.In(path).Read());
            Assert.Equal("JournalNotWritable", Assert.Throws<InvalidRequestException>(() => ChangeJournal.In(Path.GetDirectoryName(path)!).Write(change)).Id);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Theory]
    [InlineData("nobody@example.com", "UnknownMailbox")]
    [InlineData("dana@contoso.onmicrosoft.com", "UnknownMailbox")]
    public async Task A_mailbox_that_is_none_is_told(string mailbox, string id)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new MailboxAccessGrants(road.Admin).GrantAsync(app, mailbox, FullAccess, false, Token));
        Assert.Equal(id, e.Id);
    }

    private static string Address(EndToEnd road, int index) => road.Tenant.Mailboxes[index].Address;

    private static async Task<List<MailboxGrant>> ListAsync(MailboxAccessGrants grants, string[] mailboxes, MailAppRegistration? app)
    {
        var all = new List<MailboxGrant>();
        await foreach (var grant in grants.GetAsync(mailboxes, app, Token))
        {
            all.Add(grant);
        }

        return all;
    }

    /// <summary>An entry with the object id of the registration, a right and a role: what other tools leave behind.</summary>
    private static async Task WrongAsync(EndToEnd road, MailAppRegistration app)
    {
        var admin = road.Admin.Exchange;
        await admin.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ApplicationObjectId, ["DisplayName"] = app.Name }, Token);
        await admin.ChangeAsync("Add-MailboxPermission", new() { ["Identity"] = Address(road, 2), ["User"] = app.ClientId, ["AccessRights"] = "FullAccess" }, Token);
        await admin.ChangeAsync("New-ManagementScope", new() { ["Name"] = "Bob", ["RecipientRestrictionFilter"] = "Alias -eq 'bob'" }, Token);
        await admin.ChangeAsync("New-ManagementRoleAssignment", new() { ["App"] = app.ClientId, ["Role"] = "Application Mail.Read", ["CustomResourceScope"] = "Bob" }, Token);
    }

    private static async Task AssertRepairedAsync(EndToEnd road, MailAppRegistration app, MailboxAccessGrants grants)
    {
        var rights = await ListAsync(grants, [], app);
        Assert.Equal([Address(road, 0), Address(road, 2)], rights.Select(r => r.Mailbox));
        Assert.All(rights, r => Assert.Equal(app.ServicePrincipalObjectId, r.ServicePrincipalObjectId));
        var role = Assert.Single(await road.Admin.Exchange.GetAsync("Get-ManagementRoleAssignment", new() { ["RoleAssignee"] = app.ClientId }, Token));
        Assert.Equal(("Application Mail.Read", "Bob"), (role.Text("Role"), role.Text("CustomResourceScope")));
    }
}
