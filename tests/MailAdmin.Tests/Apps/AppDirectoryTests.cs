using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tests.Apps;

/// <summary>Apps that are registered in another tenant and have only a service principal here.</summary>
public sealed class AppDirectoryTests
{
    private const string ClientId = "7d0f1c52-9c3e-4f6e-8d11-2c6f2b3a4e51", OtherTenant = "f4f1a6d2-77c0-4b52-a0e4-9a1a6f0d3c10";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_app_of_another_tenant_is_found_by_its_ids_granted_to_and_removed_here()
    {
        using var road = await EndToEnd.StartAsync();
        var principal = AddForeignApp(road);
        var directory = new AppDirectory(road.Admin);

        foreach (var id in new[] { ClientId, principal })
        {
            var found = await directory.GetAsync(id, Token);
            Assert.Equal(("Vendor Cloud", ClientId, null, principal), (found!.Name, found.ClientId, found.ApplicationObjectId, found.ServicePrincipalObjectId));
            Assert.Empty(found.RequestedPermission);
        }

        var app = (await directory.GetAsync(ClientId, Token))!;
        var granted = await new AppConsent(road.Admin).GrantAsync(app, PermissionName.ParseAll(["Graph/Mail.Read"], []), null, tenantWide: true, Token);
        Assert.Equal("Graph/Mail.Read", Assert.Single(granted.GrantedPermission).ToString());
        var row = Assert.Single(await new AppConsent(road.Admin).CompareAsync(granted, Token));
        Assert.Equal((false, true), (row.Requested, row.Granted));

        var removed = await directory.RemoveAsync(app, [], Token);
        Assert.Equal(ChangeKind.Removed, removed.Change);
        Assert.Null(await directory.GetAsync(ClientId, Token));
    }

    [Fact]
    public async Task An_app_of_another_tenant_is_not_taken_for_the_one_to_be_registered_here()
    {
        using var road = await EndToEnd.StartAsync();
        AddForeignApp(road);

        var own = await new AppProvisioner(road.Admin).EnsureAsync(new AppSpecification { Name = "Vendor Cloud", Permissions = [] }, Token);

        Assert.Equal(ChangeKind.Created, own.Change);
        Assert.NotEqual(ClientId, own.ClientId);
    }

    /// <summary>What consent to another organization's app leaves in a tenant.</summary>
    private static string AddForeignApp(EndToEnd road)
    {
        var now = road.Tenant.Clock.GetUtcNow();
        var principal = new DirectoryObject(ServicePrincipals.New(ClientId, "Vendor Cloud", OtherTenant, now), now);
        road.Tenant.State.Directory.ServicePrincipals.Add(principal);
        return principal.Id;
    }
}
