using System.Text;
using MailAdmin.Core.Base;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>One way to get tokens: as an app, as a managed identity, as a person, or with a token from elsewhere.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/authentication-flows-app-scenarios</remarks>
internal abstract class SignInMethod
{
    /// <summary>Client ID of the app that signs in, or through which a person does; null where nobody here knows it.</summary>
    public abstract string? ClientId { get; }

    /// <summary>
    /// What it signs in with, in a word: "ClientSecret", "Certificate", "FederatedToken", "ManagedIdentity", "AccessToken",
    /// "Browser", "DeviceCode".
    /// </summary>
    public abstract string Kind { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {ClientId}".TrimEnd();

    /// <summary>Makes ready what asks for tokens; nothing is sent.</summary>
    internal abstract ITokenClient Connect(EntraEndpoint endpoint);
}

/// <summary>Asks for tokens, each time anew: when a token is old is for <see cref="TokenSource"/> to say.</summary>
internal interface ITokenClient
{
    /// <summary>Asks for a token.</summary>
    /// <param name="scope">The resource's "/.default" scope.</param>
    /// <exception cref="MsalException">No token.</exception>
    /// <exception cref="InvalidRequestException">No token, and nothing was asked.</exception>
    Task<AccessToken> AcquireAsync(string scope, CancellationToken cancellationToken);
}

/// <summary>Where tokens are asked for.</summary>
/// <param name="Wire">How it is reached, and whose clock counts.</param>
/// <param name="Tenant">The tenant's ID or one of its domains.</param>
internal sealed record EntraEndpoint(Wire Wire, Cloud Cloud, string Tenant)
{
    /// <summary>The authority is one of our own list of clouds, so MSAL need not ask the service whether to trust it.</summary>
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

    /// <summary>MSAL's way out: our retries are on and its own are off, because it keeps its own time.</summary>
    public IMsalHttpClientFactory Http(HttpMessageHandler? inner = null) =>
        new Factory(ServiceAnswerHandler.ForEntra(new RetryHandler(inner ?? Wire.Http, Wire.Time, RetryPolicy.Default), Cloud));

    /// <summary>A token as MSAL gives it, by the machine's clock. What is left of its life is counted on ours.</summary>
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
