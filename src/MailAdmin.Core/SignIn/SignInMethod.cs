using System.Text;
using MailAdmin.Core.Base;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>Represents a way to acquire tokens: as an app, as a managed identity, as a user, or with an existing token.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/authentication-flows-app-scenarios</remarks>
internal abstract class SignInMethod
{
    /// <summary>The client ID that signs in, as an app or on behalf of a user; null if it's unknown.</summary>
    public abstract string? ClientId { get; }

    /// <summary>
    /// The name of the method: "ClientSecret", "Certificate", "FederatedToken", "ManagedIdentity", "AccessToken", "Browser",
    /// "DeviceCode".
    /// </summary>
    public abstract string Kind { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {ClientId}".TrimEnd();

    /// <summary>Creates the client that acquires tokens. No request is sent.</summary>
    internal abstract ITokenClient Connect(EntraEndpoint endpoint);
}

/// <summary>Acquires tokens, with a request for each. <see cref="TokenSource"/> caches them.</summary>
internal interface ITokenClient
{
    /// <summary>Acquires a token.</summary>
    /// <param name="scope">The resource's "/.default" scope.</param>
    /// <exception cref="MsalException">No token was issued.</exception>
    /// <exception cref="InvalidRequestException">No token is available, and no request was sent.</exception>
    Task<AccessToken> AcquireAsync(string scope, CancellationToken cancellationToken);
}

/// <summary>Represents the endpoint that issues tokens.</summary>
/// <param name="Wire">The wire to it, with its clock.</param>
/// <param name="Tenant">The tenant's ID or one of its domains.</param>
internal sealed record EntraEndpoint(Wire Wire, Cloud Cloud, string Tenant)
{
    /// <summary>The authority is in MailAdmin's own list of clouds, so MSAL doesn't have to validate it with a request.</summary>
    /// <exception cref="InvalidRequestException">The tenant is neither an ID nor a domain (InvalidIdentifier).</exception>
    /// <remarks>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow ({tenant})</remarks>
    public Uri Authority => Guid.TryParse(Tenant, out var id) ? new($"https://{Cloud.LoginHost}/{id}")
        : Ascii.IsValid(Tenant) && Uri.CheckHostName(Tenant) == UriHostNameType.Dns
            ? new($"https://{Cloud.LoginHost}/{PathSegment.Escape(Tenant)}")
        : throw new InvalidRequestException("InvalidIdentifier", $"'{Tenant}' isn't a tenant.")
        {
            Target = Tenant,
            Advice = "Specify the ID of the tenant, or one of its domains.",
        };

    /// <summary>
    /// The HTTP clients for MSAL. MailAdmin's retries are on and MSAL's are off, because MSAL uses its own clock.
    /// </summary>
    public IMsalHttpClientFactory Http(HttpMessageHandler? inner = null) =>
        new Factory(ServiceAnswerHandler.ForEntra(new RetryHandler(inner ?? Wire.Http, Wire.Time, RetryPolicy.Default), Cloud));

    /// <summary>
    /// Reads MSAL's token, whose expiration is by the computer's clock. The remaining lifetime is measured on the wire's clock.
    /// </summary>
    public AccessToken Read(AuthenticationResult result)
    {
        VerboseLog.Write($"Signed in to {Tenant} for {string.Join(' ', result.Scopes)} (correlation ID "
            + $"{result.CorrelationId}).");
        var left = result.ExpiresOn - Wire.MachineTime.GetUtcNow();
        return new AccessToken(result.AccessToken, Wire.Time.GetUtcNow() + left);
    }

    /// <summary>The wire's handler is shared, so the client is never closed; waiting ends with the caller's token.</summary>
    private sealed class Factory(HttpMessageHandler pipeline) : IMsalHttpClientFactory
    {
        private readonly HttpClient _client = Wire.NewClient(pipeline);

        public HttpClient GetHttpClient() => _client;
    }
}
