using MailAdmin.Core.Service;

namespace MailAdmin.Core.Inventory;

/// <summary>Finds the users that sign in over SMTP with a password, in the sign-in log.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/signin-list (AuditLog.Read.All, and a license of Entra ID P1);
/// https://learn.microsoft.com/entra/identity/monitoring-health/concept-sign-in-log-activity-details (clientAppUsed)
/// </remarks>
internal static class BasicSmtpUse
{
    private const string Filter = "clientAppUsed eq 'Authenticated SMTP'";

    /// <summary>User principal names; null if the log can't be read.</summary>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public static async Task<IReadOnlyList<string>?> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        try
        {
            var page = await session.CallGraphAsync(g => g.AuditLogs.SignIns.GetAsync(
                r => (r.QueryParameters.Filter, r.QueryParameters.Top) = (Filter, GraphPages.Largest),
                cancellationToken)).ConfigureAwait(false);
            return [.. (page?.Value ?? []).Select(s => s.UserPrincipalName).OfType<string>()
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        }
        catch (MailAdminException e) when (e is ServiceRefusedException or UnexpectedResponseException)
        {
            return null;
        }
    }
}
