using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>Signs in a user in the browser: authorization code with PKCE, received on a port of the loopback address.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow; RFC 8252 section 7.3.</remarks>
internal sealed class BrowserSignIn : UserSignIn
{
    /// <summary>Creates the method. Nothing is sent until a token is requested.</summary>
    /// <param name="clientId">The public client; null for Microsoft's own.</param>
    /// <param name="loginHint">The user who is expected to sign in; null for any user.</param>
    /// <param name="scopes">The delegated permissions to request, with their resources.</param>
    public BrowserSignIn(string? clientId, string? loginHint, IReadOnlyList<string> scopes)
        : base(clientId, loginHint, scopes) { }

    /// <inheritdoc/>
    public override string Kind => "Browser";

    private protected override Task<AuthenticationResult> InteractAsync(
        IPublicClientApplication msal, EntraEndpoint endpoint, IReadOnlyList<string> scopes, IReadOnlyList<string> more,
        CancellationToken cancellationToken)
    {
        var request = msal.AcquireTokenInteractive(scopes).WithExtraScopesToConsent(more).WithUseEmbeddedWebView(false);
        if (LoginHint is not null)
        {
            request = request.WithLoginHint(LoginHint);
        }

        if (endpoint.Wire.OpenBrowser is { } open)
        {
            request = request.WithSystemWebViewOptions(
                new SystemWebViewOptions { OpenBrowserAsync = page => open(page, cancellationToken) });
        }

        return request.ExecuteAsync(cancellationToken);
    }
}
