using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Simulates the presence of EWS and Autodiscover: a request without a token gets a challenge
/// (https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-authenticate-an-ews-application-by-using-oauth),
/// and unsupported requests return Not Found. No request hangs or loses its connection.
/// </summary>
internal sealed class LegacyEndpoints(TenantState tenant)
{
    /// <summary>Outlook's first request: https://learn.microsoft.com/exchange/architecture/client-access/autodiscover.</summary>
    public const string AutodiscoverHost = "autodiscover-s.outlook.com";

    /// <summary>Answers one request.</summary>
    public TenantAnswer Answer(TenantRequest request)
    {
        var path = request.Uri.AbsolutePath.ToUpperInvariant();
        // The JSON form of Autodiscover requires no token.
        if (path.StartsWith("/AUTODISCOVER/AUTODISCOVER.JSON", StringComparison.Ordinal))
        {
            return TenantAnswer.OfJson(404, new JsonObject
            {
                ["ErrorCode"] = "UserNotFound",
                ["ErrorMessage"] = "The given user is not found.",
            });
        }

        var asksForToken = path.StartsWith("/EWS/", StringComparison.Ordinal)
            || path.StartsWith("/AUTODISCOVER/", StringComparison.Ordinal);
        if (!asksForToken || IsSignedIn(request.Header("Authorization") ?? ""))
        {
            return new TenantAnswer(404);
        }

        var answer = new TenantAnswer(401);
        answer.Headers["WWW-Authenticate"] = "Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\", "
            + $"trusted_issuers=\"00000001-0000-0000-c000-000000000000@*\", "
            + $"authorization_uri=\"https://{tenant.Cloud.LoginHost}/common/oauth2/authorize\"";
        return answer;
    }

    private bool IsSignedIn(string header) => header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && ExchangeToken.Read(tenant, header[7..]) is not null;
}
