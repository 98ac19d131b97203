using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Adds a certificate to an app. Existing credentials aren't changed.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/application-update (keyCredentials),
/// https://learn.microsoft.com/graph/applications-how-to-add-certificate
/// </remarks>
internal sealed class AppCertificates
{
    private readonly Session _session;
    private readonly AppDirectory _directory;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, or as an owner of the app with
    /// Application.ReadWrite.OwnedBy.</param>
    public AppCertificates(Session session) => (_session, _directory) = (session, new AppDirectory(session));

    /// <summary>Creates a self-signed certificate for an app. No request is sent.</summary>
    /// <param name="app">The app, whose name becomes the common name.</param>
    /// <param name="months">The lifetime in months.</param>
    /// <param name="keyLength">Bits of its RSA key.</param>
    /// <returns>The certificate with its private key; the caller disposes it.</returns>
    public X509Certificate2 Make(MailAppRegistration app, int months, int keyLength)
    {
        // RFC 5280, appendix A.1: a common name has at most 64 characters.
        var name = new X500DistinguishedNameBuilder();
        // A common name has at most 64 characters, and no half of one.
        var length = Math.Min(app.Name.Length, 64);
        name.AddCommonName(app.Name[..(length == 64 && char.IsHighSurrogate(app.Name[63]) ? 63 : length)]);
        using var key = RSA.Create(keyLength);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        var now = _session.Wire.Time.GetUtcNow();
        return request.CreateSelfSigned(now, now.AddMonths(months));
    }

    /// <summary>Checks that Entra can use a certificate.</summary>
    /// <param name="certificate">With or without its private key.</param>
    /// <exception cref="InvalidRequestException">Its key isn't RSA, or it has ended.</exception>
    public void Check(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPublicKey();
        if (key is null)
        {
            throw new InvalidRequestException(
                "CertificateNotRsa",
                $"Can't use the certificate {certificate.Thumbprint} because it has no RSA key. Entra accepts only "
                    + "RSA for client assertions.")
            {
                Target = certificate.Thumbprint,
                Advice = "Specify a certificate with an RSA key, or remove -Certificate to create one.",
            };
        }

        if (certificate.NotAfter.ToUniversalTime() <= _session.Wire.Time.GetUtcNow())
        {
            throw new InvalidRequestException(
                "CertificateExpired",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The certificate {certificate.Thumbprint} expired on "
                        + $"{certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}."))
            {
                Target = certificate.Thumbprint,
                Advice = "Specify a valid certificate, or remove -Certificate to create one.",
            };
        }
    }

    /// <summary>Uploads the public part of a certificate, and signs in with it if the private key is available.</summary>
    /// <param name="cancellationToken">Cancels the operation. The next run continues.</param>
    /// <returns>The app with the certificate; Unchanged if it already had the certificate.</returns>
    /// <exception cref="InvalidRequestException">
    /// A policy caps the lifetime, Entra can't use the certificate, or the app is registered in another tenant.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change the app.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<MailAppRegistration> AddAsync(
        MailAppRegistration app, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        Check(certificate);
        var registration = await _directory.ReadApplicationAsync(
            app, KeyCredentials.Select, cancellationToken).ConfigureAwait(false);
        if (KeyCredentials.Has(registration, certificate))
        {
            return AppDirectory.WithCertificate(_directory.Changed(app, ChangeKind.Unchanged, []), certificate);
        }

        await UploadAsync(registration, certificate, cancellationToken).ConfigureAwait(false);
        var notYet = certificate.HasPrivateKey && app.ServicePrincipalObjectId is not null
            ? await ProveAsync(app, certificate, cancellationToken).ConfigureAwait(false)
            : "The new certificate wasn't tested because its private key or the app's service principal isn't available.";
        return AppDirectory.WithCertificate(
            _directory.Changed(app, ChangeKind.Updated, notYet is null ? [] : [notYet]), certificate);
    }

    /// <summary>The id under which an app lists a certificate.</summary>
    /// <param name="certificate">One that it has.</param>
    /// <returns>The key ID; the thumbprint while the service doesn't show the certificate yet.</returns>
    public async Task<string> KeyIdAsync(
        MailAppRegistration app, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var registration = await _directory.ReadApplicationAsync(
            app, KeyCredentials.Select, cancellationToken).ConfigureAwait(false);
        return registration.KeyCredentials?.Find(
            k => k.CustomKeyIdentifier is { } id && id.AsSpan().SequenceEqual(certificate.GetCertHash()))?.KeyId?.ToString()
            ?? certificate.Thumbprint;
    }

    private async Task UploadAsync(App registration, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var patch = new App { KeyCredentials = KeyCredentials.With(registration, certificate) };
        try
        {
            var after = CredentialChanges.Describe(certificate.Thumbprint, certificate.NotAfter.ToUniversalTime());
            await _session.ChangeAsync(
                new ChangeNote(JournalAction.NewCertificate, registration.AppId, registration.DisplayName ?? "", null, after),
                g => g.Applications[registration.Id].PatchAsync(
                    patch, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == SecretPolicy.Refusal)
        {
            var cap = await SecretPolicy.LongestLifetimeAsync(
                _session, CredentialKind.Certificate, cancellationToken).ConfigureAwait(false);
            throw new InvalidRequestException(
                "CertificateLifetimeCapped",
                cap is null
                    ? $"A policy of the tenant doesn't allow the lifetime of the certificate: {e.Message}"
                    : $"A policy of the tenant limits certificates to {cap.Value.TotalDays:0} days.", e)
            {
                Target = certificate.Thumbprint,
                Advice = cap is { TotalDays: >= 31 }
                    ? $"Specify -Lifetime {(int)(cap.Value.TotalDays / 31)}, or a certificate that expires earlier."
                    : "Specify a certificate that expires earlier.",
            };
        }
    }

    private async Task<string?> ProveAsync(
        MailAppRegistration app, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var (token, refusal) = await SignInProof.WaitAsync(
            _session, app.ClientId, $"A sign-in of {app.Name} with the new certificate", AppCredential.From(certificate),
            _session.Cloud.GraphScope, _ => true, cancellationToken).ConfigureAwait(false);
        return token is null ? SignInProof.NotYet(refusal) : null;
    }
}
