using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Entra;

/// <summary>
/// Assertions of workloads elsewhere: https://learn.microsoft.com/entra/workload-id/workload-identity-federation. A sandbox knows
/// one identity provider beside itself, whose tokens its own key signs; the service would fetch the provider's keys.
/// </summary>
internal sealed class WorkloadFederation(TenantState tenant)
{
    /// <summary>The provider: a name that no DNS ever knows (RFC 6761 section 6.4).</summary>
    public const string Issuer = "https://workloads.mailadmin.invalid";

    private const string Audience = "api://AzureADTokenExchange";

    /// <summary>A token with which a workload proves itself for an hour.</summary>
    public string NewToken(string subject) => SigningKey.Instance.Sign(new()
    {
        ["iss"] = Issuer,
        ["sub"] = subject,
        ["aud"] = Audience,
        ["nbf"] = tenant.Now.ToUnixTimeSeconds(),
        ["exp"] = tenant.Now.AddHours(1).ToUnixTimeSeconds(),
    });

    /// <exception cref="TokenRefusal">The application trusts no such workload, or the token is not good.</exception>
    public void Check(DirectoryObject application, Jwt token)
    {
        string issuer = token.Claims.Text("iss") ?? "", subject = token.Claims.Text("sub") ?? "";
        var trusted = tenant.Directory.FederatedSubjects.GetValueOrDefault(application.AppId);
        if (issuer != Issuer || trusted is null)
        {
            throw TokenRefusal.NoFederation(issuer);
        }

        if (!trusted.Contains(subject))
        {
            throw TokenRefusal.NoFederatedSubject(subject);
        }

        if (!SigningKey.Instance.Signed(token))
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
