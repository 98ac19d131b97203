using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>A product that brings its own app: the vendor is simulated, by an app that is published to the sandbox and asks for consent.</summary>
public sealed class VendorAppTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_request_is_shown_and_one_person_is_let_in_and_then_nothing_changes()
    {
        using var road = await InstallEndToEnd.StartAsync();
        var request = road.Request("JEMHC", road.Person);
        Ask(road, request.Recipe.VendorApp!, "Mail.ReadWrite", "Mail.Send", "Calendars.ReadWrite", "openid");
        var steps = await road.InstallAsync(request);

        Assert.Equal(
            ["ConsentWorkflow Unchanged", "ConsentRequest Unchanged", "ServicePrincipal Done", "Assignment Done", "Consent Done", "Test Done", "ProductSettings Done"],
            steps.Select(s => $"{s.Step} {s.Status}{(s.Status == MailAppStepStatus.Failed ? s.Detail : "")}"));
        Assert.Contains($"{road.Person} requested Mail.ReadWrite Mail.Send Calendars.ReadWrite openid", steps[1].Detail, StringComparison.Ordinal);
        Assert.StartsWith("Calendars.ReadWrite isn't in the recipe", steps[1].Advice, StringComparison.Ordinal);
        var app = steps[^1].App!;
        Assert.Null(app.ApplicationObjectId);
        Assert.Equal("JEMHC", (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!.Recipe);
        var rows = await new AppConsent(road.Admin).CompareAsync(app, Token);
        Assert.Equal(["Mail.ReadWrite", "Mail.Send", "User.Read", "offline_access"], rows.Select(r => r.Permission).Order(StringComparer.Ordinal));
        Assert.All(rows, r => Assert.Equal(road.Person, r.GrantedFor));
        Assert.True(road.Tenant.State.Directory.PrincipalOf(app.ClientId)!.Json["appRoleAssignmentRequired"]!.GetValue<bool>());

        Assert.All(await road.InstallAsync(request), s => Assert.Equal(MailAppStepStatus.Unchanged, s.Status));
        var setting = steps[^1].ProductSettings.Single();
        Assert.Equal(road.Person, setting.Field.Single(f => f.Name == "Sign in with Microsoft").Value);
        Assert.Contains(setting.Warning, w => w.Contains("EWS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_asks_is_granted_and_gets_mail_while_another_one_is_refused()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var recipe = RecipeFiles.Get("JEMHC");
        using var vendor = new SimulatedVendor(road.Tenant, recipe);
        Assert.StartsWith("AADSTS90094", await vendor.SignInAsync(road.Person), StringComparison.Ordinal);

        var steps = await road.InstallAsync(road.Request("JEMHC", road.Person));
        Assert.StartsWith($"{road.Person} requested ", steps.Single(s => s.Step == "ConsentRequest").Detail, StringComparison.Ordinal);
        Assert.Null(await vendor.SignInAsync(road.Person));
        Assert.Equal(road.Tenant.GetMessages(road.Person, "Inbox").Count(), (await vendor.ReceiveAsync(road.Person))!.Count);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, await vendor.SendAsync(road.Person, road.Outside, "From Jira"));
        Assert.Contains(road.Tenant.GetMessages(road.Outside, "Inbox"), m => m.Subject == "From Jira");
        Assert.Null(await vendor.ReceiveAsync(road.Outside));
        await foreach (var request in new ConsentRequests(road.Admin).ListAsync(Token))
        {
            Assert.False(request.IsOpen && request.ClientId == recipe.VendorApp!.ClientId);
        }

        using var other = new SimulatedVendor(road.Tenant, recipe);
        Assert.StartsWith("AADSTS50105", await other.SignInAsync(road.Outside), StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_all_users_nobody_is_kept_out()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var request = road.Request("JEMHC", road.Person) with { AllUsers = true };
        var app = (await road.InstallAsync(request))[^1].App!;
        Assert.All(await new AppConsent(road.Admin).CompareAsync(app, Token), r => Assert.Equal("all users", r.GrantedFor));
        Assert.False(road.Tenant.State.Directory.PrincipalOf(app.ClientId)!.Json["appRoleAssignmentRequired"]!.GetValue<bool>());
    }

    [Fact]
    public async Task One_person_and_then_all_users_lets_somebody_else_sign_in()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var recipe = RecipeFiles.Get("JEMHC");
        await road.InstallAsync(road.Request("JEMHC", road.Person));
        using var before = new SimulatedVendor(road.Tenant, recipe);
        Assert.StartsWith("AADSTS50105", await before.SignInAsync(road.Outside), StringComparison.Ordinal);

        var request = road.Request("JEMHC", road.Person) with { AllUsers = true };
        var steps = await road.InstallAsync(request);

        Assert.Equal((MailAppStepStatus.Done, "User assignment isn't required. All users can sign in."), steps.Where(s => s.Step == "Assignment").Select(s => (s.Status, s.Detail)).Single());
        using var after = new SimulatedVendor(road.Tenant, recipe);
        Assert.Null(await after.SignInAsync(road.Outside));
        Assert.NotNull(await after.ReceiveAsync(road.Outside));
        Assert.All(await road.InstallAsync(request), s => Assert.Equal(MailAppStepStatus.Unchanged, s.Status));
    }

    [Fact]
    public async Task A_shared_mailbox_needs_a_person_and_gets_the_shared_permissions()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var recipe = RecipeFiles.Get("JEMHC");
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => road.InstallAsync(road.Request("JEMHC", road.Shared)));
        Assert.Equal("PersonRequired", e.Id);
        Assert.Empty(road.Admin.Journal.Read());

        var steps = await road.InstallAsync(road.Request("JEMHC", road.Shared) with { User = road.Person });

        Assert.DoesNotContain(steps, s => s.Status is MailAppStepStatus.Failed or MailAppStepStatus.Pending);
        using var vendor = new SimulatedVendor(road.Tenant, recipe, isShared: true);
        Assert.Null(await vendor.SignInAsync(road.Person));
        Assert.Equal(road.Tenant.GetMessages(road.Shared, "Inbox").Count(), (await vendor.ReceiveAsync(road.Shared))!.Count);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, await vendor.SendAsync(road.Shared, road.Outside, "From Jira"));
    }

    [Fact]
    public async Task Who_signs_in_to_a_shared_mailbox_gets_access_to_it()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var request = road.Request("JEMHC", road.Shared) with { User = road.Person };
        var steps = await road.InstallAsync(request);
        Assert.Contains("FullAccess, SendAs", steps.Single(s => s.Step == "Access").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_differs_of_a_vendors_app_is_found_and_closed()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var request = road.Request("JEMHC", road.Person);
        var app = (await road.InstallAsync(request))[^1].App!;
        Assert.Equal(Verdict.Passed, (await new RecipeDrift(road.Admin, app, request).RunAsync(Token)).Verdict);

        await new AppConsent(road.Admin).RevokeAsync(app, PermissionName.ParseAll([], ["Graph/Mail.Send"]), null, Token);
        await new AppConsent(road.Admin).GrantAsync(app, PermissionName.ParseAll([], ["Graph/Calendars.ReadWrite"]), road.Person, false, Token);
        await road.Admin.CallGraphAsync(g => g.ServicePrincipals[app.ServicePrincipalObjectId].PatchAsync(new() { AppRoleAssignmentRequired = false }, cancellationToken: Token));
        app = (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!;
        var drift = new RecipeDrift(road.Admin, app, request);
        Assert.Equal(
            ["ConsentMissing Graph/Mail.Send", "Excess Graph/Calendars.ReadWrite", "Unrestricted assignment"],
            (await drift.RunAsync(Token)).Drift.Select(d => $"{d.Kind} {d.Item}").Order(StringComparer.Ordinal));
        var steps = await road.RunAsync(AppInstaller.Repairing(road.Admin, request, app, drift));
        Assert.All(steps, s => Assert.Equal(MailAppStepStatus.Done, s.Status));
        Assert.Empty((await new RecipeDrift(road.Admin, (await new AppDirectory(road.Admin).GetAsync(app.ClientId, Token))!, request).RunAsync(Token)).Drift);
    }

    [Fact]
    public void A_vendors_app_is_never_registered() => Assert.Equal("AppOfVendor",
        Assert.Throws<InvalidRequestException>(() => RecipeFiles.Get("JEMHC").ToSpecification("JEMHC", MailAppRecipeKind.VendorApp, false, null)).Id);

    private static void Ask(InstallEndToEnd road, MailAppRecipeVendorApp vendor, params string[] scopes)
    {
        var request = new ConsentRequest(vendor.ClientId, vendor.DisplayName, [.. scopes]);
        var person = road.Tenant.State.Directory.Users.First(u => (string?)u.Json["userPrincipalName"] == road.Person);
        request.Askers.Add(new ConsentAsker(person, "Jira tickets by mail.", road.Clock.GetUtcNow()));
        road.Tenant.State.Consent.Requests.Add(request);
    }
}
