using System.Text.Json.Nodes;
using MailAdmin.Tenant.ExchangeAdmin;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Tenant.ExchangeAdmin;

/// <summary>The Exchange admin endpoint: shapes, pages, refusals.</summary>
public sealed class AdminServiceTests
{
    [Fact]
    public async Task Every_cmdlet_answers_as_the_published_source_reads_it()
    {
        using var world = new AdminWorld(new SandboxOptions { IsDehydrated = true });
        var app = await world.Client.RegisterAsync();
        world.Tenant.State.Mailboxes.All[0].Rules.Add(new InboxRule("Move To Junk") { MoveToFolder = "Robots" });
        foreach (var example in AdminExamples.All)
        {
            var reply = await world.InvokeAsync(example.Cmdlet, await FillAsync(world, app, example.Parameters));
            Assert.True(reply.Status == 200, $"{example.Cmdlet} of {example.Source}: {reply.Status} {reply.Json.ToJsonString()}");
            var objects = reply.Value.Select(v => v!.AsObject()).ToArray();
            if (example.Answer is null)
            {
                Assert.Empty(objects);
                continue;
            }

            var expected = JsonNode.Parse(await FillAsync(world, app, example.Answer))!.AsObject();
            Assert.True(Array.Exists(objects, o => expected.All(p => o.ContainsKey(p.Key) && JsonNode.DeepEquals(p.Value, o[p.Key]))),
                $"{example.Cmdlet} of {example.Source}: {reply.Json.ToJsonString()}");
        }
    }

    [Fact]
    public void Every_cmdlet_has_a_published_example() =>
        Assert.Equal(AdminCommands.All.Keys.Order(StringComparer.Ordinal), AdminExamples.All.Select(e => e.Cmdlet).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_long_result_comes_in_pages_and_the_same_body_is_posted_again()
    {
        using var world = new AdminWorld();
        var seen = new List<string>();
        var query = "?$select=PrimarySmtpAddress";
        var pages = 0;
        while (query is not null)
        {
            var reply = (await world.InvokeAsync("Get-Mailbox", "{}", query, ("Prefer", "odata.maxpagesize=3"))).Ok();
            seen.AddRange(reply["value"]!.AsArray().Select(v => (string)v!["PrimarySmtpAddress"]!));
            Assert.All(reply["value"]!.AsArray(), v => Assert.Single(v!.AsObject()));
            query = reply["@odata.nextLink"] is { } link ? new Uri((string)link!).Query : null;
            pages++;
        }

        Assert.Equal(2, pages);
        Assert.Equal(world.Tenant.Mailboxes.Select(m => m.Address), seen);
    }

    [Theory]
    [InlineData("Get-Mailbox", """{"Identity":"nobody"}""", 404, "ManagementObjectNotFoundException")]
    [InlineData("Get-Mailbox", """{"Idntity":"x"}""", 400, "ParameterBindingException")]
    [InlineData("Get-Nothing", "{}", 400, "CommandNotFoundException")]
    [InlineData("New-ManagementScope", """{"Name":"x"}""", 400, "ParameterBindingException")]
    [InlineData("New-ManagementScope", """{"Name":"x","RecipientRestrictionFilter":"Shoe -eq 'size'"}""", 400, "ParameterBindingException")]
    [InlineData("New-ManagementScope", """{"Name":"123456789012345678901234567890123456789012345678901234567890123456","RecipientRestrictionFilter":"Alias -eq 'a'"}""", 400, "ParameterBindingException")]
    [InlineData("New-ManagementRoleAssignment", """{"App":"nobody","Role":"Application Mail.Read"}""", 404, "ManagementObjectNotFoundException")]
    [InlineData("New-ServicePrincipal", """{"AppId":"aaaaaaaa-0000-0000-0000-000000000000","ObjectId":"bbbbbbbb-0000-0000-0000-000000000000"}""", 400, "TaskInvalidOperationException")]
    [InlineData("New-DistributionGroup", """{"Name":"invoices"}""", 400, "ADObjectAlreadyExistsException")]
    [InlineData("New-ApplicationAccessPolicy", """{"AppId":"x","AccessRight":"RestrictAccess","PolicyScopeGroupId":"invoices"}""", 400, "TaskInvalidOperationException")]
    [InlineData("Set-MailboxRegionalConfiguration", """{"Identity":"alice","TimeZone":"Europe/Berlin"}""", 400, "TaskInvalidOperationException")]
    [InlineData("Set-Mailbox", """{"Identity":"alice","RetainDeletedItemsFor":"31.00:00:00"}""", 400, "TaskInvalidOperationException")]
    [InlineData("Enable-OrganizationCustomization", "{}", 400, "TaskInvalidOperationException")]
    public async Task A_refusal_has_code_type_and_text_between_bars(string cmdlet, string parameters, int status, string type)
    {
        using var world = new AdminWorld();
        var reply = await world.InvokeAsync(cmdlet, parameters);
        Assert.Equal(status, reply.Status);
        var parts = ((string)reply.Json["error"]!["details"]![0]!["message"]!).Split('|', 3);
        Assert.StartsWith("Ex", parts[0], StringComparison.Ordinal);
        Assert.EndsWith("." + type, parts[1], StringComparison.Ordinal);
        Assert.Equal((string?)reply.Json["error"]!["innererror"]!["internalexception"]!["message"], parts[2]);
        Assert.Equal(type, reply.Headers["X-ExceptionType"]);
    }

    [Fact]
    public async Task An_organization_that_was_never_customized_takes_no_scope_and_no_assignment()
    {
        using var world = new AdminWorld(new SandboxOptions { IsDehydrated = true });
        var refused = await world.InvokeAsync("New-ManagementScope", """{"Name":"x","RecipientRestrictionFilter":"Alias -eq 'a'"}""");
        Assert.Equal("InvalidOperationInDehydratedContextException", refused.Headers["X-ExceptionType"]);
        await world.RunAsync("Enable-OrganizationCustomization", "{}");
        await world.RunAsync("New-ManagementScope", """{"Name":"x","RecipientRestrictionFilter":"Alias -eq 'a'"}""");
    }

    [Fact]
    public async Task The_role_groups_of_the_caller_decide_what_it_may_run()
    {
        using var world = new AdminWorld();
        var admin = world.Tenant.AdminApp.ClientId;
        world.Tenant.SetExchangeRoleGroups(admin, "View-Only Organization Management");
        await world.RunAsync("Get-Mailbox", "{}");
        var silent = await world.InvokeAsync("Add-MailboxPermission", "{}");
        Assert.Equal((403, 0), (silent.Status, silent.Bytes.Length));
        var exported = await world.Client.SendAsync("GET", $"{world.Host}/adminapi/v1.0/{world.Tenant.TenantId}/EXOModuleFile?Version=3.9.2", await world.AdminAsync(), null, ("CommandName", "*"));
        var commands = ((string)exported.Ok()["value"]![0]!["exportedCmdlets"]!).Split(',');
        Assert.Contains("Get-MailboxPermission", commands);
        Assert.DoesNotContain("Add-MailboxPermission", commands);

        world.Tenant.SetExchangeRoleGroups(admin);
        var refused = await world.InvokeAsync("Get-Mailbox", "{}");
        Assert.Equal(403, refused.Status);
        Assert.Contains("isn't supported in this scenario", (string)refused.Json["error"]!["details"]![0]!["message"]!, StringComparison.Ordinal);
        Assert.Equal("UnknownRoleGroup", Assert.Throws<InvalidRequestException>(() => world.Tenant.SetExchangeRoleGroups(admin, "Boss")).Id);
    }

    [Fact]
    public async Task A_token_for_Graph_or_without_Exchange_ManageAsApp_is_nothing_here()
    {
        using var world = new AdminWorld();
        string uri = $"{world.Host}/adminapi/beta/{world.Tenant.TenantId}/InvokeCommand", body = """{"CmdletInput":{"CmdletName":"Get-Mailbox","Parameters":{}}}""";
        var app = await world.Client.RegisterAsync("Mail.Read");
        Assert.Equal(401, (await world.Client.SendAsync("POST", uri, null, body)).Status);
        Assert.Equal(401, (await world.Client.SendAsync("POST", uri, await world.Client.AdminTokenAsync(), body)).Status);
        Assert.Equal(401, (await world.Client.SendAsync("POST", uri, await world.TokenAsync(app.AppId, app.Secret), body)).Status);
        Assert.Equal(404, (await world.Client.SendAsync("GET", uri, await world.AdminAsync())).Status);
    }

    [Fact]
    public async Task An_identity_that_means_nobody_gives_every_service_principal()
    {
        using var world = new AdminWorld();
        await world.RegisterAsync(await world.Client.RegisterAsync());
        await world.RegisterAsync(await world.Client.RegisterAsync());
        Assert.Equal(2, (await world.RunAsync("Get-ServicePrincipal", """{"Identity":"nobody"}""")).Length);
        Assert.Equal(2, (await world.RunAsync("Get-ServicePrincipal", """{"Identity":null}""")).Length);
    }

    [Fact]
    public async Task A_scope_in_use_stays_and_a_right_twice_is_a_warning()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync();
        await world.RegisterAsync(app);
        await world.AssignAsync(app, "Application Mail.Read", "Alias -eq 'alice'");
        Assert.Equal(400, (await world.InvokeAsync("Remove-ManagementScope", $$"""{"Identity":"{{app.AppId[..8]}} Application Mail.Read"}""")).Status);
        var add = $$"""{"Identity":"alice","User":"{{app.AppId}}","AccessRights":["FullAccess"]}""";
        Assert.False((await world.InvokeAsync("Add-MailboxPermission", add)).Ok().ContainsKey("@adminapi.warnings"));
        Assert.StartsWith("The appropriate access control entry is already present", (string)(await world.InvokeAsync("Add-MailboxPermission", add)).Ok()["@adminapi.warnings"]![0]!);
    }

    [Fact]
    public async Task The_rights_of_a_removed_service_principal_are_nobody_s()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync();
        await world.RegisterAsync(app);
        await world.RunAsync("Add-MailboxPermission", $$"""{"Identity":"alice","User":"{{app.AppId}}","AccessRights":["FullAccess"]}""");
        await world.RunAsync("Remove-ServicePrincipal", $$"""{"Identity":"{{app.AppId}}","Confirm":false}""");
        await world.RegisterAsync(app);
        var users = (await world.RunAsync("Get-MailboxPermission", """{"Identity":"alice"}""")).Select(p => (string)p["User"]!).ToArray();
        Assert.Equal(@"NT AUTHORITY\SELF", users[0]);
        Assert.StartsWith("S-1-5-21-", users[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_written_can_be_read_a_while_later_in_a_realistic_tenant()
    {
        using var world = new AdminWorld(new SandboxOptions { Propagation = Propagation.Realistic });
        await world.RegisterAsync(world.OldApp);
        Assert.Empty(await world.RunAsync("Get-ServicePrincipal", "{}"));
        world.Tenant.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Single(await world.RunAsync("Get-ServicePrincipal", "{}"));
    }

    private static async Task<string> FillAsync(AdminWorld world, RegisteredApp app, string text)
    {
        if (text.Contains("{assignment}", StringComparison.Ordinal))
        {
            text = text.Replace("{assignment}", (string)(await world.RunAsync("Get-ManagementRoleAssignment", "{}"))[0]["Name"]!, StringComparison.Ordinal);
        }

        if (text.Contains("{policy}", StringComparison.Ordinal))
        {
            text = text.Replace("{policy}", ((string)(await world.RunAsync("Get-ApplicationAccessPolicy", "{}"))[0]["Identity"]!).Replace("\\", "\\\\", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        if (text.Contains("{unit}", StringComparison.Ordinal))
        {
            var unit = world.Tenant.State.Exchange.Current.Groups.FirstOrDefault(g => g.Name == "Unit")?.Id ?? world.Tenant.AddAdministrativeUnit("Unit", world.Mailbox(0));
            text = text.Replace("{unit}", unit, StringComparison.Ordinal);
        }

        return text.Replace("{app}", app.AppId, StringComparison.Ordinal).Replace("{principal}", app.PrincipalId, StringComparison.Ordinal)
            .Replace("{mailbox}", world.Mailbox(0), StringComparison.Ordinal);
    }
}
