using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Recipes.Install;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>A recipe is for an app that the admin made or named: one that merely has its name gets nothing.</summary>
public sealed class ForeignAppTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, MailAppRecipeKind, bool> Products => new()
    {
        { "Jim2", MailAppRecipeKind.AppOnly, false },
        { "Jim2", MailAppRecipeKind.AppOnly, true },
        { "LogicalDOC", MailAppRecipeKind.AppOnly, false },
        { "SysAid", MailAppRecipeKind.AppOnly, false },
        { "Ultimo", MailAppRecipeKind.AppOnly, false },
        { "Ultimo", MailAppRecipeKind.Delegated, false },
    };

    [Theory]
    [MemberData(nameof(Products))]
    public async Task An_app_of_that_name_stops_everything_before_the_first_change(string product, MailAppRecipeKind kind, bool tenantWide)
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (clientId, secret) = road.Tenant.AddOthersApp(product, null, $"MailAdmin.Recipe:{product}");
        var exchange = road.Tenant.State.Exchange.Current;
        var request = Request(road, product, kind) with { TenantWide = tenantWide };
        var installer = new AppInstaller(road.Admin, request);

        var steps = await road.RunAsync(installer);

        Assert.Equal(MailAppStepStatus.Failed, steps[0].Status);
        Assert.Contains(clientId, steps[0].Detail, StringComparison.Ordinal);
        Assert.Equal("ForeignApp", Assert.IsType<InvalidRequestException>(installer.Stopped).Id);
        Assert.All(steps.Skip(1), s => Assert.Equal((MailAppStepStatus.Skipped, "Skipped because the Register step failed."), (s.Status, s.Detail)));
        Assert.Empty(road.Admin.Journal.Read());
        Assert.Same(exchange, road.Tenant.State.Exchange.Current);
        var app = (await new AppDirectory(road.Admin).GetAsync(clientId, Token))!;
        Assert.Empty(app.GrantedPermission);
        foreach (var protocol in new[] { MailProtocol.Graph, MailProtocol.Imap })
        {
            var store = MailboxAccess.Open(MailboxConnections.As(app, road.Person, protocol, road.Admin, Core.Base.Secret.Close(secret)));
            await using (store.ConfigureAwait(false))
            {
                await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FindFolderAsync("Inbox", Token));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public async Task By_its_id_it_is_used_and_the_second_run_changes_nothing(string product, MailAppRecipeKind kind, bool tenantWide)
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var (clientId, secret) = road.Tenant.AddOthersApp(product);
        var request = Request(road, product, kind) with { TenantWide = tenantWide, App = clientId, HeldSecret = Core.Base.Secret.Close(secret) };
        var refused = await road.InstallAsync(request);
        Assert.Equal(["Failed", "Skipped"], refused.Select(s => $"{s.Status}").Distinct());
        Assert.Contains("other users control it", refused[0].Detail, StringComparison.Ordinal);
        // The admin knows the maker: the secret stays, and it is the one in use.
        await Apps.AppAdoptionTests.AdoptAsync(road.Admin, clientId, "of its owner");
        var steps = await road.InstallAsync(request);
        Assert.Empty(steps.Where(s => s.Status is MailAppStepStatus.Failed or MailAppStepStatus.Skipped or MailAppStepStatus.Pending).Select(s => $"{s}: {s.Detail}"));
        Assert.Equal(clientId, steps[^1].App!.ClientId);
        Assert.Empty((await road.InstallAsync(request)).Where(s => s.Status != MailAppStepStatus.Unchanged).Select(s => $"{s}: {s.Detail}"));
    }

    [Fact]
    public async Task Two_apps_of_that_name_stop_everything_too()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        road.Tenant.AddOthersApp("LogicalDOC");
        road.Tenant.AddOthersApp("LogicalDOC", road.Person);
        var installer = new AppInstaller(road.Admin, road.Request("LogicalDOC"));
        var steps = await road.RunAsync(installer);
        Assert.Equal("AmbiguousApp", Assert.IsType<InvalidRequestException>(installer.Stopped).Id);
        Assert.Equal(["Failed", "Skipped"], steps.Select(s => $"{s.Status}").Distinct());
        Assert.Empty(road.Admin.Journal.Read());
    }

    [Fact]
    public async Task Who_leaves_the_step_Register_out_gives_it_nothing_either()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        road.Tenant.AddOthersApp("LogicalDOC");
        var installer = new AppInstaller(road.Admin, road.Request("LogicalDOC"));
        foreach (var planned in installer.Plan.Where(p => p.Step is "Credential" or "Consent" or "Access" or "ProductSettings"))
        {
            var step = await installer.RunAsync(planned, Token);
            Assert.Contains(step.Status, (MailAppStepStatus[])[MailAppStepStatus.Failed, MailAppStepStatus.Skipped]);
            Assert.Null(step.App);
        }

        Assert.Empty(road.Admin.Journal.Read());
    }

    [Theory]
    [InlineData("Jim2", MailAppRecipeKind.AppOnly)]
    [InlineData("LogicalDOC", MailAppRecipeKind.AppOnly)]
    [InlineData("SysAid", MailAppRecipeKind.AppOnly)]
    [InlineData("Ultimo", MailAppRecipeKind.Delegated)]
    public async Task A_run_that_died_when_the_app_was_registered_goes_on_with_it(string product, MailAppRecipeKind kind)
    {
        using var road = await EndToEnd.StartAsync();
        var request = Request(product, kind, road.Tenant.Mailboxes[1].Address);
        using (var killed = await KilledSession.StartAsync(
            road, said => said.StartsWith("POST", StringComparison.Ordinal) && said.Contains("/applications ", StringComparison.Ordinal), isSent: true))
        {
            var installer = new AppInstaller(killed.Session, request);
            var died = await installer.RunAsync(installer.Plan[0], Token);
            Assert.Equal(MailAppStepStatus.Failed, died.Status);
        }

        Assert.DoesNotContain(road.Admin.Journal.Read(), c => c.Action == "New app");
        var steps = new List<MailAppStep>();
        var again = new AppInstaller(road.Admin, request);
        foreach (var planned in again.Plan)
        {
            steps.Add(await again.RunAsync(planned, Token));
        }

        Assert.DoesNotContain(steps, s => s.Status is MailAppStepStatus.Failed or MailAppStepStatus.Skipped);
        Assert.Equal(1, await new AppDirectory(road.Admin).FindAsync(product, Token).CountAsync(Token));
        Assert.Equal(steps[0].App!.ClientId, road.Admin.Journal.Read().Single(c => c.Action == "New app").ClientId);
    }

    [Fact]
    public async Task A_tag_alone_does_not_assign_an_app_to_a_recipe_that_is_repaired()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var foreign = (await new AppDirectory(road.Admin).GetAsync(road.Tenant.AddOthersApp("Scanner", null, "MailAdmin.Recipe:LogicalDOC").ClientId, Token))!;
        Assert.Equal("LogicalDOC", foreign.Recipe);
        var recipe = RecipeFiles.Get("LogicalDOC");
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => RecipeDrift.RequireOwnAsync(road.Admin, foreign, recipe, isNamedById: false, Token));
        Assert.Equal("ForeignApp", e.Id);
        var named = await Assert.ThrowsAsync<InvalidRequestException>(() => RecipeDrift.RequireOwnAsync(road.Admin, foreign, recipe, isNamedById: true, Token));
        Assert.Equal("AdoptionRequired", named.Id);
        Assert.Contains("-Recipe LogicalDOC", e.Advice, StringComparison.Ordinal);

        await RecipeDrift.RequireOwnAsync(road.Admin, (await road.InstallAsync(road.Request("LogicalDOC")))[0].App!, recipe, isNamedById: false, Token);
        var vendors = await road.InstallAsync(road.Request("JEMHC", road.Person));
        await RecipeDrift.RequireOwnAsync(road.Admin, vendors[^1].App!, RecipeFiles.Get("JEMHC"), isNamedById: false, Token);
    }

    [Fact]
    public async Task The_vendor_s_app_that_can_t_be_made_stops_the_rest()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var vendor = RecipeFiles.Get("JEMHC").VendorApp!;
        var request = road.Request("JEMHC", road.Person);
        var broken = request with { Recipe = request.Recipe with { VendorApp = vendor with { ClientId = "no-guid" } } };
        var installer = new AppInstaller(road.Admin, broken);
        var steps = await road.RunAsync(installer);
        Assert.Equal(MailAppStepStatus.Failed, steps.Single(s => s.Step == "ServicePrincipal").Status);
        Assert.All(steps.SkipWhile(s => s.Step != "ServicePrincipal").Skip(1), s => Assert.Equal("Skipped because the ServicePrincipal step failed.", s.Detail));
        Assert.NotNull(installer.Stopped);
    }

    private static InstallRequest Request(InstallEndToEnd road, string product, MailAppRecipeKind kind) =>
        Request(product, kind, road.Person);

    private static InstallRequest Request(string product, MailAppRecipeKind kind, string mailbox) => new()
    {
        Recipe = RecipeFiles.Get(product), Kind = kind, Name = product, Mailboxes = [mailbox], TimeZone = "Europe/Berlin", Customer = "contoso",
    };
}
