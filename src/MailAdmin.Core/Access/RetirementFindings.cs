using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Access;

/// <summary>
/// Finds the technology that an app uses and Microsoft retires, and whether it works now with the tenant's settings.
/// </summary>
internal static class RetirementFindings
{
    /// <summary>The findings, with the required action and its date.</summary>
    /// <param name="clientId">The app.</param>
    /// <param name="access">Its ways to mail.</param>
    /// <param name="protocols">The settings of EWS and SMTP; null if they can't be read.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<MailAppFinding> Of(
        string clientId, IReadOnlyList<MailAppAccessPath> access, TenantProtocols? protocols, DateTimeOffset now)
    {
        if (access.Any(a => a.Protocol == "EWS"))
        {
            var dates = now < Retirements.EwsBlocked
                ? "Exchange Web Services are blocked from 2026-10-01 unless the organization allows the app. They end on "
                    + "2027-04-01."
                : now < Retirements.EwsGone
                    ? "Exchange Web Services have been blocked since 2026-10-01 unless the organization allowed the app. "
                        + "They end on 2027-04-01."
                : "Exchange Web Services ended on 2027-04-01. The permission has no effect.";
            yield return new(
                MailAppFindingKind.Retired,
                protocols is null || now >= Retirements.EwsGone ? dates : $"{dates} {Ews(protocols, clientId, now)}")
            {
                Advice = "Move the app to Microsoft Graph, and then run Revoke-MailAppConsent.",
                Deadline = Retirements.EwsGone,
            };
        }

        if (protocols is not null && Smtp(access, protocols) is { } smtp)
        {
            yield return smtp;
        }

        if (access.Any(a => a.Protocol == PermissionTable.OutlookRest))
        {
            yield return new(MailAppFindingKind.Retired, "The app has permissions of the Outlook REST API, which is retired.")
            {
                Advice = "To remove them, run Revoke-MailAppConsent.",
            };
        }

        if (access.Any(a => a.Permission.Contains("Mail-Advanced.", StringComparison.Ordinal)))
        {
            yield return new(
                MailAppFindingKind.AdvancedPermission,
                "The app can change the content of messages that were sent or received. From 2026-12-31, only apps with "
                    + "Mail-Advanced permissions can.")
            {
                Advice = "If the app only marks, moves, or deletes messages, Mail.ReadWrite is sufficient. Revoke "
                    + "the permission.",
                Deadline = Retirements.AdvancedEnforced,
            };
        }

        if (access.Any(a => a.Scope.Contains("(policy)", StringComparison.Ordinal)))
        {
            yield return new(
                MailAppFindingKind.LegacyPolicy,
                "An application access policy restricts the app, which is legacy. Microsoft hasn't published a date.")
            {
                Advice = "To replace it with roles, run Limit-MailApp -FromPolicy.",
                Remedy = new Remedy($"Limit-MailApp -App {clientId} -FromPolicy")
                {
                    RequiredRole = ExchangeRoles.Organization,
                },
            };
        }
    }

    /// <summary>Mailboxes of the app for which SMTP AUTH is off now, also for OAuth.</summary>
    private static MailAppFinding? Smtp(IReadOnlyList<MailAppAccessPath> access, TenantProtocols protocols)
    {
        string[] mailboxes =
        [
            .. access.Where(a => a.Protocol == "SMTP").SelectMany(a => a.Mailbox ?? []).Where(m => protocols.IsSmtpAuthOff(m))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        return mailboxes.Length == 0 ? null
            : new(MailAppFindingKind.NoEffect, $"The app can't send over SMTP because SMTP AUTH is disabled for: "
                + $"{string.Join(", ", mailboxes)}.")
            {
                Advice = "Enable SMTP AUTH for these mailboxes only. It stays available for OAuth.",
                Remedy = new Remedy(
                    $"Set-MailboxSetting -Mailbox {string.Join(", ", mailboxes.Select(CommandText.Of))} -SmtpAuth Enabled")
                {
                    RequiredRole = ExchangeRoles.Recipients,
                },
            };
    }

    private static string Ews(TenantProtocols protocols, string clientId, DateTimeOffset now)
    {
        var disabled = protocols.EwsDisabledMailboxes;
        return protocols.Ews(clientId, now).Why + (disabled.Count == 0 ? ""
            : $" For {disabled.Count} {(disabled.Count == 1 ? "mailbox" : "mailboxes")} it is disabled.");
    }
}
