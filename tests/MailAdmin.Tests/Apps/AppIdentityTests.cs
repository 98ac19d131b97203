using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.Apps;

/// <summary>A name never says whose app it is: any user may register one of that name, and its owner writes its tags.</summary>
public sealed class AppIdentityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static AppSpecification Wanted => new()
    {
        Name = "Vendor", Recipe = "LogicalDOC", Permissions = PermissionName.ParseAll(["Exchange/IMAP.AccessAsApp"], ["Graph/User.Read"]),
    };

    [Fact]
    public async Task An_app_of_somebody_else_is_left_alone_and_told_with_ids_owners_and_credentials()
    {
        using var road = await EndToEnd.StartAsync();
        var bob = road.Tenant.Mailboxes[2].Address;
        var (clientId, secret) = road.Tenant.AddOthersApp("Vendor", bob, "MailAdmin.Recipe:LogicalDOC");
        var before = Shape(road, clientId);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token));

        Assert.Equal("ForeignApp", e.Id);
        var app = (await new AppDirectory(road.Admin).GetAsync(clientId, Token))!;
        Assert.All(new[] { clientId, app.ApplicationObjectId!, bob, $"secret {app.SecretId} from ", $"owner {bob}", "granted: nothing" }, t => Assert.Contains(t, e.Message, StringComparison.Ordinal));
        Assert.Contains($"-App {clientId} -Adopt", e.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Shape(road, clientId));
        Assert.Empty(road.Admin.Journal.Read());
        Assert.Empty(app.GrantedPermission);
    }

    [Fact]
    public async Task Several_apps_of_a_name_are_none_even_if_one_of_them_is_known()
    {
        using var road = await EndToEnd.StartAsync();
        var own = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);
        road.Tenant.AddOthersApp("Vendor");
        Assert.Equal("AmbiguousApp", (await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token))).Id);
        Assert.Equal(ChangeKind.Unchanged, (await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { App = own.ClientId }, Token)).Change);
    }

    [Theory]
    [InlineData("ClientId")]
    [InlineData("ApplicationObjectId")]
    [InlineData("ServicePrincipalObjectId")]
    public async Task An_app_that_is_named_by_an_id_is_completed_and_keeps_its_name(string id)
    {
        using var road = await EndToEnd.StartAsync();
        var app = (await new AppDirectory(road.Admin).GetAsync(road.Tenant.AddOthersApp("Of Bob").ClientId, Token))!;
        var chosen = Wanted with { App = (string)app.GetType().GetProperty(id)!.GetValue(app)! };
        var refused = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(chosen, Token));
        Assert.Equal("AdoptionRequired", refused.Id);
        await AppAdoptionTests.AdoptAsync(road.Admin, chosen.App!);

        var made = await new AppProvisioner(road.Admin).EnsureAsync(chosen, Token);

        Assert.Equal((app.ClientId, "Of Bob", ChangeKind.Updated), (made.ClientId, made.Name, made.Change));
        Assert.Equal(ChangeKind.Unchanged, (await new AppProvisioner(road.Admin).EnsureAsync(chosen, Token)).Change);
        Assert.Equal(0, await new AppDirectory(road.Admin).FindAsync("Vendor", Token).CountAsync(Token));
    }

    [Fact]
    public async Task An_id_that_is_none_or_of_another_tenant_s_app_is_refused()
    {
        using var road = await EndToEnd.StartAsync();
        async Task<string> IdOfAsync(string id) =>
            (await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted with { App = id }, Token))).Id;
        Assert.Equal("AppNotFound", await IdOfAsync(Guid.NewGuid().ToString()));
        Assert.Equal("AppOfOtherTenant", await IdOfAsync("00000003-0000-0000-c000-000000000000"));
    }

    [Theory]
    [InlineData("Vendor", true)]
    [InlineData("Lunch menu", false)]
    public async Task An_entry_in_Exchange_counts_under_the_name_that_an_admin_gave_it(string entry, bool counts)
    {
        using var road = await EndToEnd.StartAsync();
        var app = (await new AppDirectory(road.Admin).GetAsync(road.Tenant.AddOthersApp("Vendor").ClientId, Token))!;
        await road.Admin.Exchange.ChangeAsync(
            "New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ServicePrincipalObjectId, ["DisplayName"] = entry }, Token);
        var ensure = () => new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);
        if (counts)
        {
            Assert.Equal(app.ClientId, (await ensure()).ClientId);
            return;
        }

        Assert.Equal("ForeignApp", (await Assert.ThrowsAsync<InvalidRequestException>(ensure)).Id);
    }

    [Fact]
    public async Task On_another_machine_Exchange_vouches_or_the_id_is_asked_for()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);
        using var folder = new JournalFolder();
        using var elsewhere = await folder.SignInAsync(road);
        Assert.Equal("ForeignApp", (await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(elsewhere).EnsureAsync(Wanted, Token))).Id);

        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId);
        using var entra = await folder.SignInAsync(road);
        var unasked = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(entra).EnsureAsync(Wanted, Token));
        Assert.Contains("Exchange couldn't be checked", unasked.Message, StringComparison.Ordinal);
        road.Tenant.SetExchangeRoleGroups(road.Tenant.AdminApp.ClientId, "Organization Management");

        using var again = await folder.SignInAsync(road);
        await new MailboxAccessGrants(again).GrantAsync(app, road.Mailbox, [MailboxAccessRight.FullAccess], false, Token);
        Assert.Equal(ChangeKind.Unchanged, (await new AppProvisioner(again).EnsureAsync(Wanted, Token)).Change);
    }

    [Fact]
    public async Task A_mark_that_was_copied_to_another_app_says_nothing()
    {
        using var road = await EndToEnd.StartAsync();
        var own = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);
        var mark = (string)road.Tenant.State.Directory.ApplicationOf(own.ClientId)!.Json["tags"]![0]!;
        Assert.StartsWith("MailAdmin.Made:", mark, StringComparison.Ordinal);
        await new AppDirectory(road.Admin).RemoveAsync(own, [], Token);
        road.Tenant.AddOthersApp("Vendor", null, mark);
        Assert.Equal("ForeignApp", (await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token))).Id);
    }

    [Fact]
    public async Task An_app_that_is_older_than_its_mark_is_not_the_one_that_was_to_be_made()
    {
        using var road = await EndToEnd.StartAsync();
        var mark = new AppIdentity(road.Admin, new AppDirectory(road.Admin)).Announce("Vendor");
        road.Tenant.AddOthersApp("Vendor", null, mark);
        Assert.Equal("ForeignApp", (await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token))).Id);
    }

    [FactOn(TestSystem.Unix)]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Interoperability", "CA1416", Justification = "Windows does not run it.")]
    public async Task A_journal_in_a_file_counts_while_only_its_owner_can_write_it()
    {
        using var road = await EndToEnd.StartAsync();
        using var folder = new JournalFolder();
        using var session = await folder.SignInAsync(road);
        await new AppProvisioner(session).EnsureAsync(Wanted, Token);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Path));
        Assert.Equal(ChangeKind.Unchanged, (await new AppProvisioner(session).EnsureAsync(Wanted, Token)).Change);

        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        Assert.Equal("ForeignApp", (await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(session).EnsureAsync(Wanted, Token))).Id);
    }

    private static string Shape(EndToEnd road, string clientId) => road.Tenant.State.Directory.ApplicationOf(clientId)!.Json.ToJsonString();

    /// <summary>The journal of another machine.</summary>
    private sealed class JournalFolder : IDisposable
    {
        private readonly TempFolder _folder = new();

        public string Path => _folder["tenant.jsonl"];

        public Task<Session> SignInAsync(EndToEnd road) => Session.SignInAsync(
            road.Tenant.Wire, Cloud.Of(road.Tenant.Environment), road.Tenant.Domain,
            new AppSignIn(road.Tenant.AdminApp.ClientId, new AppCredential.ClientSecret(Secret.Close(road.Tenant.AdminApp.ClientSecret))),
            ChangeJournal.In(Path), Token);

        public void Dispose() => _folder.Dispose();
    }
}
