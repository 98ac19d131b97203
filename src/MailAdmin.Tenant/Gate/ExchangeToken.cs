using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Gate;

/// <summary>Validates an access token for Exchange, from HTTP or IMAP.</summary>
internal static class ExchangeToken
{
    /// <summary>Takes a token apart; null if it isn't one, or none of this tenant, for Exchange, that is good now.</summary>
    public static Jwt? Read(TenantState tenant, string text) =>
        Jwt.Read(text.Trim()) is { } token && SigningKey.Instance.Signed(token) && token.Claims.Text("tid") == tenant.TenantId
        && IsForExchange(tenant, token) && token.Time("exp") > tenant.Now
            ? token
            : null;

    /// <summary>The names of Exchange as an audience.</summary>
    private static bool IsForExchange(TenantState tenant, Jwt token)
    {
        var audience = token.Claims.Text("aud")?.TrimEnd('/');
        return audience is "https://outlook.office.com" or Resources.ExchangeAppId
            || audience == $"https://{tenant.Cloud.ExchangeHost}" || audience == $"https://{tenant.Cloud.ImapHost}";
    }
}
