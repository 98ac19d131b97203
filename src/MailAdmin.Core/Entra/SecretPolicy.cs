namespace MailAdmin.Core.Entra;

/// <summary>What the tenant's app management policy says about secrets.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/tenantappmanagementpolicy-get</remarks>
internal static class SecretPolicy
{
    /// <summary>The longest lifetime that is allowed; null when the policy has none or can't be read.</summary>
    public static async Task<TimeSpan?> LongestLifetimeAsync(Session session, CancellationToken cancellationToken)
    {
        try
        {
            var policy = await session.CallGraphAsync(g => g.Policies.DefaultAppManagementPolicy.GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            var caps = (policy?.ApplicationRestrictions?.PasswordCredentials ?? [])
                .Where(r => r.RestrictionType == Microsoft.Graph.Models.AppCredentialRestrictionType.PasswordLifetime).Select(r => r.MaxLifetime).OfType<TimeSpan>().ToArray();
            return caps.Length == 0 ? null : caps.Min();
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is 403 or 404)
        {
            Narration.Tell($"The tenant's app management policy can't be read: {e.Message}");
            return null;
        }
    }
}
