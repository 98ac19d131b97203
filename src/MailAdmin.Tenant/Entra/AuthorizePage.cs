using System.Net;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// The authorize endpoint, in a browser: signs in a user, prompts for consent, and sends a code to the app's redirect URI.
/// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
/// (docs/identity-platform/v2-oauth2-auth-code-flow.md of MicrosoftDocs/entra-docs).
/// </summary>
internal sealed class AuthorizePage(TenantState tenant, UserGrants grants)
{
    private readonly PersonSignIn _person = new(tenant);

    public TenantAnswer Answer(string tenantName, TenantRequest request, Func<TokenRefusal, string> describe)
    {
        Client client;
        string redirectUri;
        try
        {
            (client, redirectUri) = Check(tenantName, request);
        }
        catch (TokenRefusal refusal)
        {
            // The address might not be the app's own, so the user gets the error, and nothing is sent there.
            return SignInPage.Text(400, "Sorry, but we're having trouble signing you in.", describe(refusal));
        }

        try
        {
            var scope = Need(request, "scope");
            if (Need(request, "response_type") != "code" || request.Query("code_challenge_method") is not (null or "S256"))
            {
                throw TokenRefusal.UnsupportedGrant(request.Query("response_type") ?? "");
            }

            return _person.Next(client, scope, request, out var user)
                ?? Send(request, redirectUri,
                    new() { ["code"] = grants.NewCode(client, user!, scope, redirectUri, request.Query("code_challenge")) });
        }
        catch (TokenRefusal refusal)
        {
            // The token endpoint's error code isn't valid here: RFC 6749 section 4.1.2.1.
            var error = refusal.Error == "invalid_grant" ? "access_denied" : refusal.Error;
            return Send(request, redirectUri, new() { ["error"] = error, ["error_description"] = describe(refusal) });
        }
    }

    private (Client Client, string RedirectUri) Check(string tenantName, TenantRequest request)
    {
        var client = Client.Find(tenant, Need(request, "client_id"), tenantName);
        var redirectUri = Need(request, "redirect_uri");
        return client.IsPublicAt(redirectUri) is null
            ? throw TokenRefusal.RedirectMismatch(redirectUri, client.AppId)
            : (client, redirectUri);
    }

    private static string Need(TenantRequest request, string parameter) =>
        request.Query(parameter) is { Length: > 0 } value ? value : throw TokenRefusal.Missing(parameter);

    private static TenantAnswer Send(TenantRequest request, string redirectUri, Dictionary<string, string> values)
    {
        if (request.Query("state") is { } state)
        {
            values["state"] = state;
        }

        if (request.Query("response_mode") == "form_post")
        {
            return SignInPage.Post(redirectUri, values);
        }

        var mark = redirectUri.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        if (request.Query("response_mode") == "fragment")
        {
            mark = '#';
        }

        var answer = new TenantAnswer(302);
        answer.Headers["Location"] = redirectUri + mark
            + string.Join('&', values.Select(v => $"{v.Key}={WebUtility.UrlEncode(v.Value)}"));
        return answer;
    }
}
