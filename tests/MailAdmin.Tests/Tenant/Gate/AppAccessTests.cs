using MailAdmin.Tenant.State;
using MailAdmin.Tests.Tenant.ExchangeAdmin;

namespace MailAdmin.Tests.Tenant.Gate;

/// <summary>Who gets into which mailbox, and from when on.</summary>
public sealed class AppAccessTests
{
    private const string Denied = "Access is denied. Check credentials and try again.";
    private const string Policy = "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.";

    [Fact]
    public async Task An_assigned_role_opens_its_scope_to_a_token_without_roles()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync();
        var token = await world.Client.TokenAsync(app.AppId, app.Secret);
        Assert.DoesNotContain("roles", MailAdmin.Tenant.Gate.Jwt.Read(token)!.Claims.Select(c => c.Key));
        Assert.Equal((403, Denied), await world.ReadAsync(token, world.Mailbox(0)));

        await world.RegisterAsync(app);
        await world.AssignAsync(app, "Application Mail.Read", $"PrimarySmtpAddress -eq '{world.Mailbox(0)}' -or PrimarySmtpAddress -eq '{world.Mailbox(1)}'");
        Assert.Equal((200, null), await world.ReadAsync(token, world.Mailbox(0)));
        Assert.Equal((200, null), await world.ReadAsync(token, world.Mailbox(1)));
        Assert.Equal((403, Denied), await world.ReadAsync(token, world.Mailbox(2)));
        // A role to read is no role to write.
        (await world.Client.SendAsync("POST", $"users/{world.Mailbox(0)}/mailFolders", token, """{"displayName":"x"}""")).Refused(403, "ErrorAccessDenied");
    }

    [Fact]
    public async Task What_Entra_grants_and_what_Exchange_assigns_is_added_up()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync("Mail.Read");
        await world.RegisterAsync(app);
        await world.AssignAsync(app, "Application Mail.Read", $"Alias -eq '{world.Mailbox(0).Split('@')[0]}'");
        var token = await world.Client.TokenAsync(app.AppId, app.Secret);
        Assert.Equal((200, null), await world.ReadAsync(token, world.Mailbox(2)));
    }

    [Fact]
    public async Task A_pointer_with_another_object_id_has_no_roles()
    {
        using var world = new AdminWorld(new SandboxOptions { TrustsObjectIds = true });
        var app = await world.Client.RegisterAsync();
        await world.RunAsync("New-ServicePrincipal", $$"""{"AppId":"{{app.AppId}}","ObjectId":"{{app.ObjectId}}"}""");
        await world.RunAsync("New-ManagementRoleAssignment", $$"""{"App":"{{app.AppId}}","Role":"Application Mail.Read"}""");
        Assert.Equal((403, Denied), await world.ReadAsync(await world.Client.TokenAsync(app.AppId, app.Secret), world.Mailbox(0)));
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 403)]
    public async Task Members_of_members_count_for_policies_and_not_for_scopes(bool isScope, int status)
    {
        using var world = new AdminWorld();
        var app = isScope ? await world.Client.RegisterAsync() : await world.Client.RegisterAsync("Mail.Read");
        await world.RegisterAsync(app);
        await world.RunAsync("New-DistributionGroup", $$"""{"Name":"Inner","Type":"Security","Members":["{{world.Mailbox(0)}}"]}""");
        await world.RunAsync("New-DistributionGroup", """{"Name":"Outer","Type":"Security","Members":["Inner"]}""");
        await (isScope
            ? world.RunAsync("New-ManagementRoleAssignment", $$"""{"App":"{{app.AppId}}","Role":"Application Mail.Read","RecipientGroupScope":"Outer"}""")
            : world.RunAsync("New-ApplicationAccessPolicy", $$"""{"AppId":"{{app.AppId}}","AccessRight":"RestrictAccess","PolicyScopeGroupId":"Outer"}"""));
        var token = await world.Client.TokenAsync(app.AppId, app.Secret);
        Assert.Equal(status, (await world.ReadAsync(token, world.Mailbox(0))).Status);
        if (isScope)
        {
            await world.RunAsync("Add-DistributionGroupMember", $$"""{"Identity":"Outer","Member":"{{world.Mailbox(0)}}"}""");
            Assert.Equal(200, (await world.ReadAsync(token, world.Mailbox(0))).Status);
        }

        Assert.Equal(403, (await world.ReadAsync(token, world.Mailbox(1))).Status);
    }

    [Theory]
    [InlineData("RestrictAccess", 200, 403)]
    [InlineData("DenyAccess", 403, 200)]
    public async Task A_policy_keeps_a_granted_app_out_in_its_own_words(string right, int member, int other)
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync("Mail.Read");
        await world.RunAsync("New-DistributionGroup", $$"""{"Name":"Group","Type":"Security","Members":["{{world.Mailbox(0)}}"]}""");
        await world.RunAsync("New-ApplicationAccessPolicy", $$"""{"AppId":"{{app.AppId}}","AccessRight":"{{right}}","PolicyScopeGroupId":"Group"}""");
        var token = await world.Client.TokenAsync(app.AppId, app.Secret);
        Assert.Equal((member, member == 200 ? null : Policy), await world.ReadAsync(token, world.Mailbox(0)));
        Assert.Equal((other, other == 200 ? null : Policy), await world.ReadAsync(token, world.Mailbox(1)));
    }

    [Fact]
    public async Task An_administrative_unit_is_a_scope()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync();
        await world.RegisterAsync(app);
        var unit = world.Tenant.AddAdministrativeUnit("Finance", world.Mailbox(1));
        await world.RunAsync("New-ManagementRoleAssignment", $$"""{"App":"{{app.AppId}}","Role":"Application Mail.Read","RecipientAdministrativeUnitScope":"{{unit}}"}""");
        var token = await world.Client.TokenAsync(app.AppId, app.Secret);
        Assert.Equal((403, 200), ((await world.ReadAsync(token, world.Mailbox(0))).Status, (await world.ReadAsync(token, world.Mailbox(1))).Status));
    }

    /// <summary>https://learn.microsoft.com/exchange/permissions-exo/application-rbac#limitations: 30 minutes for an idle app, 2 hours for a busy one.</summary>
    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 120)]
    public async Task Exchange_remembers_the_roles_of_an_app(bool isBusy, int minutes)
    {
        using var world = new AdminWorld(new SandboxOptions { Propagation = Propagation.Realistic });
        var app = world.OldApp;
        await world.RegisterAsync(app);
        await world.AssignAsync(app, "Application Mail.Read", "Alias -eq 'alice'");
        await world.Client.SendAsync("GET", $"users/{world.Mailbox(0)}/messages", Token());
        world.Tenant.Clock.Advance(TimeSpan.FromSeconds(40));

        var passed = 0;
        while ((await AnswerAsync()).Status == 403)
        {
            passed += isBusy ? 10 : minutes;
            world.Tenant.Clock.Advance(TimeSpan.FromMinutes(isBusy ? 10 : minutes));
            Assert.True(passed <= 150);
        }

        Assert.Equal(minutes, passed);

        Task<(int Status, string? Message)> AnswerAsync() => world.ReadAsync(Token(), world.Mailbox(1));

        string Token() => world.Client.Mint([], claims => (claims["appid"], claims["oid"]) = (app.AppId, app.PrincipalId));
    }

    [Theory]
    [InlineData("Alias -eq 'alice'", true)]
    [InlineData("alias -EQ 'ALICE'", true)]
    [InlineData("Alias -ne 'alice'", false)]
    [InlineData("PrimarySmtpAddress -like 'ali*'", true)]
    [InlineData("PrimarySmtpAddress -notlike 'ali*'", false)]
    [InlineData("(Alias -eq 'bob') -or (RecipientTypeDetails -eq 'UserMailbox' -and -not (Alias -eq 'bob'))", true)]
    [InlineData("EmailAddresses -eq 'smtp:alice.johnson@contoso.onmicrosoft.com'", true)]
    [InlineData("DisplayName -eq 'Alice O''Hara'", false)]
    [InlineData("MemberOfGroup -eq 'CN=nobody'", false)]
    public async Task A_filter_is_read_as_OPATH(string filter, bool matches)
    {
        using var world = new AdminWorld();
        var found = await world.RunAsync("Get-Mailbox", new System.Text.Json.Nodes.JsonObject { ["Filter"] = filter }.ToJsonString());
        Assert.Equal(matches, found.Any(m => (string)m["Alias"]! == "alice"));
    }

    [Theory]
    [InlineData("Alias")]
    [InlineData("Alias -eq")]
    [InlineData("(Alias -eq 'a'")]
    [InlineData("Alias -eq 'a' 'b'")]
    [InlineData("Alias -is 'a'")]
    [InlineData("Alias -eq 'a")]
    [InlineData("MemberOfGroup -like 'a'")]
    public async Task A_filter_that_is_none_is_refused(string filter)
    {
        using var world = new AdminWorld();
        Assert.Equal(400, (await world.InvokeAsync("Get-Mailbox", new System.Text.Json.Nodes.JsonObject { ["Filter"] = filter }.ToJsonString())).Status);
    }
}
