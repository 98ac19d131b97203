using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>What the tenant's app management policy says about how long secrets and certificates may last.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/tenantappmanagementpolicy-get</remarks>
internal static class SecretPolicy
{
    /// <summary>The code with which the service refuses a credential that would last too long.</summary>
    public const string Refusal = GraphCodes.CredentialLifetime;

    /// <summary>The longest lifetime that is allowed; null when the policy has none or can't be read.</summary>
    public static async Task<TimeSpan?> LongestLifetimeAsync(
        Session session, CredentialKind kind, CancellationToken cancellationToken)
    {
        try
        {
            var policy = await session.CallGraphAsync(
                g => g.Policies.DefaultAppManagementPolicy.GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            var caps = kind == CredentialKind.Secret
                ? (policy?.ApplicationRestrictions?.PasswordCredentials ?? [])
                    .Where(r => r.RestrictionType == AppCredentialRestrictionType.PasswordLifetime).Select(r => r.MaxLifetime)
                : (policy?.ApplicationRestrictions?.KeyCredentials ?? [])
                    .Where(r => r.RestrictionType == AppKeyCredentialRestrictionType.AsymmetricKeyLifetime)
                    .Select(r => r.MaxLifetime);
            return caps.OfType<TimeSpan>().Order().Select(c => (TimeSpan?)c).FirstOrDefault();
        }
        catch (ServiceRefusedException e) when (e.IsDenied || e.HttpStatus == 404)
        {
            VerboseLog.Write($"The tenant's app management policy can't be read: {e.Message}");
            return null;
        }
    }
}
