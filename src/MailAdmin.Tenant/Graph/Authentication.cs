using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>Identifies the caller of a Graph request.</summary>
internal static class Authentication
{
    /// <summary>Reads the Authorization header as Graph does.</summary>
    /// <remarks>Wording: the InvalidAuthenticationToken texts of https://learn.microsoft.com/graph/resolve-auth-errors.</remarks>
    /// <exception cref="GraphRefusal">401.</exception>
    public static Caller CallerOf(TenantState tenant, TenantRequest request)
    {
        var header = request.Header("Authorization") ?? "";
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || header.Length <= 7)
        {
            throw Refuse("Access token is empty.");
        }

        if (Jwt.Read(header[7..].Trim()) is not { } token)
        {
            throw Refuse("IDX14100: JWT is not well formed, there are no dots (.).");
        }

        if (!SigningKey.Instance.Signed(token))
        {
            throw Refuse("Access token validation failure. Invalid signature.");
        }

        if (token.Claims.Text("aud")?.TrimEnd('/') is not { } audience
            || (audience != Resources.GraphAppId && audience != $"https://{tenant.Cloud.GraphHost}")
            || request.Uri.Host != tenant.Cloud.GraphHost)
        {
            throw Refuse("Access token validation failure. Invalid audience.");
        }

        if (token.Time("exp") <= tenant.Now)
        {
            throw Refuse("Lifetime validation failed, the token is expired.");
        }

        if (token.Claims.Text("tid") != tenant.TenantId)
        {
            throw Refuse("The identity of the calling application could not be established.");
        }

        if (token.Claims.Text("scp") is { } scopes)
        {
            var user = token.Claims.Text("oid")!;
            return new Caller(token.Claims.Text("appid")!, user, scopes.Split(' ').ToHashSet(StringComparer.Ordinal))
            {
                UserId = user,
            };
        }

        var roles = (token.Claims["roles"] as JsonArray ?? []).Select(r => (string)r!).ToHashSet(StringComparer.Ordinal);
        return new Caller(token.Claims.Text("appid")!, token.Claims.Text("oid")!, roles);

        GraphRefusal Refuse(string message) => GraphRefusal.InvalidToken(message, tenant.TenantId, tenant.Cloud.LoginHost);
    }
}
