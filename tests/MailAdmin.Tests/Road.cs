using MailAdmin.Core;
using MailAdmin.Core.Entra;
using MailAdmin.Core.Mail;
using MailAdmin.Tenant;

namespace MailAdmin.Tests;

/// <summary>The beginning of the road, for tests of what comes after: a tenant, a signed-in admin, an app with rights.</summary>
internal sealed class Road : IDisposable
{
    private Road(SandboxTenant tenant, Session admin) => (Tenant, Admin) = (tenant, admin);

    public SandboxTenant Tenant { get; }

    public Session Admin { get; }

    public string Mailbox => Tenant.Mailboxes[0].Address;

    public static async Task<Road> StartAsync(SandboxOptions? options = null)
    {
        var tenant = SandboxTenant.Create(options ?? new SandboxOptions());
        var admin = await Session.SignInAsync(
            tenant.Wire, Cloud.Of(tenant.Environment), tenant.Domain, tenant.AdminApp.ClientId,
            new AppCredential.ClientSecret(Secret.Close(tenant.AdminApp.ClientSecret)), TestContext.Current.CancellationToken);
        return new Road(tenant, admin);
    }

    public Task<MailAppRegistration> RegisterAsync(params string[] permissions) => new AppProvisioner(Admin).EnsureAsync(
        new AppSpecification
        {
            Name = "Invoices",
            Permissions = [.. permissions.Select(p => PermissionName.Parse(p, PermissionKind.Application))],
            TenantWide = true,
        },
        TestContext.Current.CancellationToken);

    public async Task<IMailStore> OpenAsync(string? mailbox = null) =>
        MailboxAccess.Open(Connections.As(await RegisterAsync("Graph/Mail.ReadWrite"), mailbox ?? Mailbox));

    public void Dispose() => Admin.Dispose();
}
