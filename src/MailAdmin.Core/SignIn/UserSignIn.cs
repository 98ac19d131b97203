using MailAdmin.Core.Base;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>
/// Signs in a user through a public client. The user signs in once; later tokens are acquired silently with the refresh token,
/// which MSAL keeps. One object is one user. Connections that are created from it share the sign-in.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/msal-acquire-cache-tokens</remarks>
internal abstract class UserSignIn : SignInMethod
{
    /// <summary>"Microsoft Graph Command Line Tools", the public client of Microsoft's own that serves who has none.</summary>
    /// <remarks>https://learn.microsoft.com/powershell/microsoftgraph/authentication-commands</remarks>
    public const string MicrosoftClientId = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

    /// <summary>The tenant to name when the person's own isn't known before.</summary>
    public const string AnyTenant = "organizations";

    private readonly IReadOnlyList<string> _scopes;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private IPublicClientApplication? _msal;
    private IAccount? _account;
    private bool _fromCache;

    private protected UserSignIn(string? clientId, string? loginHint, IReadOnlyList<string> scopes) =>
        (ClientId, LoginHint, _scopes) = (clientId ?? MicrosoftClientId, loginHint, scopes);

    /// <inheritdoc/>
    public sealed override string ClientId { get; }

    /// <summary>The user who is expected to sign in, a user principal name; null for any user.</summary>
    public string? LoginHint { get; }

    /// <summary>Keeps the person's tokens beyond this process; null for memory only.</summary>
    public TokenCacheFile? Cache { get; init; }

    /// <summary>Lets the person sign in.</summary>
    private protected abstract Task<AuthenticationResult> InteractAsync(
        IPublicClientApplication msal, EntraEndpoint endpoint, IReadOnlyList<string> scopes, IReadOnlyList<string> more,
        CancellationToken cancellationToken);

    /// <summary>Returns the HTTP handler that the sign-in method requires in addition; null for none.</summary>
    private protected virtual HttpMessageHandler? Pipeline(Wire wire) => null;

    internal sealed override ITokenClient Connect(EntraEndpoint endpoint) => new Client(this, endpoint);

    private async Task<AccessToken> AcquireAsync(EntraEndpoint endpoint, string scope, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _msal ??= await BuildAsync(endpoint).ConfigureAwait(false);
            var scopes = ScopesFor(scope);
            if (_account is null)
            {
                return await SignInAsync(endpoint, scopes, cancellationToken).ConfigureAwait(false);
            }

            var silent = await _msal.AcquireTokenSilent(scopes, _account).WithForceRefresh(true)
                .ExecuteAsync(cancellationToken).ConfigureAwait(false);
            _fromCache = false;
            return endpoint.Read(silent);
        }
        catch (MsalUiRequiredException) when (_fromCache)
        {
            // What an earlier process kept is good no more: the person signs in as if nothing had been kept.
            return await SignInAsync(endpoint, ScopesFor(scope), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<AccessToken> SignInAsync(EntraEndpoint endpoint, string[] scopes, CancellationToken cancellationToken)
    {
        if (endpoint.Wire.IsNonInteractive)
        {
            throw new InvalidRequestException(
                "InteractionRequired", $"A user must sign in to {endpoint.Tenant}, but the context is non-interactive.")
            {
                Target = LoginHint,
                Advice = "Sign in as an app or a managed identity, or run Connect-MailAdmin -Persist once without "
                    + "-NonInteractive.",
            };
        }

        var result = await InteractAsync(
            _msal!, endpoint, scopes, [.. _scopes.Except(scopes)], cancellationToken).ConfigureAwait(false);
        (_account, _fromCache) = (result.Account, false);
        return endpoint.Read(result);
    }

    /// <summary>
    /// A token is for one resource. Requests the scopes for that resource, or the registered ones if none are specified.
    /// </summary>
    private string[] ScopesFor(string scope)
    {
        var resource = scope[..^".default".Length];
        var own = _scopes.Where(s => s.StartsWith(resource, StringComparison.Ordinal)).ToArray();
        return own.Length > 0 ? own : [scope];
    }

    private async Task<IPublicClientApplication> BuildAsync(EntraEndpoint endpoint)
    {
        var msal = PublicClientApplicationBuilder.Create(ClientId)
            .WithAuthority(endpoint.Authority, validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithRedirectUri("http://localhost")
            .WithHttpClientFactory(endpoint.Http(Pipeline(endpoint.Wire)), retryOnceOn5xx: false)
            .Build();
        if (Cache is not null)
        {
            await Cache.AttachAsync(msal.UserTokenCache).ConfigureAwait(false);
            var known = await msal.GetAccountsAsync().ConfigureAwait(false);
            _fromCache = true;
            _account = known.FirstOrDefault(
                a => LoginHint is null || string.Equals(a.Username, LoginHint, StringComparison.OrdinalIgnoreCase));
        }

        return msal;
    }

    private sealed class Client(UserSignIn person, EntraEndpoint endpoint) : ITokenClient
    {
        public Task<AccessToken> AcquireAsync(string scope, CancellationToken cancellationToken) =>
            person.AcquireAsync(endpoint, scope, cancellationToken);
    }
}
