using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>What a run refuses before anything, which steps wait for others, and what counts as done.</summary>
public sealed class InstallNeedsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_wrong_addresses_of_a_list_are_named_at_once()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(
            () => road.InstallAsync(road.Request("Jim2", "one@example.com", road.Person, "two@example.com")));
        Assert.Equal("UnknownMailbox", e.Id);
        Assert.Contains("'one@example.com', 'two@example.com'", e.Message, StringComparison.Ordinal);
        Assert.Empty(road.Admin.Journal.Read());
    }

    [Fact]
    public async Task What_the_product_can_t_do_with_messages_is_refused_before_anything()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(
            () => road.InstallAsync(road.Request("SysAid") with { AfterProcessing = AfterProcessing.Move }));
        Assert.Equal("AfterProcessingNotInRecipe", e.Id);
        Assert.Contains("It supports: Delete", e.Message, StringComparison.Ordinal);
        Assert.Empty(road.Admin.Journal.Read());
    }

    [Fact]
    public async Task A_delegated_product_needs_a_person_for_a_shared_mailbox()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var request = road.Request("Ultimo", road.Shared) with { Kind = MailAppRecipeKind.Delegated, Customer = "contoso" };
        Assert.Equal("PersonRequired", (await Assert.ThrowsAsync<InvalidRequestException>(() => road.InstallAsync(request))).Id);
        Assert.Empty(road.Admin.Journal.Read());
        Assert.DoesNotContain(await road.InstallAsync(request with { User = road.Person }), s => s.Status == MailAppStepStatus.Failed);
    }

    [Fact]
    public async Task Where_secrets_are_forbidden_no_right_is_given_and_the_exemption_is_told()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        await Patch(road, """{"isEnabled":true,"applicationRestrictions":{"passwordCredentials":[{"restrictionType":"passwordAddition","maxLifetime":null}]}}""");
        var installer = new AppInstaller(road.Admin, road.Request("LogicalDOC"));
        var steps = await road.RunAsync(installer);
        var credential = steps.Single(s => s.Step == "Credential");
        Assert.Equal(MailAppStepStatus.Failed, credential.Status);
        Assert.Contains($"/applications/{steps[0].App!.ApplicationObjectId}/appManagementPolicies/$ref", credential.Advice, StringComparison.Ordinal);
        Assert.All(steps.Where(s => s.Step is "Consent" or "Access" or "Test" or "OutOfScopeTest" or "ProductSettings"),
            s => Assert.Equal((MailAppStepStatus.Skipped, "Skipped because the Credential step failed."), (s.Status, s.Detail)));
        Assert.Equal("StepFailed", Assert.IsType<InvalidRequestException>(installer.Failure).Id);
        Assert.Empty((await new AppDirectory(road.Admin).GetAsync(steps[0].App!.ClientId, Token))!.GrantedPermission);
    }

    [Fact]
    public async Task A_recipe_s_lifetime_is_cut_by_a_policy_and_an_asked_one_is_refused_before_anything()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None, new SandboxOptions { MaxSecretLifetime = TimeSpan.FromDays(30) });
        var refused = await road.InstallAsync(road.Request("Jim2") with { SecretLifetime = 24 });
        Assert.Equal(MailAppStepStatus.Failed, refused[0].Status);
        Assert.Empty(road.Admin.Journal.Read());
        var steps = await road.InstallAsync(road.Request("Jim2"));
        Assert.Contains("limits secrets to 30 days", steps.Single(s => s.Step == "Credential").Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(steps, s => s.Status == MailAppStepStatus.Failed);
    }

    [Fact]
    public async Task The_form_waits_until_the_access_was_tested_and_says_when_it_was_not()
    {
        using var road = await InstallEndToEnd.StartAsync();
        var open = (await road.InstallAsync(road.Request("LogicalDOC"))).Single(s => s.Step == "ProductSettings");
        Assert.Equal(MailAppStepStatus.Done, open.Status);
        Assert.StartsWith("Not tested yet: mailboxes outside the scope", open.ProductSettings[0].Warning[0], StringComparison.Ordinal);

        // Nobody has opened Exchange to it.
        using var half = await InstallEndToEnd.StartAsync(Propagation.None);
        using var entra = await half.AdminAsync("Entra admin", ["Graph/Application.ReadWrite.All", "Graph/AppRoleAssignment.ReadWrite.All", "Graph/DelegatedPermissionGrant.ReadWrite.All", "Graph/Directory.Read.All"]);
        var form = (await half.InstallAsync(half.Request("LogicalDOC"), entra)).Single(s => s.Step == "ProductSettings");
        Assert.Equal(MailAppStepStatus.Pending, form.Status);
        Assert.Empty(form.ProductSettings);

        using var direct = await InstallEndToEnd.StartAsync(Propagation.None);
        await direct.InstallAsync(direct.Request("Jim2"));
        using var other = await EndToEnd.SignInAsync(direct.Tenant);
        var untested = (await direct.InstallAsync(direct.Request("Jim2"), other))[^1];
        Assert.StartsWith("Not tested", untested.Detail, StringComparison.Ordinal);
        Assert.StartsWith("Not tested", untested.ProductSettings[0].Warning[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_time_zone_that_is_asked_for_is_set_and_compared()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        await new MailboxSettings(road.Admin).SetAsync(road.Person, "en-US", "UTC", null, null, Token);
        var request = road.Request("SysAid") with { TimeZone = "Australia/Sydney" };
        var steps = await road.InstallAsync(request);
        Assert.Equal((MailAppStepStatus.Done, "time zone AUS Eastern Standard Time."), steps.Where(s => s.Step == "Mailbox").Select(s => (s.Status, s.Detail)).Single());
        await new MailboxSettings(road.Admin).SetAsync(road.Person, null, "UTC", null, null, Token);
        var drift = (await new RecipeDrift(road.Admin, steps[^1].App!, request).RunAsync(Token)).Drift;
        Assert.Contains(drift, d => d.Item == $"time zone of {road.Person}" && d.Actual == "UTC");
    }

    [Fact]
    public async Task What_is_granted_beyond_the_recipe_is_removed_or_kept_if_asked_and_never_becomes_a_role()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var app = (await road.InstallAsync(road.Request("Jim2")))[^1].App!;
        await new AppConsent(road.Admin).GrantAsync(
            app, PermissionName.ParseAll(["Graph/Mail.Send", "Graph/MailboxSettings.ReadWrite"], []), null, true, Token);

        var kept = await road.InstallAsync(road.Request("Jim2") with { KeepExcess = true });
        Assert.DoesNotContain(kept, s => s.Step == "Excess");
        Assert.DoesNotContain(road.Tenant.State.Exchange.Current.Assignments, a => a.Role.Contains("Send", StringComparison.Ordinal));

        var steps = await road.InstallAsync(road.Request("Jim2"));
        var excess = steps.Single(s => s.Step == "Excess");
        Assert.Equal(MailAppStepStatus.Done, excess.Status);
        Assert.Contains("Graph/Mail.Send", excess.Detail, StringComparison.Ordinal);
        Assert.Empty((await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!.GrantedPermission);
        Assert.DoesNotContain(road.Tenant.State.Exchange.Current.Assignments, a => a.Role.Contains("Send", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_probe_that_got_in_by_a_tenant_wide_permission_is_no_matter_of_time()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var request = road.Request("LogicalDOC") with { KeepExcess = true };
        var app = (await road.InstallAsync(request))[^1].App!;
        await new AppConsent(road.Admin).GrantAsync(app, PermissionName.ParseAll(["Graph/Mail.Read"], []), null, true, Token);
        var test = (await road.InstallAsync(request)).Single(s => s.Step == "OutOfScopeTest");
        Assert.Equal(MailAppStepStatus.Failed, test.Status);
        Assert.Contains("Entra grants Graph/Mail.Read for all mailboxes", test.Detail, StringComparison.Ordinal);
        Assert.Null(test.RunAgainAfter);
    }

    [Fact]
    public async Task A_mailbox_given_by_an_alias_is_the_same_mailbox_in_every_step()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var alias = road.Tenant.State.Mailboxes.All.SelectMany(m => m.Addresses.Skip(1)).First();
        var steps = await road.InstallAsync(road.Request("Jim2", alias));
        Assert.Empty(steps.Where(s => s.Status is not (MailAppStepStatus.Done or MailAppStepStatus.Unchanged)).Select(s => $"{s}: {s.Detail}"));
    }

    [Fact]
    public async Task Every_way_into_a_dedicated_mailbox_is_seen()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        await road.InstallAsync(road.Request("Jim2", road.Person));
        var wide = await road.WaitAsync(new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Archive", Permissions = PermissionName.ParseAll(["Graph/Mail.ReadWrite"], []), TenantWide = true }, Token));
        var dedicated = (await road.InstallAsync(road.Request("SysAid", road.Person) with { TimeZone = "Europe/Berlin" })).Single(s => s.Step == "Dedicated");
        Assert.Equal(["Entra permissions", "Roles"], dedicated.Checks.Where(c => c.Status == CheckStatus.Warning).Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.Contains("Jim2 (Application Mail.ReadWrite)", dedicated.Detail, StringComparison.Ordinal);
        Assert.Contains($"{wide.Name} (Graph/Mail.ReadWrite)", dedicated.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotation_keeps_the_lifetime_and_its_own_test_is_no_use()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var app = (await road.InstallAsync(road.Request("Jim2")))[^1].App!;
        road.Clock.Advance(TimeSpan.FromHours(1));
        var rotation = new SecretRotation(road.Admin);
        var renewed = await road.WaitAsync(rotation.BeginAsync(app, null, null, Token));
        Assert.InRange(renewed.SecretExpiresAt!.Value, road.Clock.GetUtcNow().AddMonths(24).AddDays(-1), road.Clock.GetUtcNow().AddMonths(24).AddDays(1));
        await rotation.FinishAsync(renewed, Token);
        var choice = new CredentialChoice { Superseded = true };
        var used = road.Tenant.State.Directory.Credentials[renewed.SecretId!];
        Assert.NotNull(used.LastUsedAt);
        road.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Contains("except in its own test", Assert.Single((await new CredentialRemoval(road.Admin).FindAsync(app, choice, Token)).Warnings), StringComparison.Ordinal);
        used.LastUsedAt = road.Clock.GetUtcNow();
        Assert.Empty((await new CredentialRemoval(road.Admin).FindAsync(app, choice, Token)).Warnings);
    }

    private static async Task Patch(InstallEndToEnd road, string json)
    {
        using var http = new HttpClient(new Core.SignIn.BearerHandler(road.Tenant.Wire.Http, road.Admin.Tokens, road.Admin.Cloud.GraphScope), disposeHandler: false);
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PatchAsync(new Uri("https://graph.microsoft.com/v1.0/policies/defaultAppManagementPolicy"), content, Token);
        answer.EnsureSuccessStatusCode();
    }
}
