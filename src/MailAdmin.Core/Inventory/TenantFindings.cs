using MailAdmin.Core.Access;

namespace MailAdmin.Core.Inventory;

/// <summary>
/// Finds technology in the whole tenant that Microsoft retires: settings to check, with the required action and its date.
/// </summary>
internal static class TenantFindings
{
    private const int Shown = 10;

    /// <summary>The findings.</summary>
    /// <param name="protocols">The protocol settings.</param>
    /// <param name="basicUsers">The users of basic authentication over SMTP; null if the sign-in log can't be read.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<MailAppFinding> Of(
        TenantProtocols protocols, IReadOnlyList<string>? basicUsers, DateTimeOffset now) =>
        [Ews(protocols, now), Smtp(protocols, basicUsers, now)];

    private static MailAppFinding Ews(TenantProtocols protocols, DateTimeOffset now)
    {
        var list = protocols.EwsAllowedApps switch
        {
            null => "EWSAllowedAppIDs isn't set.",
            [] => "The list EWSAllowedAppIDs is empty.",
            var apps => $"EWSAllowedAppIDs: {string.Join(", ", apps)}.",
        };
        var state = protocols.EwsEnabled switch { true => "True", false => "False", null => "not set" };
        return new MailAppFinding(
            MailAppFindingKind.Retired,
            ($"EwsEnabled of the organization is {state}. {list} "
                + Mailboxes("EWS is disabled for", protocols.EwsDisabledMailboxes)).TrimEnd())
        {
            Advice = now >= Retirements.EwsGone ? "Exchange Web Services ended on 2027-04-01."
                : "Exchange Web Services end on 2027-04-01. Until then, set EwsEnabled to True and list the remaining apps in "
                    + "EWSAllowedAppIDs. Since October 2026, Microsoft disables EWS in tenants where EwsEnabled isn't set.",
            Deadline = Retirements.EwsGone,
        };
    }

    private static MailAppFinding Smtp(TenantProtocols protocols, IReadOnlyList<string>? basicUsers, DateTimeOffset now)
    {
        var tenant = protocols.SmtpAuthDisabled switch { true => "disabled", false => "enabled", null => "unknown" };
        var users = basicUsers switch
        {
            null => "The sign-in log couldn't be read, so users of passwords are unknown.",
            [] => "The sign-in log has no sign-ins with a password.",
            _ => $"Users with a password sign-in: {Names(basicUsers)}.",
        };
        return new MailAppFinding(
            MailAppFindingKind.Retired,
            $"SMTP AUTH is {tenant} for the tenant. "
                + $"{Mailboxes("Mailbox settings enable it for", protocols.SmtpAuthMailboxes)} {users}".TrimStart())
        {
            Advice = "From the end of December 2026, basic authentication (a password) for SMTP AUTH is off by default. "
                + "Microsoft will announce the final date in the second half of 2027. Don't use "
                + "SmtpClientAuthenticationDisabled, because it also blocks OAuth. Instead, use OAuth (New-MailboxConnection "
                + "-Protocol Smtp), a relay connector, High Volume Email for internal recipients, or Azure Communication "
                + "Services.",
            Deadline = Retirements.BasicSmtpOff,
        };
    }

    private static string Mailboxes(string what, IReadOnlyList<string> mailboxes) => mailboxes.Count == 0 ? ""
        : $"{what} {mailboxes.Count} {(mailboxes.Count == 1 ? "mailbox" : "mailboxes")}: {Names(mailboxes)}.";

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
}
