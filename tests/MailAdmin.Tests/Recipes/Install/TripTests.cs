using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Inventory;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tests.Service;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>How many requests a run costs that changes nothing: few, and as many in a large tenant as in a small one.</summary>
public sealed class TripTests : IDisposable
{
    private static readonly MailboxAccessRight[] FullAccess = [MailboxAccessRight.FullAccess];

    private EndToEnd _road = null!;
    private RequestLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _road?.Dispose();

    [Theory, InlineData(0), InlineData(1000)]
    public async Task Installing_again_costs_as_little_in_a_large_tenant(int more)
    {
        var request = await StartAsync("Jim2", more);
        await InstallAsync(request);
        _log.Clear();
        var steps = await InstallAsync(request);
        Assert.Empty(steps.Where(s => s.Status != MailAppStepStatus.Unchanged).Select(s => $"{s}: {s.Detail}"));
        // Sign-ins included.
        Assert.True(_log.Requests.Count <= 25, string.Join('\n', _log.Requests));
        // Each mailbox by its id, and the app's entry, its scope and its roles once.
        Assert.DoesNotContain(_log.Requests, r => r.Contains($"/users/{_road.Mailbox}", StringComparison.Ordinal));
        Assert.All(
            ["Get-ServicePrincipal", "Get-ManagementScope", "Get-ManagementRoleAssignment"],
            once => Assert.Single(_log.Requests, r => r == once));
    }

    [Theory, InlineData("LogicalDOC"), InlineData("SysAid")]
    public async Task The_other_products_cost_as_little_in_a_large_tenant(string product)
    {
        var counts = new List<int>();
        foreach (var more in new[] { 0, 1000 })
        {
            var request = await StartAsync(product, more) with { TimeZone = "Europe/Berlin" };
            await InstallAsync(request);
            _log.Clear();
            var steps = await InstallAsync(request);
            Assert.Empty(steps.Where(s => s.Status != MailAppStepStatus.Unchanged).Select(s => $"{s}: {s.Detail}"));
            counts.Add(_log.Requests.Count);
        }

        Assert.Equal(counts[0], counts[1]);
    }

    [Fact]
    public async Task The_mailbox_out_of_scope_is_one_that_neither_the_scope_nor_a_right_names()
    {
        var request = await StartAsync("Jim2", 1000);
        var all = _road.Tenant.Mailboxes.Select(m => m.Address).ToArray();
        request = request with { Mailboxes = [all[0], all[1]] };
        var app = (await InstallAsync(request))[^1].App!;
        // An earlier run let the app into a third one, and an admin gave it rights on the next twelve.
        await InstallAsync(request with { Mailboxes = [all[2]] });
        var grants = new MailboxAccessGrants(_road.Admin);
        foreach (var mailbox in all[3..15])
        {
            await grants.GrantAsync(app, mailbox, [MailboxAccessRight.SendAs], false, Token);
        }

        _log.Clear();
        var test = (await InstallAsync(request)).Single(s => s.Step == "OutOfScopeTest");
        Assert.Equal(MailAppStepStatus.Done, test.Status);
        Assert.StartsWith($"Access to {all[15]} is denied over Graph, IMAP, EWS", test.Detail, StringComparison.Ordinal);
        Assert.Equal(4, _log.Requests.Count(r => r.EndsWith("Permission (batch)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Granting_again_looks_at_the_mailbox_the_app_and_the_rights_once()
    {
        await StartAsync("Jim2", 0);
        var app = await _road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        var grants = new MailboxAccessGrants(_road.Admin);
        await grants.GrantAsync(app, _road.Mailbox, FullAccess, false, Token);
        _log.Clear();
        var again = await grants.GrantAsync(app, _road.Mailbox, FullAccess, false, Token);
        Assert.Equal(ChangeKind.Unchanged, again.Change);
        Assert.Equal(_road.Mailbox, again.PrimarySmtpAddress);
        // Looking up the app by its id costs two more.
        Assert.Equal(["Get-Mailbox", "Get-ServicePrincipal", "Get-MailboxPermission", "Get-RecipientPermission"], _log.Requests);
    }

    [Fact]
    public async Task A_scope_of_many_mailboxes_is_read_ten_at_a_time()
    {
        await StartAsync("Jim2", 40);
        var app = await _road.RegisterAsync("Graph/Mail.Read");
        var scopes = new AppScopes(_road.Admin);
        string[] all = [.. _road.Tenant.Mailboxes.Take(40).Select(m => m.Address)];
        await scopes.LimitAsync(app, new ScopeRequest { Mailboxes = all }, [], new LimitOptions(), Token);
        _log.Clear();
        var limit = await scopes.LimitAsync(app, new ScopeRequest { Add = [all[0]] }, [], new LimitOptions(), Token);
        Assert.Equal(ChangeKind.Unchanged, limit.Change);
        Assert.Equal(all.Order(StringComparer.OrdinalIgnoreCase), limit.Mailbox);
        // Nothing is to be changed, so neither roles of the caller nor the organization's settings are asked about.
        Assert.Equal(
            ["Get-ManagementRoleAssignment", "Get-ManagementScope", "Get-ServicePrincipal"],
            _log.Requests.Where(r => !r.StartsWith("G", StringComparison.Ordinal) || !r.Contains(' ', StringComparison.Ordinal))
                .Where(r => r != "Get-Mailbox").Order(StringComparer.Ordinal));
        Assert.Equal(5, _log.Requests.Count(r => r.StartsWith("Get-Mailbox", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_mailboxes_of_an_app_are_found_and_cleaned_up_alike_in_a_large_tenant()
    {
        var counts = new List<(int Find, int Remove)>();
        foreach (var more in new[] { 0, 1000 })
        {
            await StartAsync("Jim2", more);
            var app = await _road.RegisterAsync("Exchange/IMAP.AccessAsApp", "Graph/Mail.Read");
            var all = _road.Tenant.Mailboxes.Select(m => m.Address).ToArray();
            var grants = new MailboxAccessGrants(_road.Admin);
            await grants.GrantAsync(app, all[0], FullAccess, false, Token);
            await new AppScopes(_road.Admin).LimitAsync(
                app, new ScopeRequest { Mailboxes = [all[1]] }, [], new LimitOptions(), Token);
            // SendAs that another admin granted elsewhere is in no journal.
            await _road.Admin.Exchange.ChangeAsync(
                "Add-RecipientPermission",
                new() { ["Identity"] = all[2], ["Trustee"] = app.ServicePrincipalObjectId, ["AccessRights"] = "SendAs" }, Token);
            // A repair that broke off left its scope.
            await _road.Admin.Exchange.ChangeAsync(
                "New-ManagementScope",
                new() { ["Name"] = $"MailAdmin repair {app.ClientId}", ["RecipientRestrictionFilter"] = "Name -eq 'W10='" }, Token);
            var seeded = _road.Tenant.State.Exchange.Current.Permissions.Count(
                p => p.Sid != _road.Tenant.State.Exchange.Current.PrincipalOf(app.ClientId)!.Sid);
            _log.Clear();
            var found = await new AppMailboxes(_road.Admin, new AppFacts(_road.Admin, app)).FindAsync(Token);
            Assert.Equal(all[..3].Order(StringComparer.OrdinalIgnoreCase), found);
            var find = _log.Requests.Count;
            _log.Clear();
            Assert.Empty(await new AppCleanup(_road.Admin).RemoveAsync(app, Token));
            counts.Add((find, _log.Requests.Count));
            var left = _road.Tenant.State.Exchange.Current;
            Assert.Equal(seeded, left.Permissions.Count());
            Assert.Empty(left.Scopes);
            Assert.Empty(left.Assignments);
            Assert.DoesNotContain(left.Principals, p => p.AppId == app.ClientId);
        }

        Assert.Equal(counts[0], counts[1]);
    }

    [Fact]
    public async Task Forcing_an_entry_that_is_right_reads_no_mailbox_but_the_named_one()
    {
        await StartAsync("Jim2", 1000);
        var app = await _road.RegisterAsync("Exchange/IMAP.AccessAsApp");
        var grants = new MailboxAccessGrants(_road.Admin);
        await grants.GrantAsync(app, _road.Mailbox, FullAccess, force: true, Token);
        _log.Clear();
        Assert.Equal(ChangeKind.Unchanged, (await grants.GrantAsync(app, _road.Mailbox, FullAccess, force: true, Token)).Change);
        Assert.True(_log.Requests.Count <= 6, string.Join('\n', _log.Requests));
    }

    [Fact]
    public async Task More_than_a_thousand_mailboxes_are_all_read()
    {
        await StartAsync("Jim2", 1500);
        var all = await _road.Admin.MailboxesAsync(null, Token);
        Assert.Equal(_road.Tenant.Mailboxes.Count(), all.Count);
        // Exchange returns 1,000 to those who don't ask for all.
        Assert.Equal(1000, (await _road.Admin.Exchange.GetAsync("Get-Mailbox", [], Token)).Count);
        var inventory = await ExchangeInventory.ReadAsync(_road.Admin, withRights: false, Token);
        Assert.Equal(all.Count, inventory.Recipients!.All.Count);
    }

    [Theory, InlineData(50, false), InlineData(51, true)]
    public async Task A_scope_of_more_than_fifty_mailboxes_is_offered_as_a_group(int count, bool isOffered)
    {
        await StartAsync("Jim2", 60);
        var app = await _road.RegisterAsync("Graph/Mail.Read");
        string[] all = [.. _road.Tenant.Mailboxes.Take(count).Select(m => m.Address)];
        var limit = await new AppScopes(_road.Admin).LimitAsync(app, new ScopeRequest { Mailboxes = all }, [], new LimitOptions(), Token);
        Assert.Equal(isOffered, limit.Pending.Any(p => p.ToString().Contains("-AdministrativeUnit", StringComparison.Ordinal)));
        Assert.Equal(all.Order(StringComparer.OrdinalIgnoreCase), limit.MailboxIdentity.Select(m => m.PrimarySmtpAddress));
        Assert.All(limit.MailboxIdentity, m => Assert.True(m is { Id: not null, UserPrincipalName: not null }));
    }

    [Fact]
    public async Task A_scoped_app_resolves_each_mailbox_once()
    {
        await StartAsync("Jim2", 0);
        string[] mailboxes = [.. _road.Tenant.Mailboxes.Take(2).Select(m => m.Address)];
        var made = await new ScopedApps(_road.Admin).EnsureAsync(
            new AppSpecification
            {
                Name = "Scoped", Permissions = PermissionName.ParseAll(["Graph/Mail.Read", "Exchange/IMAP.AccessAsApp"], []),
            },
            new ScopeRequest { Mailboxes = mailboxes }, new LimitOptions(), Token);
        Assert.Equal(ChangeKind.Created, made.Change);
        Assert.Single(_log.Requests, r => r.StartsWith("Get-Mailbox", StringComparison.Ordinal)
            && !r.StartsWith("Get-MailboxPermission", StringComparison.Ordinal));
    }

    private async Task<InstallRequest> StartAsync(string product, int more)
    {
        _road?.Dispose();
        _road = await EndToEnd.StartAsync(null, wire => new Wire(_log = new RequestLog(wire.Http), wire.OpenStream, wire.Time)
        {
            IsSandbox = true,
            Propagation = wire.Propagation,
        });
        for (var i = 0; i < more; i++)
        {
            var (address, state) = ($"m{i:0000}@{_road.Tenant.Domain}", _road.Tenant.State);
            state.Mailboxes.Add(new MailboxFacts(Guid.NewGuid().ToString(), address, address) { Kind = MailboxKind.Shared });
        }

        return new InstallRequest
        {
            Recipe = RecipeFiles.Get(product),
            Kind = MailAppRecipeKind.AppOnly,
            Name = product,
            Mailboxes = [_road.Mailbox],
        };
    }

    private async Task<MailAppStep[]> InstallAsync(InstallRequest request)
    {
        using var installer = new AppInstaller(_road.Admin, request);
        await installer.CheckAsync(Token);
        var steps = new List<MailAppStep>();
        foreach (var planned in installer.Plan)
        {
            steps.Add(await installer.RunAsync(planned, Token));
        }

        return [.. steps];
    }
}
