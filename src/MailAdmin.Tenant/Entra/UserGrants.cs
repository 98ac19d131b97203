using System.Security.Cryptography;
using System.Text;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>Represents an issued authorization code.</summary>
internal sealed record AuthorizationCode(
    Client Client, DirectoryObject User, string Scope, string RedirectUri, string? Challenge, DateTimeOffset ExpiresAt)
{
    public bool IsRedeemed { get; set; }

    /// <summary>Proof Key for Code Exchange, method S256: RFC 7636 section 4.6.</summary>
    public bool IsProvedBy(string? verifier) => Challenge is null
        || (verifier is not null && Base64Url.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == Challenge);
}

/// <summary>
/// Represents an issued device code: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code.
/// </summary>
internal sealed record DeviceCode(Client Client, string UserCode, string Scope, DateTimeOffset ExpiresAt)
{
    /// <summary>The user who signed in; null before that.</summary>
    public DirectoryObject? User { get; set; }

    /// <summary>The reason why it can't be used for sign-in anymore; null if it can.</summary>
    public TokenRefusal? Refusal { get; set; }
}

/// <summary>Represents an issued refresh token.</summary>
internal sealed record RefreshToken(Client Client, DirectoryObject User, DateTimeOffset ExpiresAt);

/// <summary>Represents codes and refresh tokens of users who signed in, or are signing in.</summary>
internal sealed class UserGrants(TenantState tenant)
{
    /// <summary>
    /// An authorization code is valid for about ten minutes:
    /// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow.
    /// </summary>
    private static readonly TimeSpan CodeLifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A device code is valid for 15 minutes: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code.
    /// </summary>
    public static readonly TimeSpan DeviceCodeLifetime = TimeSpan.FromMinutes(15);

    /// <summary>
    /// 90 days from each use. Every response contains a new one, and the old one stays valid until its expiration:
    /// https://learn.microsoft.com/entra/identity-platform/refresh-tokens.
    /// </summary>
    private static readonly TimeSpan RefreshLifetime = TimeSpan.FromDays(90);

    private readonly Dictionary<string, AuthorizationCode> _codes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeviceCode> _devices = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RefreshToken> _refreshTokens = new(StringComparer.Ordinal);

    public string NewCode(Client client, DirectoryObject user, string scope, string redirectUri, string? challenge) =>
        Add(_codes, "1.", new AuthorizationCode(client, user, scope, redirectUri, challenge, tenant.Now + CodeLifetime));

    public (string Code, DeviceCode Device) NewDevice(Client client, string scope)
    {
        // Without vowels and similar characters, like the service's codes.
        var device = new DeviceCode(
            client, RandomNumberGenerator.GetString("BCDFGHJKLMNPQRSTVWXZ23456789", 9), scope, tenant.Now + DeviceCodeLifetime);
        return (Add(_devices, "", device), device);
    }

    public string NewRefreshToken(Client client, DirectoryObject user) =>
        Add(_refreshTokens, "1.A", new RefreshToken(client, user, tenant.Now + RefreshLifetime));

    /// <summary>Returns the device for an entered code, while it waits.</summary>
    public DeviceCode? FindDevice(string userCode) => _devices.Values.FirstOrDefault(
        d => d.UserCode == userCode.Trim().ToUpperInvariant() && d.ExpiresAt > tenant.Now && d.User is null && d.Refusal is null);

    /// <exception cref="TokenRefusal">It isn't good, or was redeemed before.</exception>
    public AuthorizationCode Redeem(Client client, string value, string? redirectUri, string? verifier)
    {
        if (!_codes.TryGetValue(value, out var code) || code.Client.AppId != client.AppId)
        {
            throw TokenRefusal.InvalidGrant();
        }

        if (code.IsRedeemed)
        {
            throw TokenRefusal.CodeRedeemed();
        }

        if (code.ExpiresAt <= tenant.Now)
        {
            throw TokenRefusal.GrantExpired();
        }

        if (code.RedirectUri != redirectUri)
        {
            throw TokenRefusal.RedirectMismatch(redirectUri ?? "", client.AppId);
        }

        if (!code.IsProvedBy(verifier))
        {
            throw TokenRefusal.WrongVerifier();
        }

        code.IsRedeemed = true;
        return code;
    }

    /// <exception cref="TokenRefusal">No user has signed in yet, or the sign-in failed.</exception>
    public DeviceCode RedeemDevice(Client client, string value)
    {
        if (!_devices.TryGetValue(value, out var device) || device.Client.AppId != client.AppId)
        {
            throw TokenRefusal.BadDeviceCode();
        }

        if (device.Refusal is { } refusal)
        {
            throw refusal;
        }

        if (device.ExpiresAt <= tenant.Now)
        {
            throw TokenRefusal.DeviceExpired();
        }

        if (device.User is null)
        {
            throw TokenRefusal.DevicePending();
        }

        _devices.Remove(value);
        return device;
    }

    /// <summary>Finds the grant of a refresh token.</summary>
    /// <exception cref="TokenRefusal">It isn't good, or too old.</exception>
    public RefreshToken Refresh(Client client, string value)
    {
        if (!_refreshTokens.TryGetValue(value, out var token) || token.Client.AppId != client.AppId)
        {
            throw TokenRefusal.InvalidGrant();
        }

        return token.ExpiresAt > tenant.Now ? token : throw TokenRefusal.RefreshTokenIdle(token.ExpiresAt - RefreshLifetime);
    }

    private static string Add<T>(Dictionary<string, T> table, string prefix, T value)
    {
        var key = prefix + SandboxMark.Text + Base64Url.Encode(RandomNumberGenerator.GetBytes(64));
        table.Add(key, value);
        return key;
    }
}
