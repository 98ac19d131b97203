using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>A realistic tenant on a clock of its own, in which a recipe is installed.</summary>
internal sealed class InstallEndToEnd : IDisposable
{
    private readonly EndToEnd _road;

    private InstallEndToEnd(EndToEnd road) => _road = road;

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public SandboxTenant Tenant => _road.Tenant;

    public Session Admin => _road.Admin;

    public TenantClock Clock => Tenant.Clock;

    public string Shared => Tenant.Mailboxes[0].Address;

    public string Person => Tenant.Mailboxes[1].Address;

    public string Outside => Tenant.Mailboxes[3].Address;

    public static async Task<InstallEndToEnd> StartAsync(Propagation propagation = Propagation.Realistic, SandboxOptions? options = null) => new(await EndToEnd.StartAsync(
        (options ?? new SandboxOptions()) with { Clock = TenantClock.Manual(Start), Propagation = propagation }));

    public InstallRequest Request(string recipe, params string[] mailboxes) => new()
    {
        Recipe = RecipeFiles.Get(recipe),
        Kind = RecipeFiles.Get(recipe).Access[0].Kind,
        Name = recipe,
        Mailboxes = mailboxes.Length > 0 ? mailboxes : [Person],
    };

    public Task<MailAppStep[]> InstallAsync(InstallRequest request, Session? session = null) => RunAsync(new AppInstaller(session ?? Admin, request));

    public Task<MailAppStep[]> RunAsync(AppInstaller installer) => WaitAsync(AllAsync(installer, TestContext.Current.CancellationToken));

    /// <summary>Lets the short pauses pass between two looks at something that is not there yet.</summary>
    public Task<T> WaitAsync<T>(Task<T> work) => ManualTime.RunAsync(Clock, work, TimeSpan.FromSeconds(10));

    /// <summary>An app that administers with exactly these rights, and a session of it.</summary>
    public async Task<Session> AdminAsync(string name, string[] permissions, params string[] roleGroups)
    {
        var app = await WaitAsync(new AppProvisioner(Admin).EnsureAsync(
            new AppSpecification { Name = name, Permissions = [.. permissions.Select(p => PermissionName.Parse(p, PermissionKind.Application))], TenantWide = true }, TestContext.Current.CancellationToken));
        if (roleGroups.Length > 0)
        {
            Tenant.SetExchangeRoleGroups(app.ClientId, roleGroups);
        }

        Clock.Advance(TimeSpan.FromMinutes(5));
        return await WaitAsync(Session.SignInAsync(
            Tenant.Wire, Cloud.Of(Tenant.Environment), Tenant.Domain, app.ClientId, new AppCredential.ClientSecret(app.ClientSecret!), TestContext.Current.CancellationToken));
    }

    public void Dispose() => _road.Dispose();

    private static async Task<MailAppStep[]> AllAsync(AppInstaller installer, CancellationToken cancellationToken)
    {
        await installer.CheckAsync(cancellationToken);
        var steps = new List<MailAppStep>();
        foreach (var planned in installer.Plan)
        {
            steps.Add(await installer.RunAsync(planned, cancellationToken));
        }

        return [.. steps];
    }
}
