using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>What an app has against what its recipe says, and the way back; and the wrong turns that the vendors' pages warn of.</summary>
public sealed class DriftTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Jim2")]
    [InlineData("LogicalDOC")]
    [InlineData("SysAid")]
    [InlineData("Ultimo")]
    public async Task What_was_just_installed_is_as_the_recipe_says(string product)
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (request, app) = await InstalledAsync(road, product);
        var test = await new RecipeDrift(road.Admin, app, request).RunAsync(Token);
        Assert.Empty(test.Drift);
        Assert.Equal(Verdict.Passed, test.Verdict);
        Assert.Empty(AppInstaller.Repairing(road.Admin, request, app, new RecipeDrift(road.Admin, app, request)).Plan);
    }

    [Fact]
    public async Task What_is_too_much_is_found_and_taken_away_without_a_gap()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (request, app) = await InstalledAsync(road, "Jim2");
        await new AppConsent(road.Admin).GrantAsync(app, PermissionName.ParseAll(["Graph/Mail.ReadWrite", "Graph/Mail.Send", "Graph/User.Read.All"], []), null, true, Token);
        await new AppScopes(road.Admin).LimitAsync(app, new ScopeRequest { Add = [road.Person] }, PermissionName.ParseAll(["Graph/Calendars.Read"], []), new LimitOptions(), Token);
        await new AppConsent(road.Admin).GrantAsync(app, PermissionName.ParseAll(["Graph/Mail.ReadWrite"], []), null, true, Token);

        var (drift, found) = await DriftAsync(road, app, request);
        Assert.Equal(
            ["Excess Application Calendars.Read", "Excess Application Mail.Send", "Excess Graph/User.Read.All", "Unrestricted Graph/Mail.ReadWrite"],
            found.Drift.Select(d => $"{d.Kind} {d.Item}").Order(StringComparer.Ordinal));
        Assert.Equal(Verdict.Failed, found.Verdict);

        var fresh = (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!;
        var steps = await road.RunAsync(AppInstaller.Repairing(road.Admin, request with { HeldSecret = app.ClientSecret }, fresh, drift));
        Assert.Equal(["Excess Done", "Restrict Done", "Test Done", "OutOfScopeTest Done"], steps.Select(s => $"{s.Step} {s.Status}"));
        Assert.Empty((await DriftAsync(road, app, request)).Test.Drift);
    }

    /// <summary>Something in between answered in Exchange's place: what it did not do is not reported as removed.</summary>
    [Fact]
    public async Task An_excess_role_that_Exchange_still_shows_is_pending()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (request, app) = await InstalledAsync(road, "Jim2");
        await new AppScopes(road.Admin).LimitAsync(
            app, new ScopeRequest { Add = [road.Person] }, PermissionName.ParseAll(["Graph/Calendars.Read"], []), new LimitOptions(), Token);
        var fresh = (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!;
        var wire = road.Tenant.Wire;
        using var misled = await EndToEnd.SignInAsync(road.Tenant, new Wire(
            new Relay(wire.Http) { Before = (sent, _) => Task.FromResult(IsRemoval(sent) ? NoObjects() : null) }, wire.OpenStream, wire.Time)
        {
            IsSandbox = true, ReplicationTimeout = TimeSpan.Zero,
        });
        var drift = new RecipeDrift(misled, fresh, request);
        await drift.RunAsync(Token);

        var steps = await road.RunAsync(AppInstaller.Repairing(misled, request with { HeldSecret = app.ClientSecret }, fresh, drift));

        Assert.Equal("Pending", $"{steps.Single(s => s.Step == "Excess").Status}");

        static bool IsRemoval(HttpRequestMessage sent) => sent.Headers.TryGetValues("X-CmdletName", out var names)
            && names.Contains("Remove-ManagementRoleAssignment");

        static HttpResponseMessage NoObjects() => new(System.Net.HttpStatusCode.OK)
        {
            Content = new StringContent("""{"value":[]}""", System.Text.Encoding.UTF8, "application/json"),
        };
    }

    [Fact]
    public async Task What_is_missing_is_found_and_added()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (request, app) = await InstalledAsync(road, "LogicalDOC");
        await new AppConsent(road.Admin).RevokeAsync(app, null, null, Token);
        await new MailboxAccessGrants(road.Admin).RevokeAsync(app, road.Person, [MailboxAccessRight.FullAccess], Token);
        await new MailboxSettings(road.Admin).SetAsync(road.Person, null, null, false, null, Token);

        var (drift, found) = await DriftAsync(road, app, request);
        Assert.Equal(
            ["ConsentMissing Exchange/IMAP.AccessAsApp", $"Missing FullAccess to {road.Person}", $"Missing IMAP of {road.Person}"],
            found.Drift.Select(d => $"{d.Kind} {d.Item}").Order(StringComparer.Ordinal));
        var fresh = (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!;
        var steps = await road.RunAsync(AppInstaller.Repairing(road.Admin, request, fresh, drift));
        Assert.Equal(["Consent Done", "Access Done", "Mailbox Done", "Test Done", "OutOfScopeTest Done"], steps.Select(s => $"{s.Step} {s.Status}"));
        Assert.Empty((await DriftAsync(road, app, request)).Test.Drift);
    }

    [Fact]
    public async Task A_secret_that_ends_soon_is_a_warning_and_one_that_has_ended_is_replaced()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (request, app) = await InstalledAsync(road, "SysAid");
        road.Clock.Advance(new DateTimeOffset(2027, 12, 20, 0, 0, 0, TimeSpan.Zero) - road.Clock.GetUtcNow());
        var soon = (await DriftAsync(road, app, request)).Test;
        Assert.Equal((MailAppDriftKind.ExpiresSoon, Verdict.Warning), (Assert.Single(soon.Drift).Kind, soon.Verdict));
        Assert.Contains("Update-MailAppSecret", soon.Drift[0].Advice, StringComparison.Ordinal);

        road.Clock.Advance(TimeSpan.FromDays(30));
        var test = await road.InstallAsync(request with { HeldSecret = app.ClientSecret });
        Assert.Equal(MailAppStepStatus.Done, test.Single(s => s.Step == "Credential").Status);
        using var other = await InstallEndToEnd.StartAsync(Propagation.None);
        var (again, old) = await InstalledAsync(other, "SysAid");
        other.Clock.Advance(TimeSpan.FromDays(740));
        var (drift, ended) = await DriftAsync(other, old, again);
        Assert.Equal(MailAppDriftKind.Expired, Assert.Single(ended.Drift).Kind);
        var refused = await new Core.Diagnosis.MailboxTester(MailboxConnections.As(old, other.Person), "Inbox").RunAsync(Token);
        Assert.Equal("AADSTS7000222", refused.Checks.Single(c => c.Status == CheckStatus.Failed).ServiceCode);
        var steps = await other.RunAsync(AppInstaller.Repairing(other.Admin, again, (await new AppDirectory(other.Admin).GetAsync(old.ClientId, Token))!, drift));
        Assert.Equal(["Credential Done", "Test Done", "OutOfScopeTest Done"], steps.Select(s => $"{s.Step} {s.Status}"));
    }

    [Fact]
    public async Task The_id_of_a_secret_in_the_place_of_its_value_is_told_as_that()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (_, app) = await InstalledAsync(road, "Jim2");
        var test = await new Core.Diagnosis.MailboxTester(MailboxConnections.As(app, road.Person, secret: Core.Base.Secret.Close(app.SecretId!)), "Inbox").RunAsync(Token);
        var failed = test.Checks.Single(c => c.Status == CheckStatus.Failed);
        Assert.Equal("AADSTS7000215", failed.ServiceCode);
        Assert.Contains("value", failed.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_object_id_of_the_registration_in_Exchange_fails_the_step_and_is_told()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None, new SandboxOptions { TrustsObjectIds = true });
        var app = (await road.InstallAsync(road.Request("LogicalDOC")))[0].App!;
        await new AppCleanup(road.Admin).RemoveAsync(app, Token);
        await road.Admin.Exchange.ChangeAsync("New-ServicePrincipal", new() { ["AppId"] = app.ClientId, ["ObjectId"] = app.ApplicationObjectId, ["DisplayName"] = "LogicalDOC" }, Token);
        var steps = await road.InstallAsync(road.Request("LogicalDOC"));
        var access = steps.Single(s => s.Step == "Access");
        Assert.Equal(MailAppStepStatus.Failed, access.Status);
        Assert.Contains("object ID of the app registration", access.Detail, StringComparison.Ordinal);
        Assert.Contains("-Force", access.Advice, StringComparison.Ordinal);
        var drift = (await DriftAsync(road, app, road.Request("LogicalDOC"))).Test;
        Assert.Contains(drift.Drift, d => d.Item == "service principal in Exchange");
    }

    [Fact]
    public async Task A_mailbox_without_a_time_zone_waits_for_one()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var mailbox = (await road.InstallAsync(road.Request("SysAid", road.Shared))).Single(s => s.Step == "Mailbox");
        Assert.Equal(MailAppStepStatus.Pending, mailbox.Status);
        Assert.Contains("-TimeZone", mailbox.Advice, StringComparison.Ordinal);
        var set = (await road.InstallAsync(road.Request("SysAid", road.Shared) with { TimeZone = "Europe/Berlin" })).Single(s => s.Step == "Mailbox");
        Assert.Equal((MailAppStepStatus.Done, "time zone W. Europe Standard Time."), (set.Status, set.Detail));
    }

    [Fact]
    public async Task The_folder_for_fetched_mail_is_made_again_when_it_is_gone()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (request, app) = await InstalledAsync(road, "Jim2");
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Person));
        var folder = (await store.FindFolderAsync("DownloadedtoJim", Token))!;
        using (var tokens = MailboxAccess.Tokens(MailboxConnections.As(app, road.Person)))
        using (var http = new HttpClient(new BearerHandler(road.Tenant.Wire.Http, tokens, road.Admin.Cloud.GraphScope), disposeHandler: false))
        {
            (await http.DeleteAsync($"https://graph.microsoft.com/v1.0/users/{road.Person}/mailFolders/{folder.Id}", Token)).EnsureSuccessStatusCode();
        }

        Assert.Equal(MailAppStepStatus.Done, (await road.InstallAsync(request)).Single(s => s.Step == "Folder").Status);
        Assert.NotNull(await store.FindFolderAsync("DownloadedtoJim", Token));
        var none = await road.InstallAsync(request with { AfterProcessing = AfterProcessing.Delete });
        Assert.DoesNotContain(none, s => s.Step == "Folder");
    }

    [Fact]
    public async Task Without_the_customers_name_the_redirect_is_left_to_do_by_hand()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var steps = await road.InstallAsync(road.Request("Ultimo"));
        Assert.Equal(MailAppStepStatus.Pending, steps.Single(s => s.Step == "Redirect").Status);
        Assert.StartsWith("Add the redirect URI https://{customer}.ultimo.net/OAuth2Callback (Web)", steps[^1].ProductSettings[0].ManualStep[0], StringComparison.Ordinal);
        var named = await road.InstallAsync(road.Request("Ultimo") with { Customer = "contoso" });
        Assert.DoesNotContain(named, s => s.Step == "Redirect");
        Assert.Equal([new MailAppRedirectUri("https://contoso.ultimo.net/OAuth2Callback", RedirectPlatform.Web)], named[0].App!.RedirectUri);
        Assert.Equal(MailAppStepStatus.Unchanged, (await road.InstallAsync(road.Request("Ultimo"))).Single(s => s.Step == "Redirect").Status);
    }

    [Fact]
    public async Task Who_else_has_rights_on_a_dedicated_mailbox_is_told()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var shared = (await road.InstallAsync(road.Request("SysAid", road.Shared))).Single(s => s.Step == "Dedicated");
        Assert.Equal((MailAppStepStatus.Unchanged, $"Other users have access: {road.Person} (FullAccess)."), (shared.Status, shared.Detail));
        Assert.Equal("No other user has access.", (await road.InstallAsync(road.Request("SysAid", road.Outside))).Single(s => s.Step == "Dedicated").Detail);
    }

    [Fact]
    public async Task A_license_that_is_recommended_and_not_there_is_told_and_stops_nothing()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var license = (await road.InstallAsync(road.Request("Jim2"))).Single(s => s.Step == "License");
        Assert.Equal(MailAppStepStatus.Unchanged, license.Status);
        Assert.Contains("recommends E3", license.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_caps_secrets_refuses_what_was_asked_for_and_names_what_to_do()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None, new SandboxOptions { MaxSecretLifetime = TimeSpan.FromDays(180) });
        var steps = await road.InstallAsync(road.Request("Jim2") with { SecretLifetime = 24 });
        Assert.Equal(("Register", MailAppStepStatus.Failed), (steps[0].Step, steps[0].Status));
        Assert.Contains("-SecretLifetime 5", steps[0].Advice, StringComparison.Ordinal);
        Assert.All(steps.Skip(1), s => Assert.Equal(MailAppStepStatus.Skipped, s.Status));
        Assert.Equal(MailAppStepStatus.Done, (await road.InstallAsync(road.Request("Jim2") with { SecretLifetime = 5 })).Single(s => s.Step == "Credential").Status);
    }

    [Theory]
    [InlineData("DownloadedtoJim", "'DownloadedtoJim' within 30 s")]
    [InlineData("deleteditems", "'Deleted Items' within 30 s")]
    [InlineData(null, "is still in the Inbox after 10 min")]
    public async Task The_mail_flow_test_says_what_the_product_did_with_the_message(string? target, string evidence)
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (request, app) = await InstalledAsync(road, "Jim2");
        var sender = await road.WaitAsync(new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Sender", Permissions = PermissionName.ParseAll(["Graph/Mail.Send"], []), TenantWide = true }, Token));
        var flight = new MailFlowTest(MailboxConnections.As(sender, road.Outside), MailboxConnections.As(app, road.Person), request.Recipe).RunAsync(TimeSpan.FromMinutes(10), Token);
        var started = road.Clock.GetUtcNow();
        while (!flight.IsCompleted)
        {
            if (road.Clock.NextDue is { } due && due - road.Clock.GetUtcNow() <= TimeSpan.FromSeconds(15))
            {
                road.Clock.Advance(due - road.Clock.GetUtcNow());
                if (target is not null && road.Clock.GetUtcNow() - started >= TimeSpan.FromSeconds(15))
                {
                    await ProductAsync(road, app, target);
                }
            }

            await Task.Yield();
        }

        var check = await flight;
        Assert.Equal(target is null ? CheckStatus.Failed : CheckStatus.Passed, check.Status);
        Assert.Contains(evidence, check.Evidence, StringComparison.Ordinal);
    }

    /// <summary>What the product does when it has read a message.</summary>
    private static async Task ProductAsync(InstallEndToEnd road, MailAppRegistration app, string target)
    {
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Person));
        var inbox = (await store.FindFolderAsync("Inbox", Token))!;
        var messages = new List<MailboxMessage>();
        await foreach (var message in store.GetMessagesAsync(inbox, new MessageQuery { Subject = "MailAdmin mail flow test" }, Token))
        {
            messages.Add(message);
        }

        await store.ProcessAsync(inbox, messages, AfterProcessing.Move, await store.FindFolderAsync(target, Token), Token);
    }

    private static async Task<(InstallRequest Request, MailAppRegistration App)> InstalledAsync(InstallEndToEnd road, string product)
    {
        var request = road.Request(product) with { TimeZone = "Europe/Berlin", Customer = "contoso" };
        return (request, (await road.InstallAsync(request))[^1].App!);
    }

    private static async Task<(RecipeDrift Drift, MailAppTest Test)> DriftAsync(InstallEndToEnd road, MailAppRegistration app, InstallRequest request)
    {
        var drift = new RecipeDrift(road.Admin, (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!, request);
        return (drift, await drift.RunAsync(Token));
    }
}
