namespace MailAdmin.Tests.Tenant.ExchangeAdmin;

/// <summary>Add-RoleGroupMember.md, Get-ManagementRole.md and Get-AcceptedDomain.md of MicrosoftDocs/office-docs-powershell.</summary>
public sealed class RoleGroupTests
{
    [Fact]
    public async Task A_member_of_a_role_group_may_run_what_the_groups_roles_have()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync();
        await world.RegisterAsync(app);
        var exchange = world.Tenant.State.Directory.PrincipalOf(MailAdmin.Tenant.Directory.Resources.ExchangeAppId)!.Id;
        var admin = await world.Client.AdminTokenAsync();
        (await world.Client.SendAsync("POST", $"servicePrincipals/{app.PrincipalId}/appRoleAssignments", admin,
            $$"""{"principalId":"{{app.PrincipalId}}","resourceId":"{{exchange}}","appRoleId":"dc50a0fb-09a3-484d-be87-e023b12c6440"}""")).Ok();
        var token = await world.TokenAsync(app.AppId, app.Secret);
        Assert.Equal(403, (await InvokeAsync(world, token, "Get-Mailbox")).Status);

        await world.RunAsync("Add-RoleGroupMember", $$"""{"Identity":"Recipient Management","Member":"{{app.PrincipalId}}"}""");

        Assert.Equal(200, (await InvokeAsync(world, token, "Get-Mailbox")).Status);
        Assert.Equal(403, (await InvokeAsync(world, token, "Get-ManagementScope")).Status);
        Assert.Equal(app.PrincipalId, (string?)Assert.Single(await world.RunAsync("Get-RoleGroupMember", """{"Identity":"Recipient Management"}"""))["ExternalDirectoryObjectId"]);
        await world.RunAsync("Remove-RoleGroupMember", $$"""{"Identity":"Recipient Management","Member":"{{app.AppId}}","Confirm":false}""");
        Assert.Equal(403, (await InvokeAsync(world, token, "Get-Mailbox")).Status);
    }

    [Theory]
    [InlineData("Add-RoleGroupMember", """{"Identity":"Nobody's Group","Member":"alice"}""", 404, "ManagementObjectNotFoundException")]
    [InlineData("Add-RoleGroupMember", """{"Identity":"Recipient Management","Member":"nobody"}""", 404, "ManagementObjectNotFoundException")]
    [InlineData("Add-RoleGroupMember", """{"Identity":"Organization Management","Member":"Dana Olsen"}""", 400, "MemberAlreadyExistsException")]
    [InlineData("Remove-RoleGroupMember", """{"Identity":"Recipient Management","Member":"alice"}""", 400, "MemberNotFoundException")]
    [InlineData("Get-ManagementRole", """{"Identity":"Application Mail.Reed"}""", 404, "ManagementObjectNotFoundException")]
    [InlineData("Get-AcceptedDomain", """{"Identity":"fabrikam.example"}""", 404, "ManagementObjectNotFoundException")]
    [InlineData("Get-ManagementRoleAssignment", """{"RoleAssigneeType":"Robot"}""", 400, "ParameterBindingException")]
    [InlineData("Get-ApplicationAccessPolicy", "{}", 404, "ManagementObjectNotFoundException")]
    [InlineData("Set-Mailbox", """{"Identity":"alice","MaxSendSize":"200 MB"}""", 400, "TaskInvalidOperationException")]
    [InlineData("Set-Mailbox", """{"Identity":"alice","MaxSendSize":"much"}""", 400, "ParameterBindingException")]
    public async Task What_is_not_there_is_refused(string cmdlet, string parameters, int status, string type)
    {
        using var world = new AdminWorld();

        var reply = await world.InvokeAsync(cmdlet, parameters);

        Assert.Equal((status, type), (reply.Status, reply.Headers["X-ExceptionType"]));
    }

    [Fact]
    public async Task EWS_of_the_organization_is_on_off_or_left_to_the_mailboxes()
    {
        using var world = new AdminWorld();
        foreach (var value in new[] { "false", "true", "null" })
        {
            await world.RunAsync("Set-OrganizationConfig", $$"""{"EwsEnabled":{{value}}}""");
            Assert.Equal(value == "null" ? null : bool.Parse(value), (bool?)(await world.RunAsync("Get-OrganizationConfig", "{}"))[0]["EwsEnabled"]);
        }

        Assert.Equal(404, (await world.InvokeAsync("Set-OrganizationConfig", """{"DefaultAuthenticationPolicy":"Nobody's"}""")).Status);
    }

    [Fact]
    public async Task Assignments_are_found_by_the_type_of_who_has_them()
    {
        using var world = new AdminWorld();
        var app = await world.Client.RegisterAsync();
        await world.RegisterAsync(app);
        await world.RunAsync("New-ManagementRoleAssignment", $$"""{"App":"{{app.AppId}}","Role":"Application Mail.Read"}""");

        Assert.Single(await world.RunAsync("Get-ManagementRoleAssignment", """{"RoleAssigneeType":"ServicePrincipal"}"""));
        Assert.Empty(await world.RunAsync("Get-ManagementRoleAssignment", """{"RoleAssigneeType":"RoleGroup"}"""));
    }

    [Fact]
    public async Task Roles_are_found_by_a_pattern_and_a_type()
    {
        using var world = new AdminWorld();

        Assert.All(await world.RunAsync("Get-ManagementRole", """{"Identity":"Application *"}"""), r => Assert.StartsWith("Application ", (string?)r["Name"], StringComparison.Ordinal));
        Assert.Equal("Mail Recipients", (string?)Assert.Single(await world.RunAsync("Get-ManagementRole", """{"RoleType":"MailRecipients"}"""))["Name"]);
        Assert.Empty(await world.RunAsync("Get-ManagementRole", """{"Identity":"Nothing*"}"""));
    }

    private static Task<Reply> InvokeAsync(AdminWorld world, string token, string cmdlet) => world.Client.SendAsync(
        "POST", $"{world.Host}/adminapi/beta/{world.Tenant.TenantId}/InvokeCommand", token, $$$$"""{"CmdletInput":{"CmdletName":"{{{{cmdlet}}}}","Parameters":{}}}""");
}
