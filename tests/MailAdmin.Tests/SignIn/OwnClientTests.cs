using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.SignIn;

/// <summary>A public client of the tenant's own, as Initialize-MailAdmin registers it.</summary>
public sealed class OwnClientTests
{
    private readonly SandboxTenant _tenant = SandboxTenant.Create(new SandboxOptions());

    [Fact]
    public async Task People_sign_in_through_it_and_it_has_no_credential()
    {
        using var admin = await _tenant.SignInAsync(new ManagedIdentitySignIn(null));
        var wanted = new AppSpecification
        {
            Name = "For people",
            Permissions = PermissionName.ParseAll([], DelegatedScopes.All),
            IsPublicClient = true,
            RedirectUris = [new MailAppRedirectUri("http://localhost", RedirectPlatform.PublicClient)],
        };
        var app = await new AppProvisioner(admin).EnsureAsync(wanted, Cancel);

        Assert.Null(app.ClientSecret);
        Assert.Equal(DelegatedScopes.All.Order(StringComparer.Ordinal), app.RequestedPermission.Select(p => $"{p.Resource}/{p.Name}").Order(StringComparer.Ordinal));
        Assert.Equal(ChangeKind.Unchanged, (await new AppProvisioner(admin).EnsureAsync(wanted, Cancel)).Change);
        using var session = await _tenant.SignInAsync(Person.ByDeviceCode(_tenant, Person.Admin, app.ClientId));
        Assert.Equal((Person.Admin, app.ClientId), (session.Account, session.ClientId));
    }

    [Fact]
    public async Task Through_it_an_admin_administers_Exchange_and_nobody_else_does()
    {
        using var admin = await _tenant.SignInAsync(new ManagedIdentitySignIn(null));
        var wanted = new AppSpecification
        {
            Name = "For people",
            Permissions = PermissionName.ParseAll([], DelegatedScopes.All),
            IsPublicClient = true,
            RedirectUris = [new MailAppRedirectUri("http://localhost", RedirectPlatform.PublicClient)],
        };
        var client = await new AppProvisioner(admin).EnsureAsync(wanted, Cancel);
        await new AppConsent(admin).GrantAsync(client, null, null, false, Cancel);
        var app = await new AppProvisioner(admin).EnsureAsync(new AppSpecification { Name = "Reader" }, Cancel);

        using var dana = await _tenant.SignInAsync(Person.ByDeviceCode(_tenant, Person.Admin, client.ClientId));
        var granted = await new MailboxAccessGrants(dana).GrantAsync(app, _tenant.Mailboxes[2].Address, [MailboxAccessRight.FullAccess], false, Cancel);
        using var alice = await _tenant.SignInAsync(Person.ByDeviceCode(_tenant, Person.Alice, client.ClientId));
        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(
            () => new MailboxAccessGrants(alice).GrantAsync(app, _tenant.Mailboxes[2].Address, [MailboxAccessRight.FullAccess], false, Cancel));

        Assert.Equal(ChangeKind.Created, granted.Change);
        Assert.Equal(403, refused.HttpStatus);
    }

    [Fact]
    public async Task An_app_that_is_not_public_signs_nobody_in_by_device_code()
    {
        using var admin = await _tenant.SignInAsync(new ManagedIdentitySignIn(null));
        var app = await new AppProvisioner(admin).EnsureAsync(new AppSpecification { Name = "Confidential" }, Cancel);

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => _tenant.SignInAsync(Person.ByDeviceCode(_tenant, Person.Admin, app.ClientId)));

        Assert.Equal("AADSTS7000218", refused.SubCode);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
