using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Represents the rules of the tenant's app management policy for secrets and certificates.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/tenantappmanagementpolicy-get,
/// https://learn.microsoft.com/graph/api/resources/passwordcredentialconfiguration (passwordAddition, passwordLifetime)
/// </remarks>
internal static class SecretPolicy
{
    /// <summary>The code with which the service refuses a credential that would last too long.</summary>
    public const string Refusal = GraphCodes.CredentialLifetime;

    /// <summary>The code with which the service refuses any secret.</summary>
    public const string Blocked = GraphCodes.CredentialType;

    /// <summary>Rejects a secret that the policy doesn't allow, before the first change.</summary>
    /// <param name="session">Signed in with Policy.Read.All; without it, the service refuses later.</param>
    /// <param name="name">The app's name.</param>
    /// <param name="lifetime">The lifetime of the secret.</param>
    /// <param name="isNeeded">Whether the app requires it, so that the app isn't created without it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">SecretLifetimeCapped, or SecretsBlocked.</exception>
    public static async Task CheckAsync(
        Session session, string name, SecretLifetime lifetime, bool isNeeded, CancellationToken cancellationToken)
    {
        var restrictions = await ReadAsync(session, cancellationToken).ConfigureAwait(false);
        var passwords = restrictions?.PasswordCredentials ?? [];
        if (isNeeded && passwords.Exists(r => r.RestrictionType == AppCredentialRestrictionType.PasswordAddition))
        {
            throw Forbidden(name, null, session.Cloud, null);
        }

        var now = session.Wire.Time.GetUtcNow();
        if (lifetime.Parameter is not null && Longest(passwords) is { } cap && now.AddMonths(lifetime.Months) - now > cap)
        {
            throw Capped(lifetime, cap, null);
        }
    }

    /// <summary>The longest lifetime that is allowed; null when the policy has none or can't be read.</summary>
    public static async Task<TimeSpan?> LongestLifetimeAsync(
        Session session, CredentialKind kind, CancellationToken cancellationToken)
    {
        var restrictions = await ReadAsync(session, cancellationToken).ConfigureAwait(false);
        return kind == CredentialKind.Secret
            ? Longest(restrictions?.PasswordCredentials ?? [])
            : (restrictions?.KeyCredentials ?? [])
                .Where(r => r.RestrictionType == AppKeyCredentialRestrictionType.AsymmetricKeyLifetime)
                .Select(r => r.MaxLifetime).OfType<TimeSpan>().Order().Select(c => (TimeSpan?)c).FirstOrDefault();
    }

    /// <summary>The error for a specified lifetime that is too long.</summary>
    public static InvalidRequestException Capped(SecretLifetime lifetime, TimeSpan? cap, Exception? inner) => new(
        "SecretLifetimeCapped",
        cap is null ? $"A policy of the tenant doesn't allow a secret of {lifetime.Months} months: {inner?.Message}"
            : $"A policy of the tenant limits secrets to {cap.Value.TotalDays:0.#} days, which is less than "
                + $"{lifetime.Months} months.",
        inner)
    {
        Target = lifetime.Months,
        Advice = cap is { TotalDays: >= 31 }
            ? $"Specify {lifetime.Parameter} {(int)(cap.Value.TotalDays / 31)}, or remove it to use the longest "
                + "lifetime that is allowed."
            : $"Remove {lifetime.Parameter} to use the longest lifetime that is allowed, or use a certificate "
                + "(New-MailAppCertificate).",
    };

    /// <summary>
    /// The error if no app is allowed to have a secret. Only the security team can grant an exemption, so the request is shown,
    /// not sent.
    /// </summary>
    /// <remarks>
    /// https://learn.microsoft.com/graph/api/appmanagementpolicy-post-appmanagementpolicies,
    /// https://learn.microsoft.com/graph/api/appmanagementpolicy-post-appliesto
    /// </remarks>
    public static InvalidRequestException Forbidden(string name, string? applicationId, Cloud cloud, Exception? inner)
    {
        var graph = $"https://{cloud.GraphHost}/v1.0";
        return new InvalidRequestException(
            "SecretsBlocked", $"Can't create a client secret for '{name}' because a policy of the tenant blocks "
                + "client secrets.", inner)
        {
            Target = name,
            Advice = "If the product accepts a certificate, use New-MailAppCertificate. Otherwise, request an "
                + "exemption for this app from the owner of the policy: POST "
                + $"{graph}/policies/appManagementPolicies "
                + $$"""{"displayName":"Secret for {{name}}","isEnabled":true,"restrictions":{"passwordCredentials":"""
                + """[{"restrictionType":"passwordAddition","state":"disabled"}]}}, """
                + $"then POST {graph}/applications/{applicationId ?? "OBJECT-ID-OF-THE-APP"}/appManagementPolicies/$ref "
                + $$"""{"@odata.id":"{{graph}}/policies/appManagementPolicies/ID-OF-THE-POLICY"}.""",
        };
    }

    private static TimeSpan? Longest(IEnumerable<PasswordCredentialConfiguration> passwords) => passwords
        .Where(r => r.RestrictionType == AppCredentialRestrictionType.PasswordLifetime)
        .Select(r => r.MaxLifetime).OfType<TimeSpan>().Order().Select(c => (TimeSpan?)c).FirstOrDefault();

    private static async Task<AppManagementConfiguration?> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        try
        {
            var policy = await session.CallGraphAsync(
                g => g.Policies.DefaultAppManagementPolicy.GetAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            return policy is { IsEnabled: true } ? policy.ApplicationRestrictions : null;
        }
        catch (ServiceRefusedException e) when (e.IsDenied || e.HttpStatus == 404)
        {
            VerboseLog.Write($"The tenant's app management policy can't be read: {e.Message}");
            return null;
        }
    }
}
