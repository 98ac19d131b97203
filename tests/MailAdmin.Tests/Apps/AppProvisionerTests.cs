using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Permissions;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Apps;

public class AppProvisionerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static AppSpecification Wanted => new()
    {
        Name = "Vendor",
        Permissions = PermissionName.ParseAll(["Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp"], ["Graph/User.Read"]),
    };

    [Fact]
    public async Task An_app_is_not_born_with_the_whole_tenant_s_mail()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);

        Assert.Equal(ChangeKind.Created, app.Change);
        Assert.Equal(["Exchange/IMAP.AccessAsApp"], app.GrantedPermission.Select(p => p.ToString()));
        Assert.Equal(3, app.RequestedPermission.Length);
        Assert.Contains(app.Pending, p => p.Sentence.Contains("Graph/Mail.ReadWrite", StringComparison.Ordinal) && p.Sentence.Contains("-TenantWide", StringComparison.Ordinal));
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox));
        Assert.Equal("ErrorAccessDenied", (await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FindFolderAsync("Inbox", Token))).Code);
    }

    [Fact]
    public async Task The_three_ids_are_told_apart()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);
        Assert.Equal(4, new[] { app.TenantId, app.ClientId, app.ApplicationObjectId, app.ServicePrincipalObjectId }.Distinct().Count());
        var directory = new AppDirectory(road.Admin);
        foreach (var id in new[] { app.ClientId, app.ApplicationObjectId!, app.ServicePrincipalObjectId! })
        {
            Assert.Equal(app.ClientId, (await directory.GetAsync(id, Token))?.ClientId);
        }
    }

    [Fact]
    public async Task A_second_run_changes_nothing_and_makes_no_second_secret()
    {
        using var road = await EndToEnd.StartAsync();
        var first = await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { TenantWide = true }, Token);
        var second = await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { TenantWide = true }, Token);

        Assert.Equal(ChangeKind.Unchanged, second.Change);
        Assert.Null(second.ClientSecret);
        Assert.Equal(first.SecretId, second.SecretId);
        Assert.Equal(first.ClientId, second.ClientId);
        Assert.Equal(first.GrantedPermission, second.GrantedPermission);
    }

    [Fact]
    public async Task A_run_that_is_interrupted_before_any_request_is_finished_by_the_next()
    {
        // Cut off after 1, 2, 3 ... requests, until a run gets through: each time a second run must come to the same end.
        for (var requests = 1; ; requests++)
        {
            using var road = await EndToEnd.StartAsync();
            var cut = new CuttingHandler(road.Tenant.Wire.Http, requests);
            using var shaky = await road.SignInAsync(cut);
            cut.Arm();
            var interrupted = true;
            try
            {
                await new AppProvisioner(shaky).EnsureAsync(Wanted with { TenantWide = true }, Token);
                interrupted = false;
            }
            catch (OperationCanceledException)
            {
            }

            var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { TenantWide = true }, Token);
            Assert.Equal(["Exchange/IMAP.AccessAsApp", "Graph/Mail.ReadWrite"], app.GrantedPermission.Select(p => p.ToString()).Order(StringComparer.Ordinal));
            Assert.NotNull(app.SecretId);
            Assert.Equal(1, await new AppDirectory(road.Admin).FindAsync("Vendor", Token).CountAsync(Token));
            if (!interrupted)
            {
                Assert.True(requests > 8);
                return;
            }
        }
    }

    [Fact]
    public async Task An_unknown_permission_is_refused_before_anything_is_made_and_names_the_right_one()
    {
        using var road = await EndToEnd.StartAsync();
        var wanted = new AppSpecification { Name = "Vendor", Permissions = PermissionName.ParseAll(["Graph/Mail.ReadWrit"], []) };
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(wanted, Token));
        Assert.Equal("UnknownPermission", e.Id);
        Assert.Contains("Graph/Mail.ReadWrite", e.Advice, StringComparison.Ordinal);
        Assert.Equal(0, await new AppDirectory(road.Admin).FindAsync("Vendor", Token).CountAsync(Token));
    }

    [Fact]
    public async Task A_name_that_exists_twice_is_refused_with_both_client_ids()
    {
        using var road = await EndToEnd.StartAsync();
        await road.PostAsync("applications", """{"displayName":"Vendor"}""");
        await road.PostAsync("applications", """{"displayName":"Vendor"}""");
        var both = await new AppDirectory(road.Admin).FindAsync("Vendor", Token).ToListAsync(Token);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token));
        Assert.Equal(("AmbiguousApp", 2), (e.Id, both.Count));
        Assert.All(both, app => Assert.Contains(app.ClientId, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deleted_app_of_the_same_name_is_mentioned()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);
        Assert.Equal(ChangeKind.Removed, (await new AppDirectory(road.Admin).RemoveAsync(app, [], Token)).Change);
        Assert.Equal(ChangeKind.Unchanged, (await new AppDirectory(road.Admin).RemoveAsync(app, [], Token)).Change);

        var again = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);

        Assert.Equal(ChangeKind.Created, again.Change);
        Assert.Contains(again.Pending, p => p.Sentence.Contains(app.ClientId, StringComparison.Ordinal) && p.Sentence.Contains("restored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redirects_and_owners_are_added_to_what_is_there()
    {
        using var road = await EndToEnd.StartAsync();
        var web = new MailAppRedirectUri("https://a.example/cb", RedirectPlatform.Web);
        var native = new MailAppRedirectUri("http://localhost", RedirectPlatform.PublicClient);
        await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { RedirectUris = [web], Owners = ["alice@contoso.onmicrosoft.com"] }, Token);

        var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { RedirectUris = [native], Owners = ["bob@contoso.onmicrosoft.com"] }, Token);

        Assert.Equal(ChangeKind.Updated, app.Change);
        Assert.Equal([web, native], app.RedirectUri);
        Assert.Superset(new HashSet<string> { "alice@contoso.onmicrosoft.com", "bob@contoso.onmicrosoft.com" }, app.Owner.ToHashSet());
        var seen = await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token);
        Assert.Equal(app.RedirectUri, seen!.RedirectUri);
    }

    [Theory]
    [InlineData("http://x.example/cb", RedirectPlatform.Web)]
    [InlineData("/cb", RedirectPlatform.Web)]
    [InlineData("https://x.example/#f", RedirectPlatform.Spa)]
    [InlineData("https://*.x.example/", RedirectPlatform.Web)]
    public async Task A_redirect_that_the_service_would_refuse_is_refused_first(string uri, RedirectPlatform platform)
    {
        using var road = await EndToEnd.StartAsync();
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin)
            .EnsureAsync(Wanted with { RedirectUris = [new MailAppRedirectUri(uri, platform)] }, Token));
        Assert.Equal("InvalidRedirectUri", e.Id);
    }

    [Fact]
    public async Task With_a_certificate_no_secret_is_made_and_only_the_public_part_leaves()
    {
        using var road = await EndToEnd.StartAsync();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=Vendor", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(100));

        var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { TenantWide = true, Certificate = certificate }, Token);

        Assert.Null(app.ClientSecret);
        Assert.Null(app.SecretId);
        Assert.Equal([certificate.Thumbprint], app.CertificateThumbprint);
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox));
        Assert.NotNull(await store.FindFolderAsync("Inbox", Token));
        Assert.Equal(ChangeKind.Unchanged, (await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { TenantWide = true, Certificate = certificate }, Token)).Change);
    }

    [Fact]
    public async Task A_policy_that_caps_secrets_is_reported_with_the_cap()
    {
        using var road = await EndToEnd.StartAsync();
        await road.PatchAsync("policies/defaultAppManagementPolicy", """
            {"isEnabled":true,"applicationRestrictions":{"passwordCredentials":[{"restrictionType":"passwordLifetime","maxLifetime":"P90D","restrictForAppsCreatedAfterDateTime":"2019-01-01T00:00:00Z"}]}}
            """);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted with { IsLifetimeAsked = true }, Token));
        Assert.Equal("SecretLifetimeCapped", e.Id);
        Assert.Contains("90 days", e.Message, StringComparison.Ordinal);
        Assert.Contains("-SecretLifetime 2", e.Advice, StringComparison.Ordinal);
        // What was asked for and can't be had is refused before anything is made.
        Assert.Empty(road.Admin.Journal.Read());
        var usual = await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { Name = "Not asked" }, Token);
        Assert.Contains(usual.Pending, p => p.ToString().Contains("90 days", StringComparison.Ordinal));
        Assert.NotNull((await new AppProvisioner(road.Admin).EnsureAsync(Wanted with { SecretLifetime = 2 }, Token)).ClientSecret);
    }

    [Fact]
    public async Task A_policy_that_forbids_secrets_is_told_with_what_to_use_instead()
    {
        using var road = await EndToEnd.StartAsync();
        await road.PatchAsync("policies/defaultAppManagementPolicy", """
            {"isEnabled":true,"applicationRestrictions":{"passwordCredentials":[{"restrictionType":"passwordAddition","maxLifetime":null,"restrictForAppsCreatedAfterDateTime":"2019-01-01T00:00:00Z"}]}}
            """);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token));
        Assert.Equal("SecretsBlocked", e.Id);
        Assert.Empty(road.Admin.Journal.Read());
        Assert.Contains("POST https://graph.microsoft.com/v1.0/policies/appManagementPolicies", e.Advice, StringComparison.Ordinal);
        Assert.Contains("New-MailAppCertificate", e.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_realistic_propagation_the_run_waits_until_the_tenant_shows_everything()
    {
        var clock = TenantClock.Manual(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock, Propagation = Propagation.Realistic });

        var app = await ManualTime.RunAsync(clock, new AppProvisioner(road.Admin).EnsureAsync(Wanted with { TenantWide = true }, Token));

        Assert.Equal(2, app.GrantedPermission.Length);
        Assert.DoesNotContain(app.Pending, p => p.Sentence.Contains("doesn't accept", StringComparison.Ordinal) || p.Sentence.Contains("Tokens don't contain", StringComparison.Ordinal));
        Assert.InRange(clock.GetUtcNow() - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(2));
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox));
        Assert.NotNull(await store.FindFolderAsync("Inbox", Token));
    }

    [Fact]
    public async Task Consent_for_one_user_and_for_all_are_told_apart_and_taken_away_apart()
    {
        using var road = await EndToEnd.StartAsync();
        var consent = new AppConsent(road.Admin);
        var app = await new AppProvisioner(road.Admin).EnsureAsync(Wanted, Token);
        async Task<string?> For() => (await consent.CompareAsync((await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!, Token))
            .Single(p => p.Permission == "User.Read").GrantedFor;

        await consent.GrantAsync(app, null, "alice@contoso.onmicrosoft.com", false, Token);
        Assert.Equal("alice@contoso.onmicrosoft.com", await For());
        await consent.GrantAsync(app, null, null, false, Token);
        Assert.Equal("alice@contoso.onmicrosoft.com, all users", string.Join(", ", (await For())!.Split(", ").Order(StringComparer.Ordinal)));
        Assert.Equal(ChangeKind.Unchanged, (await consent.GrantAsync(app, null, null, false, Token)).Change);
        await consent.RevokeAsync(app, null, "alice@contoso.onmicrosoft.com", Token);
        Assert.Equal("all users", await For());
        Assert.Equal(ChangeKind.Removed, (await consent.RevokeAsync(app, null, null, Token)).Change);
        Assert.Null(await For());
        Assert.Equal(ChangeKind.Unchanged, (await consent.RevokeAsync(app, null, null, Token)).Change);
    }

    [Fact]
    public async Task Permissions_of_the_same_id_on_Graph_and_Exchange_are_not_mixed_up()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Both", Permissions = PermissionName.ParseAll(["Graph/Mail.Read", "Exchange/Mail.Read"], []) }, Token);
        var consent = new AppConsent(road.Admin);

        await consent.GrantAsync(app, PermissionName.ParseAll(["Exchange/Mail.Read"], []), null, true, Token);

        var rows = await consent.CompareAsync(app, Token);
        Assert.Equal([("Exchange", true), ("Graph", false)], rows.Select(r => (r.Resource, r.Granted)));
        await consent.RevokeAsync(app, PermissionName.ParseAll(["Graph/Mail.Read"], []), null, Token);
        Assert.True((await consent.CompareAsync(app, Token)).Single(r => r.Resource == "Exchange").Granted);
    }
}
