using MailAdmin.Core.Base;
using Microsoft.Identity.Client;

namespace MailAdmin.Core.SignIn;

/// <summary>Signs in a user on another device with a code that is shown here.</summary>
/// <remarks>https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code</remarks>
internal sealed class DeviceCodeSignIn : UserSignIn
{
    private readonly Action<string> _show;

    /// <summary>Creates the method. Nothing is sent until a token is requested.</summary>
    /// <param name="clientId">The public client; null for Microsoft's own.</param>
    /// <param name="loginHint">The user who is expected to sign in; null for any user.</param>
    /// <param name="scopes">The delegated permissions to request, with their resources.</param>
    /// <param name="show">Shows the service's message with address and code; it is called on any thread.</param>
    public DeviceCodeSignIn(string? clientId, string? loginHint, IReadOnlyList<string> scopes, Action<string> show)
        : base(clientId, loginHint, scopes) =>
        _show = show;

    /// <inheritdoc/>
    public override string Kind => "DeviceCode";

    private protected override HttpMessageHandler Pipeline(Wire wire) => new DeviceCodePolling(wire.Http, wire.Time);

    private protected override Task<AuthenticationResult> InteractAsync(
        IPublicClientApplication msal, EntraEndpoint endpoint, IReadOnlyList<string> scopes, IReadOnlyList<string> more,
        CancellationToken cancellationToken) =>
        msal.AcquireTokenWithDeviceCode(scopes, code =>
        {
            _show(code.Message);

            // If a page can be opened, the address isn't written. In a sandbox, no other program could open it.
            var person = LoginHint is null ? "" : $"&login_hint={Uri.EscapeDataString(LoginHint)}";
            var page = $"{code.VerificationUrl}?otc={Uri.EscapeDataString(code.UserCode)}{person}";
            return endpoint.Wire.OpenBrowser is { } open ? open(new Uri(page), cancellationToken) : Task.CompletedTask;
        }).ExecuteAsync(cancellationToken);
}
