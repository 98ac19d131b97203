using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// Creates access tokens. Claims: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
/// (docs/identity-platform/access-token-claims-reference.md of MicrosoftDocs/entra-docs). Microsoft's own resources accept tokens
/// of version 1.0. An application of the tenant gets the version in its api.requestedAccessTokenVersion.
/// </summary>
internal sealed class TokenIssuer(TenantState tenant)
{
    /// <summary>The service gives 60 to 90 minutes; the documentation's example has 3599 s.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3599);

    /// <summary>Returns the token endpoint's response to an app-only request.</summary>
    /// <exception cref="TokenRefusal">The resource takes only apps with a role, and this one has none.</exception>
    public JsonObject AppToken(
        DirectoryObject application, DirectoryObject principal, ClientProof proof, DirectoryObject resource, string audience)
    {
        var isVersion2 = tenant.Directory.ApplicationOf(resource.AppId)?.Json["api"] is JsonObject api
            && api["requestedAccessTokenVersion"] is JsonValue version && version.TryGetValue(out int two) && two == 2;
        var claims = Common(isVersion2 ? resource.AppId : audience, isVersion2);
        var suffix = ((int)proof).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (isVersion2)
        {
            claims["azp"] = application.AppId;
            claims["azpacr"] = suffix;
        }
        else
        {
            claims["app_displayname"] = application.DisplayName;
            claims["appid"] = application.AppId;
            claims["appidacr"] = suffix;
            claims["idp"] = claims.Text("iss");
        }

        claims["idtyp"] = "app";
        claims["oid"] = principal.Id;
        claims["sub"] = principal.Id;
        string[] roles = [.. tenant.Directory.GrantedRoles(principal.Id, resource)];
        if (roles.Length == 0 && resource.Json.Flag("appRoleAssignmentRequired") == true)
        {
            throw TokenRefusal.NotAssigned(application.AppId, application.DisplayName, resource.AppId, resource.DisplayName);
        }

        if (roles.Length > 0)
        {
            claims["roles"] = Json.Array(roles);
        }

        var seconds = (int)Lifetime.TotalSeconds;
        return new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = seconds,
            ["ext_expires_in"] = seconds,
            ["access_token"] = SigningKey.Instance.Sign(claims),
        };
    }

    /// <summary>Returns the token endpoint's response to a request on behalf of a user.</summary>
    /// <param name="client">The app.</param>
    /// <param name="isPublic">Whether it proved nothing of itself.</param>
    /// <param name="user">The person.</param>
    /// <param name="scopes">The granted scopes.</param>
    /// <param name="refreshToken">Null if none was requested.</param>
    public JsonObject UserToken(
        Client client, bool isPublic, DirectoryObject user, ScopeRequest request, IReadOnlyList<string> scopes,
        string? refreshToken)
    {
        var claims = Common(request.Audience, isVersion2: false);
        var name = user.Json.Text("userPrincipalName")!;
        claims["app_displayname"] = client.Name;
        claims["appid"] = client.AppId;
        claims["appidacr"] = isPublic ? "0" : "1";
        claims["idtyp"] = "user";
        claims["name"] = user.DisplayName;
        claims["oid"] = user.Id;
        claims["scp"] = string.Join(' ', scopes);
        claims["sub"] = Subject(client, user);
        claims["unique_name"] = name;
        claims["upn"] = name;
        if (tenant.Directory.IsAdmin(user))
        {
            claims["wids"] = Json.Array(DirectoryStore.GlobalAdministrator);
        }

        var seconds = (int)Lifetime.TotalSeconds;
        var answer = new JsonObject
        {
            ["token_type"] = "Bearer",
            ["scope"] = string.Join(' ', scopes.Select(s => $"{request.Audience}/{s}")),
            ["expires_in"] = seconds,
            ["ext_expires_in"] = seconds,
            ["access_token"] = SigningKey.Instance.Sign(claims),
            ["id_token"] = IdToken(client, user, name),
            // https://learn.microsoft.com/entra/msal/dotnet/ identifies accounts by it: the IDs of the object and of the tenant.
            ["client_info"] = Base64Url.Encode(Json.Bytes(new JsonObject { ["uid"] = user.Id, ["utid"] = tenant.TenantId })),
        };
        if (refreshToken is not null)
        {
            answer["refresh_token"] = refreshToken;
        }

        return answer;
    }

    /// <summary>https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference</summary>
    private string IdToken(Client client, DirectoryObject user, string name)
    {
        var claims = Common(client.AppId, isVersion2: true);
        claims["name"] = user.DisplayName;
        claims["oid"] = user.Id;
        claims["preferred_username"] = name;
        claims["sub"] = Subject(client, user);
        return SigningKey.Instance.Sign(claims);
    }

    /// <summary>Pairwise: the same person is another subject for another app.</summary>
    private static string Subject(Client client, DirectoryObject user) =>
        Base64Url.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(client.AppId + user.Id)));

    private JsonObject Common(string audience, bool isVersion2)
    {
        // The service dates a token five minutes back, so that clocks that lag still take it.
        var now = (tenant.Now - TimeSpan.FromMinutes(5)).ToUnixTimeSeconds();
        return new JsonObject
        {
            ["aud"] = audience,
            ["iss"] = isVersion2
                ? $"https://{tenant.Cloud.LoginHost}/{tenant.TenantId}/v2.0"
                : $"https://sts.windows.net/{tenant.TenantId}/",
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = (tenant.Now + Lifetime).ToUnixTimeSeconds(),
            ["aio"] = Base64Url.Encode(RandomNumberGenerator.GetBytes(24)),
            ["rh"] = "1." + Base64Url.Encode(RandomNumberGenerator.GetBytes(32)) + ".",
            ["tid"] = tenant.TenantId,
            ["uti"] = Base64Url.Encode(RandomNumberGenerator.GetBytes(16)),
            ["ver"] = isVersion2 ? "2.0" : "1.0",
        };
    }
}
