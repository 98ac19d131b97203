using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Base;

/// <summary>TLS 1.2 or later over a stream. The certificate is always validated.</summary>
internal static class TlsClient
{
    /// <summary>Performs the handshake.</summary>
    /// <param name="stream">The stream. It is disposed with the result, and if the handshake fails.</param>
    /// <param name="host">The host name that the certificate must be valid for.</param>
    /// <param name="endpoint">The name of the server in errors.</param>
    /// <param name="trusted">The certificate of a private server or of its authority; null to use the system's trust.</param>
    /// <param name="allowsExpired">Whether the certificate of a private server can be expired.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>The encrypted stream.</returns>
    /// <exception cref="ConnectionLostException">The certificate isn't trusted, or the server doesn't support TLS.</exception>
    public static async ValueTask<Stream> SecureAsync(
        Stream stream, string host, string endpoint, X509Certificate2? trusted, bool allowsExpired,
        CancellationToken cancellationToken)
    {
        var problem = "";
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            // See Wire.NewHandler.
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                problem = Judge(certificate as X509Certificate2, chain, errors, trusted, allowsExpired);
                return problem.Length == 0;
            },
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (AuthenticationException e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw problem.Length > 0
                ? new ConnectionLostException($"The certificate of {endpoint} isn't trusted because {problem}.", e)
                {
                    Endpoint = endpoint,
                    MayRecover = false,
                    Advice = "Check the name of the server. For a private server, specify its certificate or that of "
                        + "its authority with -TrustedCertificate.",
                }
                : new ConnectionLostException($"TLS with {endpoint} failed: {e.Message}", e)
                {
                    Endpoint = endpoint,
                    MayRecover = false,
                };
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static string Judge(
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2? trusted, bool allowsExpired)
    {
        if (certificate is null)
        {
            return "it is missing";
        }

        if (trusted is null)
        {
            return errors == SslPolicyErrors.None ? "" : Describe(errors, chain);
        }

        // A pinned certificate is accepted while it's valid, even if it's for another name.
        if (certificate.RawDataMemory.Span.SequenceEqual(trusted.RawDataMemory.Span))
        {
            return allowsExpired || Wire.MachineTime.GetUtcNow() <= certificate.NotAfter ? ""
                : $"it expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "it is for another name";
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(trusted);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // An authority can issue certificates for other purposes, too: users, code, clients.
        own.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        if (allowsExpired)
        {
            own.ChainPolicy.VerificationFlags |= X509VerificationFlags.IgnoreNotTimeValid;
        }

        own.ChainPolicy.ExtraStore.AddRange(
            chain?.ChainElements.Select(static element => element.Certificate).ToArray() ?? []);
        return own.Build(certificate) ? "" : "it isn't the specified one and wasn't issued by it";
    }

    private static string Describe(SslPolicyErrors errors, X509Chain? chain) =>
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? "it is for another name"
            : chain is { ChainStatus: [var status, ..] } ? status.StatusInformation.TrimEnd('.', ' ', '\n') : errors.ToString();
}
