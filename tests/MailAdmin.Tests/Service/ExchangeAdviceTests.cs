using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Service;

/// <summary>A refusal of Exchange names the role group that the cmdlet needs, and the next step of who signed in.</summary>
public sealed class ExchangeAdviceTests
{
    private const string Id = "00000000-0000-0000-0000-000000000001";
    private const string Organization = "Organization Management (Exchange Administrator)", Recipients = "Recipient Management (Exchange Recipient Administrator)";

    [Theory]
    [InlineData("app", "New-ManagementRoleAssignment", Organization, "Create the service principal of the signed-in app in Exchange (New-ServicePrincipal).", "Add-RoleGroupMember -Identity 'Organization Management' -Member ")]
    [InlineData("app", "Add-MailboxPermission", Recipients, "Then make it a member of a role group in Exchange", "Add-RoleGroupMember -Identity 'Recipient Management' -Member ")]
    [InlineData("managed identity", "Set-CASMailbox", Recipients, "First, create the service principal of the managed identity in Exchange", "Add-RoleGroupMember -Identity 'Recipient Management' -Member ")]
    [InlineData("managed identity of the machine", "Set-CASMailbox", Recipients, "First, create the service principal of the managed identity in Exchange", null)]
    [InlineData("person", "New-ApplicationAccessPolicy", Organization, "Make the account a member of the role group, which is narrower than the directory role.", null)]
    [InlineData("unknown", "New-ManagementScope", Organization, "Assign the directory role to the signed-in account, or make it a member of the role group", null)]
    public void A_cmdlet_that_the_caller_s_roles_don_t_have(string who, string cmdlet, string role, string advice, string? remedy)
    {
        foreach (var (code, status) in new[] { (ExchangeErrors.NotExposed, 400), ("Forbidden", 403) })
        {
            var found = ExchangeAdvice.For(code, status, cmdlet, Caller(who));
            Assert.Equal(MailCheckReason.PermissionMissing, found.Reason);
            Assert.StartsWith($"{cmdlet} requires {role}. ", found.Advice, StringComparison.Ordinal);
            Assert.Contains(advice, found.Advice, StringComparison.Ordinal);
            Assert.Equal(remedy is null ? null : remedy + Id, found.Remedy?.CommandLine);
            Assert.Equal(remedy is null ? null : $"ExchangeOnlineManagement {Organization}", found.Remedy is { } next ? $"{next.Module} {next.RequiredRole}" : null);
        }
    }

    [Theory]
    [InlineData("app", $"Grant-MailAppConsent -App {Id} -ApplicationPermission Exchange/Exchange.ManageAsApp")]
    [InlineData("managed identity", $"Grant-MailAppConsent -App {Id} -ApplicationPermission Exchange/Exchange.ManageAsApp")]
    [InlineData("person", null)]
    public void Without_Exchange_ManageAsApp_the_permission_is_named(string who, string? remedy)
    {
        var found = ExchangeAdvice.For("Unauthorized", 401, "Get-Mailbox", Caller(who));
        Assert.Equal((MailCheckReason.PermissionMissing, remedy), (found.Reason, found.Remedy?.CommandLine));
        Assert.Contains("Exchange.ManageAsApp", found.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_app_without_a_role_group_is_refused_with_its_next_step()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Contents = new() { AdminRoleGroups = ["View-Only Organization Management"] } });
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => road.Admin.Exchange.ChangeAsync(
            "Set-CASMailbox", new() { ["Identity"] = road.Mailbox, ["ImapEnabled"] = false }, TestContext.Current.CancellationToken));
        Assert.Equal((MailCheckReason.PermissionMissing, $"Add-RoleGroupMember -Identity 'Recipient Management' -Member {road.Admin.ClientId}"), (refused.Reason, refused.Remedy?.CommandLine));
        Assert.Contains(Recipients, refused.Advice, StringComparison.Ordinal);
    }

    private static SignInMethod? Caller(string who) => who switch
    {
        "app" => new AppSignIn(Id, new AppCredential.ClientSecret(Secret.Close("a secret"))),
        "managed identity" => new ManagedIdentitySignIn(Id),
        "managed identity of the machine" => new ManagedIdentitySignIn(null),
        "person" => new DeviceCodeSignIn(Id, Person.Admin, [], _ => { }),
        _ => null,
    };
}
