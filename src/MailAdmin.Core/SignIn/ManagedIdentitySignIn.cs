using Microsoft.Identity.Client;
using Microsoft.Identity.Client.AppConfig;

namespace MailAdmin.Core.SignIn;

/// <summary>
/// The identity of the Azure resource that this runs on: a virtual machine, an App Service or Functions app, an Automation
/// runbook.
/// </summary>
/// <remarks>https://learn.microsoft.com/entra/msal/dotnet/advanced/managed-identity</remarks>
/// <param name="clientId">Client ID of a user-assigned identity; null for the system-assigned one.</param>
internal sealed class ManagedIdentitySignIn(string? clientId) : SignInMethod
{
    /// <inheritdoc/>
    public override string? ClientId => clientId;

    /// <inheritdoc/>
    public override string Kind => "ManagedIdentity";

    internal override ITokenClient Connect(EntraEndpoint endpoint) => new Client(endpoint, ManagedIdentityApplicationBuilder
        .Create(clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.WithUserAssignedClientId(clientId))
        .WithHttpClientFactory(endpoint.Http(), retryOnceOn5xx: false).Build());

    private sealed class Client(EntraEndpoint endpoint, IManagedIdentityApplication msal) : ITokenClient
    {
        public async Task<AccessToken> AcquireAsync(string scope, CancellationToken cancellationToken) => endpoint.Read(await msal
            .AcquireTokenForManagedIdentity(scope[..^"/.default".Length]).WithForceRefresh(true)
            .ExecuteAsync(cancellationToken).ConfigureAwait(false));
    }
}
