using MailAdmin.Core.Base;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>An app as itself, by client credentials.</summary>
/// <remarks>https://learn.microsoft.com/entra/msal/dotnet/acquiring-tokens/web-apps-apis/client-credential-flows</remarks>
/// <param name="clientId">The app.</param>
/// <param name="credential">The credential to sign in with.</param>
internal sealed class AppSignIn(string clientId, AppCredential credential) : SignInMethod
{
    /// <inheritdoc/>
    public override string ClientId => clientId;

    /// <inheritdoc/>
    public override string Kind => credential.GetType().Name;

    internal override ITokenClient Connect(EntraEndpoint endpoint)
    {
        var builder = ConfidentialClientApplicationBuilder.Create(clientId)
            .WithAuthority(endpoint.Authority, validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithHttpClientFactory(endpoint.Http(), retryOnceOn5xx: false);
        return new Client(endpoint, (credential switch
        {
            AppCredential.ClientSecret secret => builder.WithClientSecret(Secret.Reveal(secret.Value)),
            AppCredential.Certificate certificate => builder.WithCertificate(certificate.Value),
            AppCredential.FederatedToken token => builder.WithClientAssertion(
                (AssertionRequestOptions _) => Task.FromResult(token.Read())),
            _ => throw new InvalidOperationException($"Can't sign in with {credential}."),
        }).Build());
    }

    private sealed class Client(EntraEndpoint endpoint, IConfidentialClientApplication msal) : ITokenClient
    {
        public async Task<AccessToken> AcquireAsync(string scope, CancellationToken cancellationToken) => endpoint.Read(
            await msal.AcquireTokenForClient([scope]).WithForceRefresh(true)
                .ExecuteAsync(cancellationToken).ConfigureAwait(false));
    }
}
