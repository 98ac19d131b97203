using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// Assertions of external workloads: https://learn.microsoft.com/entra/workload-id/workload-identity-federation. A sandbox
/// supports one external identity provider, whose tokens are signed with the sandbox's key. The service would download the
/// provider's keys.
/// </summary>
internal sealed class WorkloadFederation(TenantState tenant)
{
    /// <summary>The provider: a name that DNS never resolves (RFC 6761 section 6.4).</summary>
    public const string Issuer = "https://workloads.mailadmin.invalid";

    public const string Audience = "api://AzureADTokenExchange";

    /// <summary>A token with which a workload proves itself for an hour.</summary>
    public string NewToken(string subject) => SigningKey.Instance.Sign(new()
    {
        ["iss"] = Issuer,
        ["sub"] = subject,
        ["aud"] = Audience,
        ["nbf"] = tenant.Now.ToUnixTimeSeconds(),
        ["exp"] = tenant.Now.AddHours(1).ToUnixTimeSeconds(),
    });

    /// <summary>Represents a trusted workload of an application.</summary>
    public static JsonObject Credential(string name, string issuer, string subject, string? audience = null) => new()
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["name"] = name,
        ["issuer"] = issuer,
        ["subject"] = subject,
        ["description"] = null,
        ["audiences"] = Json.Array(audience ?? Audience),
    };

    /// <exception cref="TokenRefusal">The application trusts no such workload, or the token isn't good.</exception>
    public void Check(DirectoryObject application, Jwt token)
    {
        string issuer = token.Claims.Text("iss") ?? "", subject = token.Claims.Text("sub") ?? "";
        var trusted = application.FederatedCredentials.Where(c => c.Text("issuer") == issuer).ToArray();
        if (trusted.Length == 0)
        {
            throw TokenRefusal.NoFederation(issuer);
        }

        if (!Array.Exists(trusted, c => c.Text("subject") == subject))
        {
            throw TokenRefusal.NoFederatedSubject(subject);
        }

        // The keys of other providers are out of reach.
        if (issuer != Issuer || !SigningKey.Instance.Signed(token))
        {
            throw TokenRefusal.BadAssertion("The key was not found");
        }

        if (token.Claims.Text("aud") != Audience)
        {
            throw TokenRefusal.AssertionAudience();
        }

        if (token.Time("exp") is not { } expires || expires <= tenant.Now)
        {
            throw TokenRefusal.AssertionTime(tenant.Now, token.Time("nbf"), token.Time("exp"));
        }
    }
}
