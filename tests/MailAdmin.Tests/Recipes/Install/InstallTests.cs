using System.Text;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.Service;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>Each product from an empty tenant that takes its time, to fetched mail; and the same again, which changes nothing.</summary>
public sealed class InstallTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Products => new()
    {
        { "Jim2", false }, { "Jim2", true }, { "Jim2Outgoing", false }, { "LogicalDOC", false }, { "LogicalDOC", true }, { "SysAid", false }, { "SysAid", true }, { "Ultimo", false },
    };

    [Theory]
    [MemberData(nameof(Products))]
    public async Task From_an_empty_tenant_to_fetched_mail_and_then_nothing_changes(string product, bool useVendorPermissions)
    {
        using var road = await InstallEndToEnd.StartAsync();
        var request = road.Request(product, road.Shared) with { UseVendorPermissions = useVendorPermissions, TimeZone = "Europe/Berlin", Customer = "contoso" };

        var first = await road.InstallAsync(request);
        Assert.Empty(first.Where(s => s.Status is MailAppStepStatus.Failed or MailAppStepStatus.Skipped).Select(s => $"{s}: {s.Detail}"));
        Assert.Equal(MailAppStepStatus.Done, first.Single(s => s.Step == "Register").Status);
        if (Array.Find(first, s => s.Status == MailAppStepStatus.Pending && s.RunAgainAfter is not null)?.RunAgainAfter is { } due)
        {
            Assert.InRange(due - road.Clock.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromHours(2));
            road.Clock.Advance(due - road.Clock.GetUtcNow());
        }

        await road.InstallAsync(request);
        road.Clock.Advance(TimeSpan.FromHours(4));
        var second = await road.InstallAsync(request);
        Assert.Empty(second.Where(s => s.Status is not (MailAppStepStatus.Done or MailAppStepStatus.Unchanged)).Select(s => $"{s}: {s.Detail}"));
        var (test, outOfScope) = (second.Single(s => s.Step == "Test"), second.Single(s => s.Step == "OutOfScopeTest"));
        Assert.Contains(test.Checks, c => c is { Name: "Mailbox", Status: CheckStatus.Passed });
        // Sending is tried where it was granted, and nothing goes out by that.
        Assert.Equal(
            request.Permissions.Any(p => p.ToString() == "Graph/Mail.Send") && request.Recipe.Protocol == MailProtocol.Graph,
            test.Checks.Any(c => c is { Name: "Send", Status: CheckStatus.Passed }));
        Assert.Empty(road.Tenant.GetMessages(road.Shared, "Sent Items"));
        Assert.Equal(
            ["Graph as configured", "IMAP as configured", "EWS as configured", "Graph tried", "IMAP tried"],
            outOfScope.Checks.Where(c => c.Status == CheckStatus.Passed).Select(c => c.Name));

        var journal = road.Admin.Journal.Read().Count;
        var third = await road.InstallAsync(request);
        Assert.Empty(third.Where(s => s.Status != MailAppStepStatus.Unchanged).Select(s => $"{s}: {s.Detail}"));
        Assert.Equal(journal, road.Admin.Journal.Read().Count);
        Assert.Single(await CredentialsAsync(road, third[0].App!));

        await FetchWithTheSettingsAloneAsync(road, third[^1].ProductSettings.Single(), third[0].App!);
    }

    [Fact]
    public async Task What_an_earlier_run_finished_for_a_mailbox_is_not_done_or_tested_again()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var request = road.Request("LogicalDOC", road.Person, road.Shared);
        var first = await road.InstallAsync(request);
        Assert.Empty(first.Where(s => s.Status is not (MailAppStepStatus.Done or MailAppStepStatus.Unchanged)).Select(s => $"{s}: {s.Detail}"));
        MailAppStep[] open = [.. first.Select(s => s.Target == road.Person ? s with { Status = MailAppStepStatus.Failed } : s)];

        var again = await road.RunAsync(new AppInstaller(road.Admin, request) { Previous = open });

        var tests = again.Where(s => s.Step == "Test").ToDictionary(s => s.Target);
        Assert.NotEmpty(tests[road.Person].Checks);
        Assert.Empty(tests[road.Shared].Checks);
        Assert.Equal((MailAppStepStatus.Unchanged, "Completed by an earlier run."), (tests[road.Shared].Status, tests[road.Shared].Detail));
        Assert.Equal(2, again[^1].ProductSettings.Length);
    }

    [Fact]
    public async Task Without_propagation_one_run_is_enough()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var steps = await road.InstallAsync(road.Request("LogicalDOC"));
        Assert.Equal(
            ["Register Done", "Credential Done", "Excess Unchanged", "Consent Done", "Access Done", "Mailbox Unchanged", "Test Done", "OutOfScopeTest Done", "ProductSettings Done"],
            steps.Select(s => $"{s.Step} {s.Status}"));
        Assert.Equal(Enumerable.Range(1, steps.Length), steps.Select(s => s.Number));
    }

    [Fact]
    public async Task Another_session_without_the_secret_says_so_and_makes_none()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        var made = await road.InstallAsync(road.Request("Jim2"));
        using var other = await EndToEnd.SignInAsync(road.Tenant);
        var again = await road.InstallAsync(road.Request("Jim2"), other);
        Assert.Equal(MailAppStepStatus.Skipped, again.Single(s => s.Step == "Test").Status);
        Assert.Contains("a second secret isn't created", again.Single(s => s.Step == "Test").Detail, StringComparison.Ordinal);
        Assert.Single(await CredentialsAsync(road, made[0].App!));
        var held = await road.InstallAsync(road.Request("Jim2") with { HeldSecret = made[^1].App!.ClientSecret }, other);
        Assert.Equal(MailAppStepStatus.Unchanged, held.Single(s => s.Step == "Test").Status);
    }

    [Fact]
    public async Task A_second_mailbox_joins_the_first()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        await road.InstallAsync(road.Request("SysAid", road.Person));
        var both = await road.InstallAsync(road.Request("SysAid", road.Outside));
        Assert.Contains(road.Person, both.Single(s => s.Step == "Restrict").Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(both, s => s.Status == MailAppStepStatus.Failed);
    }

    [Fact]
    public async Task A_mailbox_that_is_not_there_leaves_nothing_behind()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        Assert.Equal("UnknownMailbox", (await Assert.ThrowsAsync<InvalidRequestException>(() => road.InstallAsync(road.Request("Jim2", "nobody@example.com")))).Id);
        Assert.Empty(road.Admin.Journal.Read());
    }

    [Fact]
    public async Task Two_admins_apply_one_plan_in_either_order_to_the_same_end()
    {
        using var folder = new TempFolder();
        foreach (var product in new[] { "LogicalDOC", "SysAid" })
        {
            var (left, right) = (await ApplyAsync(folder.Path, product, entraFirst: true), await ApplyAsync(folder.Path, product, entraFirst: false));
            Assert.Equal(left, right);
            Assert.Contains(product == "LogicalDOC" ? "MailboxPermission FullAccess" : "RoleAssignment Application Mail.ReadWrite", left, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_plan_is_the_same_each_time_and_another_one_than_the_recipes_is_refused()
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        using var folder = new TempFolder();
        var request = road.Request("Ultimo") with { Customer = "contoso", HeldSecret = Secret.Close("held-secret") };
        var (one, two) = (Path.Combine(folder.Path, "1.json"), Path.Combine(folder.Path, "2.json"));
        InstallPlan.Write(request, road.Admin.Cloud, one);
        InstallPlan.Write(request, road.Admin.Cloud, two);
        var text = File.ReadAllText(one);
        Assert.Equal(text, File.ReadAllText(two));
        Assert.DoesNotContain("held-secret", text, StringComparison.Ordinal);
        Assert.Contains("\"needs\": \"Organization Management (Exchange Administrator)\"", text, StringComparison.Ordinal);
        var read = InstallPlan.Read(one, RecipeFiles.Library, road.Admin.Cloud);
        Assert.Equal(("Ultimo", "contoso"), (read.Recipe.Name, read.Customer));

        File.WriteAllText(one, text.Replace("for alice", "for bob", StringComparison.Ordinal));
        Assert.Equal("PlanOutdated", Assert.Throws<InvalidRequestException>(() => InstallPlan.Read(one, RecipeFiles.Library, road.Admin.Cloud)).Id);
        File.WriteAllText(one, text.Replace("\"recipe\"", "\"recpe\"", StringComparison.Ordinal));
        Assert.Equal("PlanInvalid", Assert.Throws<InvalidRequestException>(() => InstallPlan.Read(one, RecipeFiles.Library, road.Admin.Cloud)).Id);
    }

    /// <summary>Applies a plan as two people; what comes out is everything that the tenant then has of the app.</summary>
    private static async Task<string> ApplyAsync(string folder, string product, bool entraFirst)
    {
        using var road = await InstallEndToEnd.StartAsync(Propagation.None);
        using var entra = await road.AdminAsync("Entra admin", ["Graph/Application.ReadWrite.All", "Graph/AppRoleAssignment.ReadWrite.All", "Graph/DelegatedPermissionGrant.ReadWrite.All", "Graph/Directory.Read.All"]);
        using var exchange = await road.AdminAsync("Exchange admin", ["Exchange/Exchange.ManageAsApp", "Graph/Directory.Read.All"], "Organization Management");
        var plan = Path.Combine(folder, $"{product}.json");
        InstallPlan.Write(road.Request(product, road.Shared) with { TimeZone = "Europe/Berlin" }, road.Admin.Cloud, plan);
        Session[] order = entraFirst ? [entra, exchange, entra] : [exchange, entra, exchange, entra];
        var rounds = new List<MailAppStep[]>();
        foreach (var session in order)
        {
            rounds.Add(await road.InstallAsync(InstallPlan.Read(plan, RecipeFiles.Library, session.Cloud), session));
        }

        Assert.DoesNotContain(rounds.SelectMany(r => r), s => s.Status == MailAppStepStatus.Failed);
        var exchangeStep = product == "LogicalDOC" ? "Access" : "Restrict";
        var first = rounds[0];
        Assert.Contains("Requires ", first.Single(s => s.Step == (entraFirst ? exchangeStep : "Register")).Detail, StringComparison.Ordinal);
        Assert.NotEqual(MailAppStepStatus.Pending, first.Single(s => s.Step == (entraFirst ? "Register" : "Mailbox")).Status);
        Assert.Contains(rounds[^1].Single(s => s.Step == "Test").Status, new[] { MailAppStepStatus.Done, MailAppStepStatus.Unchanged });

        var app = rounds[^1][0].App!;
        var state = new StringBuilder();
        state.AppendJoin('\n', app.GrantedPermission.Concat(app.RequestedPermission).Select(p => $"{p} {p.Kind}").Order(StringComparer.Ordinal)).Append('\n');
        state.Append($"secrets {(await CredentialsAsync(road, app)).Count}\n");
        var configuration = road.Tenant.State.Exchange.Current;
        state.AppendJoin('\n', configuration.Assignments.Select(a => $"RoleAssignment {a.Role} {a.Kind}").Order(StringComparer.Ordinal)).Append('\n');
        state.Append($"MailboxPermission {string.Join(",", configuration.Permissions.Select(p => p.Right))}, scopes {configuration.Scopes.Length}, principals {configuration.Principals.Count(p => p.AppId == app.ClientId)}\n");
        var settings = await new Core.Access.MailboxSettings(road.Admin).GetAsync(road.Shared, Token);
        return state.Append($"{settings.TimeZone} {settings.ImapEnabled}").ToString();
    }

    private static async Task<IReadOnlyList<MailAppCredential>> CredentialsAsync(InstallEndToEnd road, MailAppRegistration app)
    {
        var all = new List<MailAppCredential>();
        await foreach (var credential in new AppCredentials(road.Admin).ListAsync(app, Token))
        {
            all.Add(credential);
        }

        return all;
    }

    /// <summary>Fetches a message with nothing but the product settings and the secret.</summary>
    private static async Task FetchWithTheSettingsAloneAsync(InstallEndToEnd road, MailAppProductSetting setting, MailAppRegistration app)
    {
        var secret = app.ClientSecret ?? AppSecrets.Held(road.Admin, app)!;
        string Field(params string[] names) => setting.Field.First(f => names.Contains(f.Name)).Value;
        var tenant = Field("Tenant", "Tenant ID", "Tenant id", "Access token URL");
        if (tenant.StartsWith("https://", StringComparison.Ordinal))
        {
            tenant = new Uri(tenant).Segments[1].TrimEnd('/');
        }

        var recipe = RecipeFiles.Get(setting.Recipe);
        var connection = MailboxConnections.With(tenant, Field("Client", "Client ID", "Client id"), Field("Mailbox", "Username", "Email account"), recipe.Protocol, null, road.Admin, secret, null);
        Assert.DoesNotContain(setting.Field, f => f.Value.Contains('{', StringComparison.Ordinal));
        Assert.Equal("********", Assert.Single(setting.Field, f => f.IsSecret).Value);
        await using var store = MailboxAccess.Open(connection);
        var inbox = await road.WaitAsync(store.FindFolderAsync("Inbox", Token));
        var fetched = 0;
        await foreach (var message in store.FetchAsync(inbox!, new MessageQuery(), _ => new MemoryStream(), Token))
        {
            Assert.Null(message.Error);
            Assert.NotEqual(0, message.Content!.Length);
            fetched++;
        }

        Assert.Equal(road.Tenant.GetMessages(road.Shared, "Inbox").Count(), fetched);
        Assert.NotEqual(0, fetched);
    }
}
