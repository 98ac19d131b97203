using System.Security.Cryptography;
using MailAdmin.Core.Base;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>
/// Access tokens of one sign-in, kept while they are good. How they are got is the <see cref="SignInMethod"/>'s affair; when one
/// is old is decided here, on the wire's clock, because MSAL keeps its own time.
/// </summary>
internal sealed class TokenSource : IDisposable
{
    /// <summary>A token is renewed so long before it ends.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly Wire _wire;
    private readonly Lazy<ITokenClient> _client;
    private readonly Dictionary<string, (AccessToken Token, long Received, TimeSpan Lifetime)> _tokens;
    private readonly SemaphoreSlim _gate;
    private readonly bool _isShared;

    /// <summary>Creates a source. No request is sent until a token is requested.</summary>
    /// <param name="wire">The transport to the service.</param>
    /// <param name="tenant">The tenant's ID or one of its domains.</param>
    /// <param name="method">The sign-in method.</param>
    public TokenSource(Wire wire, Cloud cloud, string tenant, SignInMethod method)
    {
        (_wire, Cloud, Tenant, Method) = (wire, cloud, tenant, method);
        (_tokens, _gate) = (new(StringComparer.Ordinal), new SemaphoreSlim(1, 1));
        _client = new(() => method.Connect(new EntraEndpoint(wire, cloud, tenant)));
    }

    /// <summary>Creates a source for an app.</summary>
    /// <param name="wire">The transport to the service.</param>
    /// <param name="tenant">The tenant's ID or one of its domains.</param>
    /// <param name="clientId">The app's client ID.</param>
    /// <param name="credential">The credential to sign in with.</param>
    public TokenSource(Wire wire, Cloud cloud, string tenant, string clientId, AppCredential credential)
        : this(wire, cloud, tenant, new AppSignIn(clientId, credential)) { }

    private TokenSource(TokenSource other)
    {
        (_wire, Cloud, Tenant, Method) = (other._wire, other.Cloud, other.Tenant, other.Method);
        (_client, _tokens, _gate, _isShared) = (other._client, other._tokens, other._gate, true);
    }

    public Cloud Cloud { get; }

    /// <summary>The tenant as it was given.</summary>
    public string Tenant { get; }

    public SignInMethod Method { get; }

    /// <summary>A token for a resource.</summary>
    /// <param name="scope">The resource's "/.default" scope.</param>
    /// <param name="fresh">True to request a new token even if one is cached, as after a grant.</param>
    /// <returns>A token that is valid for at least five minutes, or for as long as the service issues.</returns>
    /// <exception cref="ServiceRefusedException">Entra refused the request.</exception>
    /// <exception cref="ConnectionLostException">Entra couldn't be reached.</exception>
    /// <exception cref="InvalidRequestException">The sign-in method can't provide a token.</exception>
    public ValueTask<AccessToken> GetAsync(string scope, bool fresh, CancellationToken cancellationToken) =>
        GetAsync(scope, _ => !fresh, cancellationToken);

    /// <summary>
    /// A new token after a service rejected one. Of several requests with that token, only the first requests a new one.
    /// </summary>
    /// <inheritdoc cref="GetAsync(string, bool, CancellationToken)"/>
    public ValueTask<AccessToken> ReplaceAsync(string scope, AccessToken rejected, CancellationToken cancellationToken) =>
        GetAsync(scope, cached => cached.Value != rejected.Value, cancellationToken);

    private async ValueTask<AccessToken> GetAsync(
        string scope, Func<AccessToken, bool> mayUse, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Measured by elapsed time, so a change of the clock has no effect.
            if (_tokens.TryGetValue(scope, out var cached) && mayUse(cached.Token)
                && _wire.Time.GetElapsedTime(cached.Received) < cached.Lifetime - Margin)
            {
                return cached.Token;
            }

            var token = await _client.Value.AcquireAsync(scope, cancellationToken).ConfigureAwait(false);
            _tokens[scope] = (token, _wire.Time.GetTimestamp(), token.ExpiresAt - _wire.Time.GetUtcNow());
            return token;
        }
        catch (Exception e) when (e is MsalException or HttpRequestException)
        {
            throw EntraErrors.From(e, SignInSituation.Of(Method, Cloud, Tenant, scope));
        }
        catch (CryptographicException e)
        {
            throw AppCredential.KeyNotUsable(e);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Shares the tokens with another consumer.</summary>
    /// <returns>A source that is valid as long as this one. Disposing it doesn't affect the tokens.</returns>
    public TokenSource Share() => new(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isShared)
        {
            _gate.Dispose();
        }
    }
}
