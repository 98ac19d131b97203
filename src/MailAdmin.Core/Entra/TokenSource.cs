using Microsoft.Identity.Client;

namespace MailAdmin.Core.Entra;

/// <summary>
/// Access tokens of one app in one tenant, by client credentials, through MSAL. MSAL signs and speaks; when a token is old
/// is decided here, on the wire's clock, because MSAL keeps its own time.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/msal/dotnet/acquiring-tokens/web-apps-apis/client-credential-flows</remarks>
public sealed class TokenSource : IDisposable
{
    /// <summary>A token is renewed so long before it ends.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    private readonly Wire _wire;
    private readonly Lazy<IConfidentialClientApplication> _msal;
    private readonly HttpClient _http;
    private readonly Dictionary<string, (AccessToken Token, long Received, TimeSpan Lifetime)> _tokens = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Makes a source; nothing is sent until a token is asked for.</summary>
    /// <param name="wire">How the service is reached.</param>
    /// <param name="cloud">Which cloud.</param>
    /// <param name="tenant">The tenant's id or one of its domains.</param>
    /// <param name="clientId">The app's client id.</param>
    /// <param name="credential">What it proves itself with.</param>
    public TokenSource(Wire wire, Cloud cloud, string tenant, string clientId, AppCredential credential)
    {
        (_wire, Cloud, Tenant, ClientId) = (wire, cloud, tenant, clientId);
        _http = new HttpClient(new RetryHandler(wire.Http, wire.Time, RetryPolicy.Default), disposeHandler: false);
        _msal = new(() => Build(credential));
    }

    /// <summary>Which cloud.</summary>
    public Cloud Cloud { get; }

    /// <summary>The tenant as it was given.</summary>
    public string Tenant { get; }

    /// <summary>The app's client id.</summary>
    public string ClientId { get; }

    /// <summary>A token for a resource.</summary>
    /// <param name="scope">The resource's "/.default" scope.</param>
    /// <param name="fresh">True to ask the service even when a token is at hand: after a grant, or after a 401.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A token good for at least five minutes, or for as long as the service gives.</returns>
    /// <exception cref="ServiceRefusedException">Entra said no.</exception>
    /// <exception cref="ConnectionLostException">Entra could not be reached.</exception>
    public async ValueTask<AccessToken> GetAsync(string scope, bool fresh, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // By the time that has passed, whatever somebody sets the clock to meanwhile.
            if (!fresh && _tokens.TryGetValue(scope, out var cached) && _wire.Time.GetElapsedTime(cached.Received) < cached.Lifetime - Margin)
            {
                return cached.Token;
            }

            var result = await _msal.Value.AcquireTokenForClient([scope]).WithForceRefresh(true)
                .ExecuteAsync(cancellationToken).ConfigureAwait(false);
            var lifetime = result.ExpiresOn - DateTimeOffset.UtcNow;
            var token = new AccessToken(result.AccessToken, _wire.Time.GetUtcNow() + lifetime);
            Narration.Tell($"Signed in to {Tenant} as {ClientId} for {scope} (correlation id {result.CorrelationId}).");
            _tokens[scope] = (token, _wire.Time.GetTimestamp(), lifetime);
            return token;
        }
        catch (Exception e) when (e is MsalException or HttpRequestException)
        {
            throw EntraErrors.From(e, Cloud);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _gate.Dispose();
    }

    private IConfidentialClientApplication Build(AppCredential credential)
    {
        // The authority is one of our own list of clouds, so MSAL need not ask the service whether to trust it.
        var builder = ConfidentialClientApplicationBuilder.Create(ClientId)
            .WithAuthority(new Uri($"https://{Cloud.LoginHost}/{Uri.EscapeDataString(Tenant)}"), validateAuthority: false)
            .WithInstanceDiscovery(false)
            .WithHttpClientFactory(new Factory(_http), retryOnceOn5xx: false);
        return credential switch
        {
            AppCredential.ClientSecret secret => builder.WithClientSecret(Secret.Reveal(secret.Value)).Build(),
            AppCredential.Certificate certificate => builder.WithCertificate(certificate.Value).Build(),
            _ => throw new ArgumentOutOfRangeException(nameof(credential)),
        };
    }

    private sealed class Factory(HttpClient client) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => client;
    }
}
