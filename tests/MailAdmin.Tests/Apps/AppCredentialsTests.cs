using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Apps;

public sealed class AppCredentialsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_secret_works_is_told_once_and_leaves_the_old_one()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");

        var made = await new AppSecrets(road.Admin).MakeAsync(app, "for the scanner", 3, Token);

        Assert.Equal(ChangeKind.Created, made.Change);
        Assert.Empty(made.Pending);
        Assert.NotEqual(Secret.Reveal(app.ClientSecret!), Secret.Reveal(made.ClientSecret!));
        var listed = await ListAsync(road, app);
        Assert.Equal(2, listed.Count);
        var shown = listed.Single(c => c.KeyId == made.SecretId);
        Assert.Equal((CredentialKind.Secret, "for the scanner", Secret.Reveal(made.ClientSecret!)[..3]), (shown.Kind, shown.DisplayName, shown.Hint));
        Assert.InRange(shown.DaysLeft!.Value, 88, 92);
        Assert.DoesNotContain(Secret.Reveal(made.ClientSecret!), $"{shown} {made}", StringComparison.Ordinal);
        await SignIn(road, app);
        await SignIn(road, made);
    }

    /// <summary>An object carries the secret of this session while the app lists it, and the ID beside it is that secret's.</summary>
    [Fact]
    public async Task A_removed_secret_is_in_no_object_any_more()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        // Lasts longer, so that it would be the one shown beside the text of the other.
        var other = await new AppSecrets(road.Admin).MakeAsync(app, "lasts longer", 24, Token);
        var made = await new AppSecrets(road.Admin).MakeAsync(app, "newest", 3, Token);
        var found = await FindAsync();
        Assert.Equal(made.SecretId, found.SecretId);
        Assert.Equal(Secret.Reveal(made.ClientSecret!), Secret.Reveal(found.ClientSecret!));

        // Removed by another session, as in the portal: this one learns it from the app's list.
        using var elsewhere = await EndToEnd.SignInAsync(road.Tenant);
        await RemoveAsync(elsewhere, made);

        found = await FindAsync();
        Assert.Null(found.ClientSecret);
        Assert.Equal(other.SecretId, found.SecretId);

        var last = await new AppSecrets(road.Admin).MakeAsync(app, "last", 3, Token);
        await RemoveAsync(road.Admin, last);

        Assert.Null(AppSecrets.Held(road.Admin, app));

        async Task<MailAppRegistration> FindAsync() => (await new AppLookup(road.Admin).FindAsync(app.ClientId, Token))!;

        async Task RemoveAsync(Core.Service.Session session, MailAppRegistration which)
        {
            var removal = new CredentialRemoval(session);
            var (chosen, _) = await removal.FindAsync(which, new CredentialChoice { KeyIds = [which.SecretId!] }, Token);
            await removal.RemoveAsync(which, Assert.Single(chosen), Token);
        }
    }

    [Fact]
    public async Task A_secret_that_nobody_gave_a_lifetime_lasts_as_long_as_a_policy_allows_and_says_so()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { MaxSecretLifetime = TimeSpan.FromDays(90) });
        var app = await new AppProvisioner(road.Admin).EnsureAsync(new AppSpecification { Name = "Capped", SecretLifetime = 1 }, Token);

        var made = await new AppSecrets(road.Admin).MakeAsync(app, "MailAdmin", null, Token);

        Assert.Contains("90 days", Assert.Single(made.Pending).ToString(), StringComparison.Ordinal);
        Assert.InRange(made.SecretExpiresAt!.Value - road.Tenant.Clock.GetUtcNow(), TimeSpan.FromDays(89), TimeSpan.FromDays(90));
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppSecrets(road.Admin).MakeAsync(app, "MailAdmin", 6, Token));
        Assert.Equal("SecretLifetimeCapped", e.Id);
        Assert.Contains("-Lifetime 2", e.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_could_not_be_tried_is_told_all_the_same()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        road.Tenant.SetFault("ConditionalAccess", clientId: app.ClientId);

        var made = await new AppSecrets(road.Admin).MakeAsync(app, "MailAdmin", null, Token);

        Assert.NotNull(made.ClientSecret);
        Assert.Contains("couldn't be tested", Assert.Single(made.Pending).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_use_is_told_where_the_service_tells_and_null_where_it_does_not()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        await SignIn(road, app);
        await road.PostAsync($"applications/{app.ApplicationObjectId}/addPassword", "{}");

        var listed = await ListAsync(road, app);

        Assert.InRange(listed.Single(c => c.KeyId == app.SecretId).LastUsedAt!.Value, road.Tenant.Clock.GetUtcNow().AddMinutes(-5), road.Tenant.Clock.GetUtcNow());
        Assert.Null(listed.Single(c => c.KeyId != app.SecretId).LastUsedAt);
        using var blind = await EndToEnd.StartAsync(between: WithoutBeta);
        var other = await blind.RegisterAsync("Graph/Mail.Read");
        Assert.Null(Assert.Single(await ListAsync(blind, other)).LastUsedAt);
    }

    [Fact]
    public async Task The_whole_tenant_is_listed_page_by_page()
    {
        using var road = await EndToEnd.StartAsync();
        for (var i = 0; i < 120; i++)
        {
            await road.PostAsync("applications", $$"""{"displayName":"App {{i}}"}""");
        }

        var last = road.Tenant.State.Directory.Applications[^1];
        await road.PostAsync($"applications/{last.Id}/addPassword", "{}");

        var listed = await ListAsync(road, null);

        Assert.Equal(["MailAdmin", "App 119"], listed.Select(c => c.App));
    }

    [Fact]
    public async Task An_app_of_another_tenant_has_its_credentials_there()
    {
        using var road = await EndToEnd.StartAsync();
        var foreign = new MailAppRegistration { Name = "Vendor Cloud", TenantId = road.Admin.TenantId, ClientId = Guid.NewGuid().ToString() };

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => new AppSecrets(road.Admin).MakeAsync(foreign, "MailAdmin", null, Token));

        Assert.Equal("AppOfOtherTenant", e.Id);
    }

    [Fact]
    public async Task The_last_credential_stays_unless_forced()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.Read");
        var removal = new CredentialRemoval(road.Admin);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => removal.FindAsync(app, new CredentialChoice { KeyIds = [app.SecretId!] }, Token));
        Assert.Equal("LastCredential", e.Id);
        var unknown = await Assert.ThrowsAsync<InvalidRequestException>(() => removal.FindAsync(app, new CredentialChoice { KeyIds = [Guid.NewGuid().ToString()] }, Token));
        Assert.Equal("CredentialNotFound", unknown.Id);

        var (found, _) = await removal.FindAsync(app, new CredentialChoice { KeyIds = [app.SecretId!.ToUpperInvariant()], Force = true }, Token);
        Assert.Equal(ChangeKind.Removed, (await removal.RemoveAsync(app, Assert.Single(found), Token)).Change);
        Assert.Empty(await ListAsync(road, app));
    }

    [Fact]
    public async Task What_is_superseded_goes_with_a_warning_while_the_newer_one_was_never_used()
    {
        var clock = TenantClock.Manual(DateTimeOffset.UtcNow);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        clock.Advance(TimeSpan.FromHours(1));
        await road.PostAsync($"applications/{app.ApplicationObjectId}/addPassword", "{}");
        var removal = new CredentialRemoval(road.Admin);

        var (found, warnings) = await removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token);

        Assert.Equal(app.SecretId, Assert.Single(found).KeyId);
        Assert.Contains("might not be in use", Assert.Single(warnings), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromDays(2));
        Assert.Contains("hasn't been used yet", Assert.Single((await removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token)).Warnings), StringComparison.Ordinal);
        var newer = (await ListAsync(road, app)).Single(c => c.KeyId != app.SecretId);
        road.Tenant.State.Directory.Credentials[newer.KeyId].LastUsedAt = clock.GetUtcNow();
        Assert.Empty((await removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token)).Warnings);
        await removal.RemoveAsync(app, found[0], Token);
        Assert.Empty((await removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token)).Credentials);
    }

    [Fact]
    public async Task While_a_rotation_is_not_finished_nothing_is_superseded_by_its_secret()
    {
        var clock = TenantClock.Manual(DateTimeOffset.UtcNow);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        clock.Advance(TimeSpan.FromHours(1));
        var renewed = await new SecretRotation(road.Admin).BeginAsync(app, null, null, Token);
        var removal = new CredentialRemoval(road.Admin);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token));
        Assert.Equal("RotationUnfinished", e.Id);

        await new SecretRotation(road.Admin).FinishAsync(renewed, Token);
        Assert.Equal(app.SecretId, Assert.Single((await removal.FindAsync(app, new CredentialChoice { Superseded = true }, Token)).Credentials).KeyId);
    }

    [Fact]
    public async Task What_has_ended_goes_and_what_lasts_stays()
    {
        var clock = TenantClock.Manual(DateTimeOffset.UtcNow);
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock });
        var app = await road.RegisterAsync("Graph/Mail.Read");
        clock.Advance(TimeSpan.FromDays(250));
        var made = await new AppSecrets(road.Admin).MakeAsync(app, "MailAdmin", null, Token);
        var removal = new CredentialRemoval(road.Admin);

        var (found, _) = await removal.FindAsync(app, new CredentialChoice { Expired = true }, Token);
        await removal.RemoveAsync(app, Assert.Single(found), Token);

        Assert.Equal(made.SecretId, Assert.Single(await ListAsync(road, app)).KeyId);
    }

    private static async Task<List<MailAppCredential>> ListAsync(EndToEnd road, MailAppRegistration? app) =>
        await new AppCredentials(road.Admin).ListAsync(app, Token).ToListAsync(Token);

    private static async Task<AccessToken> SignIn(EndToEnd road, MailAppRegistration app)
    {
        using var tokens = new TokenSource(road.Admin.Wire, road.Admin.Cloud, road.Admin.TenantId, app.ClientId, new AppCredential.ClientSecret(app.ClientSecret!));
        return await tokens.GetAsync(road.Admin.Cloud.GraphScope, fresh: true, Token);
    }

    /// <summary>A cloud that has no beta version.</summary>
    private static Relay WithoutBeta(HttpMessageHandler inner) => new(inner)
    {
        Before = (request, _) => Task.FromResult(request.RequestUri!.AbsolutePath.StartsWith("/beta/", StringComparison.Ordinal)
            ? new HttpResponseMessage(System.Net.HttpStatusCode.NotFound) { RequestMessage = request, Content = new ByteArrayContent([]) }
            : null),
    };
}
