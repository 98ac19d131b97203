using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using SignInRecord = Microsoft.Graph.Models.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Finds the Conditional Access policy behind a refused sign-in, in the sign-in log.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/signin-list (AuditLog.Read.All, and Entra ID P1 or P2; the policies are returned only to
/// callers with Policy.Read.ConditionalAccess or Policy.Read.All). Sign-ins of service principals are in
/// https://learn.microsoft.com/graph/api/signin-list?view=graph-rest-beta.
/// </remarks>
/// <param name="session">The session that reads the log; null if there is none.</param>
/// <param name="connection">The connection whose sign-in was refused.</param>
internal sealed class SignInPolicy(Session? session, MailboxConnection connection)
{
    private const string NoPremium = "Authentication_RequestFromNonPremiumTenantOrB2CTenant", Failed = "failure";

    /// <summary>The log is searched for sign-ins up to this age.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Whether a policy can be the cause of a refusal.</summary>
    public static bool CanExplain(MailCheck refused) => refused.Reason is MailCheckReason.ConditionalAccess
        or MailCheckReason.DeviceNotAccepted or MailCheckReason.InteractionRequired;

    /// <summary>Adds the policy's name to the cause, or why it can't be read.</summary>
    /// <returns>The check, with the step that shows the policy or the log if it has no other step.</returns>
    public async Task<MailCheck> ExplainAsync(MailCheck refused, CancellationToken cancellationToken)
    {
        if (session is null)
        {
            return With(refused, "The sign-in log names the policy.", LogCommand());
        }

        try
        {
            var all = await ReadAsync(session, cancellationToken).ConfigureAwait(false);
            var same = all.FirstOrDefault(s => Same(s.CorrelationId, refused.CorrelationId));
            // Another sign-in may have met another policy, so it's named as such.
            var signIn = same ?? all.FirstOrDefault();
            if (signIn is null)
            {
                return With(
                    refused, "The sign-in log, which names the policy, doesn't have the sign-in yet. It can take 10 minutes.",
                    LogCommand());
            }

            var policy = signIn.AppliedConditionalAccessPolicies?.Find(
                p => p.Result == AppliedConditionalAccessPolicyResult.Failure);
            return policy is null
                ? With(
                    refused, (same is null ? "" : "The sign-in log confirms it. ")
                        + "The name of the policy requires Policy.Read.ConditionalAccess.", LogCommand())
                : With(
                    refused, (same is null ? "In the latest refused sign-in of the log" : "By the sign-in log")
                        + $", the policy is '{policy.DisplayName}'{Controls(policy)}.",
                    new Remedy(
                    $"Get-MgIdentityConditionalAccessPolicy -ConditionalAccessPolicyId {policy.Id}")
                {
                    Module = "Microsoft.Graph.Identity.SignIns",
                    RequiredRole = "Security Reader",
                });
        }
        catch (ServiceRefusedException e) when (e.Code == NoPremium)
        {
            return With(
                refused, "The sign-in log names the policy. To read it over Graph, the tenant needs Entra ID P1 or P2.", null);
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            return With(
                refused, "The sign-in log names the policy. You don't have AuditLog.Read.All to read it.", LogCommand());
        }
        catch (MailAdminException e)
        {
            VerboseLog.Write($"The sign-in log can't be read: {e.Message}");
            return refused;
        }
    }

    /// <summary>The sign-ins of the app or user that policies refused, the newest first.</summary>
    private async Task<IReadOnlyList<SignInRecord>> ReadAsync(Session from, CancellationToken cancellationToken)
    {
        var filter = Filter().AtLeast("createdDateTime", from.Wire.Time.GetUtcNow() - Window);
        if (connection.Person is not null)
        {
            var page = await from.CallGraphAsync(g => g.AuditLogs.SignIns.GetAsync(
                r => r.QueryParameters.Filter = $"{filter}", cancellationToken)).ConfigureAwait(false);
            return page?.Value ?? [];
        }

        var uri = new Uri(
            $"https://{from.Cloud.GraphHost}/beta/auditLogs/signIns?$filter={Uri.EscapeDataString($"{filter}")}");
        var apps = await from.CallGraphAsync(
            g => SessionLists.PageAsync<SignInCollectionResponse>(g, uri, cancellationToken)).ConfigureAwait(false);
        return apps?.Value ?? [];
    }

    private OData Filter()
    {
        var filter = new OData().Equal("appId", connection.ClientId).Equal("conditionalAccessStatus", Failed);
        return (connection.Person, connection.UserPrincipalName) switch
        {
            (null, _) => filter.Any("signInEventTypes", "servicePrincipal"),
            (_, { } user) => filter.Equal("userPrincipalName", user),
            _ => filter,
        };
    }

    /// <summary>Returns the command for an administrator who can read the log.</summary>
    private Remedy LogCommand()
    {
        var isPerson = connection.Person is not null;
        return new Remedy(
            $"{(isPerson ? "Get-MgAuditLogSignIn" : "Get-MgBetaAuditLogSignIn")} -Filter {CommandText.Of($"{Filter()}")} -Top 1 "
                + "| Select-Object -ExpandProperty AppliedConditionalAccessPolicies")
        {
            Module = isPerson ? "Microsoft.Graph.Reports" : "Microsoft.Graph.Beta.Reports",
            RequiredRole = "Security Reader",
        };
    }

    private static MailCheck With(MailCheck refused, string sentence, Remedy? remedy) => refused with
    {
        Cause = $"{refused.Cause} {sentence}",
        Remedy = refused.Remedy ?? remedy,
    };

    private static string Controls(AppliedConditionalAccessPolicy policy) =>
        policy.EnforcedGrantControls is { Count: > 0 } controls ? $" ({string.Join(", ", controls)})" : "";

    private static bool Same(string? left, string? right) =>
        left is not null && left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
