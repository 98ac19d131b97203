using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.TestKit;

/// <summary>The beginning of the road, for tests of what comes after: a tenant, a signed-in admin, an app with rights.</summary>
internal sealed class EndToEnd : IDisposable
{
    private EndToEnd(SandboxTenant tenant, Session admin) => (Tenant, Admin) = (tenant, admin);

    public SandboxTenant Tenant { get; }

    public Session Admin { get; }

    public string Mailbox => Tenant.Mailboxes[0].Address;

    /// <param name="options">The tenant.</param>
    /// <param name="between">Stands between everybody and the tenant's HTTP side; null for nothing.</param>
    public static Task<EndToEnd> StartAsync(SandboxOptions? options = null, Func<HttpMessageHandler, HttpMessageHandler>? between = null) =>
        StartAsync(options, wire => between is null ? wire : new Wire(between(wire.Http), wire.OpenStream, wire.Time) { IsSandbox = true });

    /// <param name="options">The tenant.</param>
    /// <param name="rewire">Makes another wire of the tenant's.</param>
    public static async Task<EndToEnd> StartAsync(SandboxOptions? options, Func<Wire, Wire> rewire)
    {
        var tenant = SandboxTenant.Create(options ?? new SandboxOptions());
        return new EndToEnd(tenant, await SignInAsync(tenant, rewire(tenant.Wire)));
    }

    /// <summary>Another session of the same admin.</summary>
    public static Task<Session> SignInAsync(SandboxTenant tenant, Wire? wire = null) => Session.SignInAsync(
        wire ?? tenant.Wire, Cloud.Of(tenant.Environment), tenant.Domain, tenant.AdminApp.ClientId,
        new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)), TestContext.Current.CancellationToken);

    /// <summary>A second sign-in of the admin on the same machine, so with the same journal, over another way to the same tenant.</summary>
    public Task<Session> SignInAsync(HttpMessageHandler http) => Session.SignInAsync(
        new Wire(http, Tenant.Wire.OpenStream, Tenant.Wire.Time), Admin.Cloud, Tenant.Domain,
        new AppSignIn(Tenant.AdminApp.ClientId, new AppCredential.ClientSecret(Secret.Close(Tenant.AdminApp.ClientSecret))),
        Admin.Journal, TestContext.Current.CancellationToken);

    public Task<MailAppRegistration> RegisterAsync(params string[] permissions) => new AppProvisioner(Admin).EnsureAsync(
        new AppSpecification
        {
            Name = "Invoices",
            Permissions = [.. permissions.Select(p => PermissionName.Parse(p, PermissionKind.Application))],
            TenantWide = true,
        },
        TestContext.Current.CancellationToken);

    public async Task<IMailStore> OpenAsync(string? mailbox = null) =>
        MailboxAccess.Open(MailboxConnections.As(await RegisterAsync("Graph/Mail.ReadWrite"), mailbox ?? Mailbox));

    /// <summary>What another admin does with another tool.</summary>
    public Task PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, json);

    public Task PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    /// <summary>What an app does with another tool; gives the id of what it made.</summary>
    public async Task<string> PostAsAsync(MailAppRegistration app, string path, string json)
    {
        using var tokens = MailboxAccess.Tokens(MailboxConnections.As(app, Mailbox));
        return (string)System.Text.Json.Nodes.JsonNode.Parse(await SendAsync(HttpMethod.Post, path, json, tokens))!["id"]!;
    }

    public void Dispose() => Admin.Dispose();

    private async Task<string> SendAsync(HttpMethod method, string path, string json, TokenSource? tokens = null)
    {
        using var http = new HttpClient(new BearerHandler(Tenant.Wire.Http, tokens ?? Admin.Tokens, Admin.Cloud.GraphScope), disposeHandler: false);
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(new HttpRequestMessage(method, $"https://graph.microsoft.com/v1.0/{path}") { Content = content }, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer);
        return answer;
    }
}
