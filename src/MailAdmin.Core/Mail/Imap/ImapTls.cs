using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>TLS 1.2 or later over a stream; there is no way to leave the certificate unchecked.</summary>
internal static class ImapTls
{
    /// <summary>Makes the handshake.</summary>
    /// <param name="stream">Disposed with the result, and when the handshake fails.</param>
    /// <param name="server">Whose certificate it must be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The encrypted stream.</returns>
    /// <exception cref="ConnectionLostException">The certificate is not trusted, or the server does not speak TLS.</exception>
    public static async ValueTask<Stream> SecureAsync(Stream stream, ImapServer server, CancellationToken cancellationToken)
    {
        var problem = "";
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = server.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                problem = Judge(certificate as X509Certificate2, chain, errors, server.TrustedCertificate);
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
                ? new ConnectionLostException($"The certificate of {server} is not trusted: {problem}.", e)
                {
                    Endpoint = server.ToString(),
                    MayRecover = false,
                    Advice = "Check the server's name. For a private server, give its certificate, or its authority's, as the "
                        + "trusted one.",
                }
                : new ConnectionLostException($"TLS with {server} failed: {e.Message}", e)
                {
                    Endpoint = server.ToString(),
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
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2? trusted)
    {
        if (certificate is null)
        {
            return "there is none";
        }

        if (trusted is null)
        {
            return errors == SslPolicyErrors.None ? "" : Describe(errors, chain);
        }

        // The very certificate that was given is the right one, whatever name it carries.
        if (certificate.RawDataMemory.Span.SequenceEqual(trusted.RawDataMemory.Span))
        {
            return "";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "it is for another name";
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(trusted);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ExtraStore.AddRange(
            chain?.ChainElements.Select(static element => element.Certificate).ToArray() ?? []);
        return own.Build(certificate) ? "" : "it is not the given one and was not issued by it";
    }

    private static string Describe(SslPolicyErrors errors, X509Chain? chain) =>
        errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? "it is for another name"
            : chain is { ChainStatus: [var status, ..] } ? status.StatusInformation.TrimEnd('.', ' ', '\n') : errors.ToString();
}
