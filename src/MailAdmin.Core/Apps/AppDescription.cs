using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

// The only class that creates a MailAppRegistration.
internal sealed partial class AppDirectory
{
    /// <summary>Returns an app with its names. Other properties are added with "with".</summary>
    /// <param name="name">Display name.</param>
    /// <param name="clientId">Its client ID.</param>
    /// <param name="applicationId">Object ID of the registration; null for an app of another tenant.</param>
    /// <param name="principalId">Object ID of the service principal; null if it doesn't exist yet.</param>
    internal MailAppRegistration Describe(string name, string clientId, string? applicationId, string? principalId) => new()
    {
        Name = name,
        TenantId = _session.TenantId,
        ClientId = clientId,
        ApplicationObjectId = applicationId,
        ServicePrincipalObjectId = principalId,
        Handle = _session,
    };

    /// <summary>An app that is registered here, as it is now.</summary>
    /// <param name="app">The registration.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="made">The result of provisioning; null if the app is only read.</param>
    internal async Task<MailAppRegistration> DescribeAsync(App app, CancellationToken cancellationToken, Made? made = null)
    {
        var principal = made?.Principal ?? await FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false);
        var newest = made?.Secret ?? (app.PasswordCredentials ?? []).MaxBy(p => p.EndDateTime);
        return Describe(app.DisplayName ?? "", app.AppId!, app.Id, principal?.Id) with
        {
            ClientSecret = made?.Secret is { } secret ? Keep(app.AppId!, secret) : null,
            SecretId = newest?.KeyId?.ToString(),
            SecretExpiresAt = newest?.EndDateTime?.ToUniversalTime(),
            CertificateThumbprint = [.. (app.KeyCredentials ?? []).Select(k => k.CustomKeyIdentifier).OfType<byte[]>()
                .Select(Convert.ToHexString)],
            Certificate = made?.Certificate,
            SignInAudience = app.SignInAudience,
            Recipe = RecipeTag.In(app.Tags),
            RedirectUri = RedirectUris.Read(app),
            Owner = await OwnersAsync(app.Id!, cancellationToken).ConfigureAwait(false),
            RequestedPermission = await RequestedAsync(app, cancellationToken).ConfigureAwait(false),
            GrantedPermission = principal is null
                ? []
                : await GrantedAsync(principal.Id!, cancellationToken).ConfigureAwait(false),
            Change = made?.Change,
        };
    }

    /// <summary>
    /// Returns the app with the result of a change. No request is sent, because an account that can change credentials isn't
    /// always allowed to read permissions.
    /// </summary>
    internal MailAppRegistration Changed(
        MailAppRegistration app, ChangeKind change, IReadOnlyList<MailAdminPending> pending) =>
        app with { Change = change, Pending = [.. pending], AdminConsentUri = null, Handle = _session };

    /// <summary>Returns the current app with the result of a change, and with its credentials of this session.</summary>
    internal async Task<MailAppRegistration> RereadAsync(
        MailAppRegistration app, ChangeKind change, IReadOnlyList<MailAdminPending> pending,
        CancellationToken cancellationToken) => Changed(app, change, pending) with
        {
            GrantedPermission = await GrantedAsync(app.ServicePrincipalObjectId!, cancellationToken).ConfigureAwait(false),
        };

    /// <summary>Returns the app with a new secret, or with the displayed part of an older one.</summary>
    internal MailAppRegistration WithSecret(MailAppRegistration app, PasswordCredential secret) => app with
    {
        ClientSecret = Keep(app.ClientId, secret),
        SecretId = secret.KeyId?.ToString(),
        SecretExpiresAt = secret.EndDateTime?.ToUniversalTime(),
    };

    /// <summary>The app with a certificate that it has now.</summary>
    internal static MailAppRegistration WithCertificate(MailAppRegistration app, X509Certificate2 certificate) => app with
    {
        CertificateThumbprint = app.CertificateThumbprint.Contains(certificate.Thumbprint)
            ? app.CertificateThumbprint : [.. app.CertificateThumbprint, certificate.Thumbprint],
        Certificate = certificate.HasPrivateKey ? certificate : app.Certificate,
    };

    internal async Task<MailAppPermission[]> RequestedAsync(App app, CancellationToken cancellationToken)
    {
        var permissions = new List<MailAppPermission>();
        foreach (var access in app.RequiredResourceAccess ?? [])
        {
            var resource = await Catalog.ByAppIdAsync(access.ResourceAppId!, cancellationToken).ConfigureAwait(false);
            permissions.AddRange((access.ResourceAccess ?? []).Select(a => Catalog.Describe(
                resource, a.Id.ToString()!, a.Type == "Role" ? PermissionKind.Application : PermissionKind.Delegated)));
        }

        return [.. permissions];
    }

    internal async Task<MailAppPermission[]> GrantedAsync(string servicePrincipalId, CancellationToken cancellationToken) =>
        [.. (await Grants.ReadAsync(servicePrincipalId, cancellationToken).ConfigureAwait(false)).Select(g => g.Permission)
            .Distinct()];

    /// <remarks>https://learn.microsoft.com/graph/api/application-list-owners</remarks>
    internal async Task<string[]> OwnersAsync(string applicationId, CancellationToken cancellationToken)
    {
        var owners = await Replication.WhenVisibleAsync(_session.Wire, "The app registration", () => _session.ListAllAsync(
            g => g.Applications[applicationId].Owners.GetAsync(cancellationToken: cancellationToken),
            page => page.Value, cancellationToken), cancellationToken).ConfigureAwait(false);
        return [.. owners.Select(o => o switch
        {
            User user => user.UserPrincipalName ?? user.Id!,
            ServicePrincipal principal => principal.DisplayName ?? principal.Id!,
            _ => o.Id!,
        })];
    }

    /// <summary>
    /// Converts the value of a new secret to a secure string. The session remembers it, because the service never returns it
    /// again.
    /// </summary>
    private SecureString? Keep(string clientId, PasswordCredential secret)
    {
        if (secret.SecretText is not { } text)
        {
            return null;
        }

        var closed = Secret.Close(text);
        _session.Secrets.Keep(clientId, new HeldSecret(secret.KeyId ?? Guid.Empty, closed));
        return closed;
    }

    /// <summary>Represents the result of provisioning.</summary>
    internal sealed record Made(
        ServicePrincipal Principal, PasswordCredential? Secret, X509Certificate2? Certificate,
        ChangeKind Change);
}
