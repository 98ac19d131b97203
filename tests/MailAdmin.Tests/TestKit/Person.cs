using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.TestKit;

/// <summary>People of a sandbox who sign in; by device code, because that needs no port.</summary>
internal static class Person
{
    public const string Admin = "dana@contoso.onmicrosoft.com", Alice = "alice@contoso.onmicrosoft.com", Bob = "bob@contoso.onmicrosoft.com";

    /// <summary>A tenant whose users may consent to mail permissions by themselves, as none may by Microsoft's managed policy.</summary>
    public static SandboxOptions MayConsent => new() { Contents = new() { ConsentPolicies = [UserConsentPolicies.Legacy] } };

    public static Cloud CloudOf(SandboxTenant tenant) => Cloud.Of(tenant.Environment);

    public static DeviceCodeSignIn ByDeviceCode(SandboxTenant tenant, string user, string? clientId = null) =>
        new(clientId, user, DelegatedScopes.ForAdmin(CloudOf(tenant)), _ => { });

    public static Task<Session> SignInAsync(this SandboxTenant tenant, SignInMethod method, Wire? wire = null) =>
        Session.SignInAsync(wire ?? tenant.Wire, CloudOf(tenant), tenant.Domain, method, TestContext.Current.CancellationToken);

    /// <summary>Connections as a person, in the way of New-MailboxConnection -Delegated.</summary>
    public static Task<IReadOnlyList<MailboxConnection>> ConnectAsync(
        this SandboxTenant tenant, Session session, string user, MailProtocol protocol, params string[] mailboxes) => MailboxConnections.ForPersonAsync(
            tenant.Domain, mailboxes, protocol, null, session, null, scopes => new DeviceCodeSignIn(null, user, scopes, _ => { }), user, TestContext.Current.CancellationToken);

    /// <summary>A wire to the tenant on which nobody opens pages, and with something in between.</summary>
    public static Wire Alone(this SandboxTenant tenant, Func<HttpMessageHandler, HttpMessageHandler>? between = null) =>
        new(between?.Invoke(tenant.Wire.Http) ?? tenant.Wire.Http, tenant.Wire.OpenStream, tenant.Wire.Time) { IsSandbox = true };
}
