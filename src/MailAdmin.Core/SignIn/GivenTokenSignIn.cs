using System.Security;
using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.SignIn;

/// <summary>Signs in with an access token from another source. It's for one resource, and can't be renewed here.</summary>
internal sealed class GivenTokenSignIn(SecureString token) : SignInMethod
{
    /// <inheritdoc/>
    public override string? ClientId => null;

    /// <inheritdoc/>
    public override string Kind => "AccessToken";

    internal override ITokenClient Connect(EntraEndpoint endpoint) => new Client(endpoint, token);

    private sealed class Client(EntraEndpoint endpoint, SecureString token) : ITokenClient
    {
        public Task<AccessToken> AcquireAsync(string scope, CancellationToken cancellationToken)
        {
            var given = AccessToken.Given(Secret.Reveal(token));
            if (given.ExpiresAt <= endpoint.Wire.Time.GetUtcNow())
            {
                throw new InvalidRequestException(
                    "AccessTokenExpired",
                    $"The access token expired at {UtcText.Minutes(given.ExpiresAt)} and can't be renewed.")
                {
                    Advice = "Get a new token, and run Connect-MailAdmin again.",
                };
            }

            var wanted = new Uri(scope).Host;
            if (given.Audience is { } audience && !IsFor(audience, wanted, endpoint.Cloud))
            {
                throw new InvalidRequestException(
                    "AccessTokenAudience", $"The access token is for {audience}, but this command requires one for {wanted}.")
                {
                    Target = audience,
                    Advice = "An access token is valid for one resource. Specify one for Microsoft Graph, or sign in "
                        + "in another way.",
                };
            }

            return Task.FromResult(given);
        }

        /// <summary>A token names its resource by address or by app ID.</summary>
        private static bool IsFor(string audience, string host, Cloud cloud)
        {
            var appId = host == cloud.GraphHost ? PermissionName.GraphAppId : PermissionName.ExchangeAppId;
            return Uri.TryCreate(audience, UriKind.Absolute, out var address)
                ? address.Host == host
                    || (host != cloud.GraphHost && (address.Host == cloud.ExchangeHost || address.Host == "outlook.office.com"))
                : audience == appId;
        }
    }
}
