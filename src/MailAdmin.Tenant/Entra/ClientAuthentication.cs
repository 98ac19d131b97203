using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Authenticates an app at the token endpoint.</summary>
internal enum ClientProof
{
    /// <summary>appidacr 1.</summary>
    Secret = 1,
    /// <summary>appidacr 2.</summary>
    Certificate = 2,
}

/// <summary>
/// Checks a client secret or a client assertion against what the application has registered.
/// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
/// https://learn.microsoft.com/entra/identity-platform/certificate-credentials.
/// </summary>
internal sealed class ClientAuthentication(TenantState tenant)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>Clocks that differ by this much are forgiven.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <exception cref="TokenRefusal">It proves nothing.</exception>
    public ClientProof Check(DirectoryObject application, IReadOnlyDictionary<string, string> form, Uri endpoint)
    {
        if (form.GetValueOrDefault("client_secret") is { Length: > 0 } secret)
        {
            CheckSecret(application, secret);
            return ClientProof.Secret;
        }

        if (form.GetValueOrDefault("client_assertion") is not { Length: > 0 } assertion)
        {
            throw TokenRefusal.MissingCredential();
        }

        if (form.GetValueOrDefault("client_assertion_type") != AssertionType)
        {
            throw TokenRefusal.Missing("client_assertion_type");
        }

        // An app that speaks for itself is its own issuer; other identity providers are known by their addresses.
        if (Jwt.Read(assertion) is { } foreign
            && foreign.Claims.Text("iss")?.StartsWith("https://", StringComparison.Ordinal) == true)
        {
            new WorkloadFederation(tenant).Check(application, foreign);
            return ClientProof.Certificate;
        }

        CheckAssertion(application, assertion, endpoint);
        return ClientProof.Certificate;
    }

    private void CheckSecret(DirectoryObject application, string secret)
    {
        var match = Listed(application, "passwordCredentials")
            .Where(p => Lookup(p.Text("keyId")) is { } credential && credential.EffectiveFrom <= tenant.Now
                && credential.Matches(secret))
            .FirstOrDefault();
        if (match is null || match.Time("startDateTime") > tenant.Now + Skew)
        {
            throw TokenRefusal.InvalidSecret(application.AppId);
        }

        if (match.Time("endDateTime") <= tenant.Now)
        {
            throw TokenRefusal.ExpiredSecret(application.AppId);
        }

        Lookup(match.Text("keyId"))!.LastUsedAt = tenant.Now;
        tenant.Directory.SignIns.Current.CredentialKeyId = match.Text("keyId");
    }

    private void CheckAssertion(DirectoryObject application, string assertion, Uri endpoint)
    {
        var jwt = Jwt.Read(assertion) ?? throw TokenRefusal.MalformedAssertion();
        var certificate = FindCertificate(application, jwt);
        using var key = certificate.GetRSAPublicKey();
        if (key is null || !jwt.IsSignedBy(key))
        {
            throw TokenRefusal.BadAssertion("The signature does not match the key that the header names");
        }

        if (!DirectoryStore.Same(jwt.Claims.Text("iss"), application.AppId)
            || !DirectoryStore.Same(jwt.Claims.Text("sub"), application.AppId))
        {
            throw TokenRefusal.AssertionSubject();
        }

        if (!IsAudience(jwt.Claims.Text("aud"), endpoint))
        {
            throw TokenRefusal.AssertionAudience();
        }

        if (jwt.Time("exp") is not { } expires || expires < tenant.Now - Skew || jwt.Time("nbf") > tenant.Now + Skew)
        {
            throw TokenRefusal.AssertionTime(tenant.Now, jwt.Time("nbf"), jwt.Time("exp"));
        }

        tenant.Directory.Credentials.Values.First(c => ReferenceEquals(c.Certificate, certificate)).LastUsedAt = tenant.Now;
    }

    private X509Certificate2 FindCertificate(DirectoryObject application, Jwt jwt)
    {
        var named = jwt.Header.Text("x5t#S256") ?? jwt.Header.Text("x5t") ?? jwt.Header.Text("kid") ?? "";
        foreach (var listed in Listed(application, "keyCredentials"))
        {
            if (Lookup(listed.Text("keyId")) is not { Certificate: { } certificate } credential
                || credential.EffectiveFrom > tenant.Now
                || !IsNamed(certificate, named))
            {
                continue;
            }

            return listed.Time("endDateTime") > tenant.Now
                ? certificate
                : throw TokenRefusal.UnknownCertificate(application.AppId, certificate.Thumbprint, "The key used is expired.");
        }

        throw TokenRefusal.UnknownCertificate(application.AppId, Thumbprint(named), "The key was not found.");
    }

    /// <summary>Credentials of the application and of its service principal alike let it sign in.</summary>
    private IEnumerable<JsonObject> Listed(DirectoryObject application, string kind) =>
        application.Json.Objects(kind).Concat(tenant.Directory.PrincipalOf(application.AppId)?.Json.Objects(kind) ?? []);

    private static bool IsNamed(X509Certificate2 certificate, string name) =>
        name == Base64Url.Encode(certificate.GetCertHash(HashAlgorithmName.SHA256))
        || name == Base64Url.Encode(certificate.GetCertHash())
        || string.Equals(name, certificate.Thumbprint, StringComparison.OrdinalIgnoreCase);

    private static string Thumbprint(string named)
    {
        try
        {
            return Convert.ToHexString(Base64Url.Decode(named));
        }
        catch (FormatException)
        {
            return named;
        }
    }

    /// <summary>
    /// Returns whether an audience is the called token endpoint or the issuer of the tenant, with any name of the tenant.
    /// </summary>
    private bool IsAudience(string? audience, Uri endpoint)
    {
        if (!Uri.TryCreate(audience, UriKind.Absolute, out var uri) || uri.Host != endpoint.Host)
        {
            return false;
        }

        var segments = uri.AbsolutePath.Trim('/').Split('/');
        return (tenant.IsMe(segments[0]) || segments[0] == endpoint.AbsolutePath.Trim('/').Split('/')[0])
            && string.Join('/', segments[1..]) is "" or "v2.0" or "oauth2/v2.0/token" or "oauth2/token";
    }

    private Credential? Lookup(string? keyId) => keyId is null ? null : tenant.Directory.Credentials.GetValueOrDefault(keyId);
}
