using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// The requests of older libraries: the token endpoint of version 1.0, which uses a resource instead of scopes
/// (https://learn.microsoft.com/previous-versions/azure/active-directory/azuread-dev/v1-oauth2-client-creds-grant-flow), and the
/// discovery of a user's identity provider (UserRealmDiscoveryResponse of AzureAD/microsoft-authentication-library-for-dotnet).
/// </summary>
internal static class Version1
{
    private static readonly string[] WithoutResource = ["refresh_token", "authorization_code"];

    /// <summary>The same request in words of version 2.0.</summary>
    /// <exception cref="TokenRefusal">It names no resource.</exception>
    public static Dictionary<string, string> ToVersion2(Dictionary<string, string> form)
    {
        var request = new Dictionary<string, string>(form, form.Comparer);
        if (form.GetValueOrDefault("resource") is { Length: > 0 } resource)
        {
            request["scope"] = resource + "/.default";
        }
        else if (!WithoutResource.Contains(form.GetValueOrDefault("grant_type")))
        {
            throw TokenRefusal.Missing("resource");
        }

        return request;
    }

    /// <summary>Returns a response in the form of version 1.0: numbers are strings, and it contains the resource.</summary>
    public static JsonObject Answer(JsonObject token, string? resource, DateTimeOffset now)
    {
        var seconds = (int)token["expires_in"]!;
        token["expires_in"] = Text(seconds);
        token["ext_expires_in"] = Text(seconds);
        token["expires_on"] = Text(now.AddSeconds(seconds).ToUnixTimeSeconds());
        token["not_before"] = Text(now.AddMinutes(-5).ToUnixTimeSeconds());
        token["resource"] = resource;
        return token;
    }

    /// <summary>Returns a user's identity provider, in the versions that libraries request: 1.0, and 2.1.</summary>
    public static JsonObject UserRealm(TenantState tenant, string user, string? version, string host)
    {
        var cloud = host == "login.microsoftonline.com" ? "microsoftonline.com" : host["login.".Length..];
        var domain = user.Split('@')[^1];
        var isOurs = DirectoryStore.Same(domain, tenant.Domain);
        if (version is not null && !version.StartsWith('1'))
        {
            var realm = new JsonObject { ["Login"] = user, ["NameSpaceType"] = isOurs ? "Managed" : "Unknown" };
            if (isOurs)
            {
                realm["DomainName"] = tenant.Domain;
                realm["FederationBrandName"] = DirectoryStore.Organization;
                realm["TenantBrandingInfo"] = null;
            }

            realm["cloud_instance_name"] = cloud;
            return realm;
        }

        var old = new JsonObject { ["ver"] = "1.0", ["account_type"] = isOurs ? "Managed" : "Unknown" };
        if (isOurs)
        {
            old["domain_name"] = tenant.Domain;
        }

        old["cloud_instance_name"] = cloud;
        old["cloud_audience_urn"] = "urn:federation:MicrosoftOnline";
        return old;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
