using System.Text.Json.Nodes;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Tenant.ExchangeAdmin;

/// <summary>A tenant, and a client of its Exchange admin endpoint that sends what open-source clients send.</summary>
internal sealed class AdminWorld : IDisposable
{
    public AdminWorld(SandboxOptions? options = null) => Client = new TenantClient(options);

    public TenantClient Client { get; }

    public SandboxTenant Tenant => Client.Tenant;

    public string Host => $"https://{Core.Base.Cloud.Of(Tenant.Environment).ExchangeHost}";

    /// <summary>An app that has been there for long: the tenant's own.</summary>
    public RegisteredApp OldApp
    {
        get
        {
            var (id, secret) = Tenant.AdminApp;
            return new RegisteredApp(id, secret, Tenant.State.Directory.ApplicationOf(id)!.Id, Tenant.State.Directory.PrincipalOf(id)!.Id, "");
        }
    }

    public string Mailbox(int index) => Tenant.Mailboxes[index].Address;

    /// <summary>Runs a cmdlet as the tenant's admin app.</summary>
    public async Task<Reply> InvokeAsync(string cmdlet, string parameters, string? query = null, params (string, string)[] headers) =>
        await Client.SendAsync("POST", $"{Host}/adminapi/beta/{Tenant.TenantId}/InvokeCommand{query}", await AdminAsync(),
            $$$"""{"CmdletInput":{"CmdletName":"{{{cmdlet}}}","Parameters":{{{parameters}}}}}""", [("X-AnchorMailbox", $"APP:SystemMailbox{{bb558c35-97f1-4cb9-8ff7-d53741dc928c}}@{Tenant.TenantId}"), .. headers]);

    /// <summary>Runs a cmdlet that has to succeed, and gives what it gives.</summary>
    public async Task<JsonObject[]> RunAsync(string cmdlet, string parameters) =>
        [.. (await InvokeAsync(cmdlet, parameters)).Ok()["value"]!.AsArray().Select(v => v!.AsObject())];

    public Task<string> AdminAsync() => TokenAsync(Tenant.AdminApp.ClientId, Tenant.AdminApp.ClientSecret);

    public Task<string> TokenAsync(string clientId, string secret) => Client.TokenAsync(clientId, secret, $"{Host}/.default");

    /// <summary>Registers the service principal of an app in Exchange.</summary>
    public Task<JsonObject[]> RegisterAsync(RegisteredApp app) =>
        RunAsync("New-ServicePrincipal", $$"""{"AppId":"{{app.AppId}}","ObjectId":"{{app.PrincipalId}}","DisplayName":"Reader"}""");

    /// <summary>Gives an app a role on what a filter means.</summary>
    public async Task AssignAsync(RegisteredApp app, string role, string filter)
    {
        var scope = $"{app.AppId[..8]} {role}";
        await RunAsync("New-ManagementScope", new JsonObject { ["Name"] = scope, ["RecipientRestrictionFilter"] = filter }.ToJsonString());
        await RunAsync("New-ManagementRoleAssignment", new JsonObject { ["App"] = app.AppId, ["Role"] = role, ["CustomResourceScope"] = scope }.ToJsonString());
    }

    /// <summary>The status with which Graph answers an app that lists messages, and the code of a refusal.</summary>
    public async Task<(int Status, string? Message)> ReadAsync(string token, string mailbox)
    {
        var reply = await Client.SendAsync("GET", $"users/{mailbox}/messages?$top=1", token);
        return (reply.Status, reply.Status == 200 ? null : reply.Message);
    }

    public void Dispose() => Client.Dispose();
}
