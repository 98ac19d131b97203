// Longer than 250 lines: each check is a sentence for each outcome, with its cause and its next step.
using MailAdmin.Core.Access;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Creates the checks that determine whether an app can access a mailbox, from the service's responses.</summary>
internal static class AccessChecks
{
    /// <summary>Policies restrict what Entra grants, and that is nothing.</summary>
    public static readonly MailCheck NoPolicy = new("Policy", CheckStatus.Skipped)
    {
        Evidence = "a policy restricts permissions of Entra, and none is granted",
    };

    /// <summary>The recommended action for a service principal in Exchange with a wrong object ID.</summary>
    public const string PointerAdvice = "Run Grant-MailboxAccess -Force to re-create the service principal in "
        + "Exchange. Permissions and role assignments are kept.";

    /// <summary>Policies don't apply to IMAP.</summary>
    public static readonly MailCheck NoPolicyOverImap = new("Policy", CheckStatus.Skipped)
    {
        Evidence = "application access policies and Exchange roles aren't evaluated for IMAP",
    };

    /// <summary>The check of roles for an app without a service principal in Exchange.</summary>
    public static readonly MailCheck NoRoles = new("Roles", CheckStatus.Skipped)
    {
        Evidence = "roles are effective only with a service principal in Exchange",
    };

    /// <summary>The check of the permissions granted in Entra.</summary>
    public static MailCheck Granted(MailAppPermission[] granted) => new("Entra", CheckStatus.Passed)
    {
        Evidence = $"granted for all mailboxes: {string.Join(", ", granted.AsEnumerable())}",
    };

    /// <summary>The failed check if Entra grants no permission for a purpose.</summary>
    /// <param name="purpose">The purpose.</param>
    /// <param name="other">The other permitted purposes, in words; null for none.</param>
    /// <param name="permission">The permission of the role that would do; null for none.</param>
    /// <param name="remedy">The step that assigns that role.</param>
    public static MailCheck Missing(AccessPurpose purpose, string? other, string? permission, Remedy? remedy) => new(
        "Entra", CheckStatus.Failed)
    {
        Evidence = purpose.None,
        Cause = $"{purpose.None}, and Exchange assigns no role.{(other is null ? "" : $" {other}")}",
        Reason = MailCheckReason.PermissionMissing,
        Advice = permission is null
            ? "Exchange Web Services end on 2027-04-01. Use Microsoft Graph instead."
            : "Assign a role in Exchange for the mailboxes that the app needs (Limit-MailApp). A requested "
                + "permission has no effect until it is granted, and an Entra permission gives access to all "
                + "mailboxes. Roles take up to 2 hours to take effect.",
        Remedy = remedy,
    };

    /// <summary>Whether Entra grants IMAP.</summary>
    public static MailCheck GrantedImap(IEnumerable<MailAppPermission> granted, AccessRemedies to) =>
        granted.Any(p => p is { Kind: PermissionKind.Application, Resource: "Exchange", Name: "IMAP.AccessAsApp" })
        ? new MailCheck("Entra", CheckStatus.Passed) { Evidence = "Exchange/IMAP.AccessAsApp is granted" }
        : new MailCheck("Entra", CheckStatus.Failed)
        {
            Evidence = "Exchange/IMAP.AccessAsApp isn't granted",
            Cause = "The app has no permission to use IMAP.",
            Reason = MailCheckReason.PermissionMissing,
            Advice = "Run Grant-MailAppConsent -ApplicationPermission Exchange/IMAP.AccessAsApp. Permissions of "
                + "Graph have no effect on IMAP.",
            Remedy = to.ImapPermission(),
        };

    /// <summary>Whether Entra grants SMTP, or a role in Exchange does.</summary>
    /// <param name="isGranted">Whether Entra grants SMTP.SendAsApp.</param>
    /// <param name="roles">The app's roles for SMTP.</param>
    public static MailCheck GrantedSmtp(bool isGranted, RoleRow[] roles, Remedy? remedy) => (isGranted, roles.Length) switch
    {
        (true, _) => new MailCheck("Entra", CheckStatus.Passed) { Evidence = "Exchange/SMTP.SendAsApp is granted" },
        (_, > 0) => new MailCheck("Entra", CheckStatus.Passed)
        {
            Evidence = "Exchange/SMTP.SendAsApp isn't granted, so roles in Exchange are effective",
        },
        _ => new MailCheck("Entra", CheckStatus.Failed)
        {
            Evidence = "Exchange/SMTP.SendAsApp isn't granted, and no role",
            Cause = "The app has no permission to use SMTP, and no role in Exchange for it.",
            Reason = MailCheckReason.PermissionMissing,
            Advice = $"Assign the role {RoleNames.Smtp} for the mailboxes that the app needs (Limit-MailApp). It "
                + "requires neither the permission in Entra nor Send As.",
            Remedy = remedy,
        },
    };

    /// <summary>Whether a role of the app reaches the mailbox.</summary>
    /// <param name="remedy">The step that puts the mailbox into the scope; null if there is none.</param>
    public static MailCheck Roles(RoleRow[] roles, Remedy? remedy)
    {
        if (roles.Length == 0)
        {
            return new MailCheck("Roles", CheckStatus.Failed)
            {
                Evidence = "no role",
                Cause = "The app has no role in Exchange for this.",
                Reason = MailCheckReason.PermissionMissing,
            };
        }

        var evidence = string.Join("; ", roles.Select(r => $"{r.Role} in '{r.Scope}': {Words(r.InScope)}"));
        return AnyInScope(roles) switch
        {
            true => new MailCheck("Roles", CheckStatus.Passed) { Evidence = evidence },
            null => new MailCheck("Roles", CheckStatus.Unknown)
            {
                Evidence = evidence,
                Cause = "Exchange didn't return whether the mailbox is in scope.",
            },
            false => new MailCheck("Roles", CheckStatus.Failed)
            {
                Evidence = evidence,
                Cause = "The mailbox is outside the scope of the app's roles.",
                Reason = MailCheckReason.OutOfScope,
                Advice = (remedy is null
                    ? "Add the mailbox to the scope: change the scope in Exchange, or run Limit-MailApp with all mailboxes."
                    : "Add the mailbox to the scope.")
                    + " Only direct members of a group are in the scope: members of nested groups aren't, and a "
                    + "dynamic group has no direct members. A change takes up to 2 hours to take effect.",
                Remedy = remedy,
            },
        };
    }

    /// <summary>Checks that the app has a service principal in Exchange, with the right ID.</summary>
    public static MailCheck Pointer(MailAppRegistration app, ExchangePrincipal? principal, Remedy register, Remedy repair) =>
        principal switch
    {
        null => new MailCheck("ServicePrincipal", CheckStatus.Failed)
        {
            Evidence = "the app has no service principal in Exchange",
            Cause = "The app has no service principal in Exchange.",
            Reason = MailCheckReason.NotRegisteredInExchange,
            Advice = "To create it with the object ID of the enterprise application, run Grant-MailboxAccess or "
                + "Limit-MailApp.",
            Remedy = register,
        },
        _ when !ServicePrincipalRegistry.IsRight(principal, app) => new MailCheck("ServicePrincipal", CheckStatus.Failed)
        {
            Evidence = $"Exchange has the object ID {principal.ObjectId}, but the enterprise application has "
                + $"{app.ServicePrincipalObjectId}",
            Cause = WrongPointer(app, principal),
            Reason = MailCheckReason.WrongObjectId,
            Advice = PointerAdvice,
            Remedy = repair,
        },
        _ => new MailCheck("ServicePrincipal", CheckStatus.Passed)
        {
            Evidence = $"has the object ID of the enterprise application, {principal.ObjectId}",
        },
    };

    /// <summary>Describes a service principal in Exchange with another object ID.</summary>
    public static string WrongPointer(MailAppRegistration app, ExchangePrincipal principal) =>
        principal.ObjectId.Equals(app.ApplicationObjectId, StringComparison.OrdinalIgnoreCase)
        ? "The service principal in Exchange has the object ID of the app registration, which no token of the app contains."
        : "The service principal in Exchange has an object ID that no token of the app contains.";

    /// <summary>The check of a policy for the mailbox.</summary>
    /// <param name="names">The policies.</param>
    /// <param name="word">The result of Test-ApplicationAccessPolicy.</param>
    /// <param name="isDeny">Whether a policy denies the mailbox, instead of restricting the app to others.</param>
    /// <param name="remedy">The step that lets the app in.</param>
    public static MailCheck Policy(string names, string? word, bool isDeny, Remedy? remedy) => word?.ToUpperInvariant() switch
    {
        "GRANTED" => new MailCheck("Policy", CheckStatus.Passed) { Evidence = $"{names}: {word}" },
        "DENIED" => new MailCheck("Policy", CheckStatus.Failed)
        {
            Evidence = $"{names}: {word}",
            Cause = "An application access policy denies the app access to this mailbox"
                + (isDeny ? ": it denies the mailbox." : ": it restricts the app to other mailboxes."),
            Reason = MailCheckReason.PolicyDenied,
            Advice = isDeny
                ? "Find out who created the policy and why. Then remove the mailbox from the policy's group, or "
                    + "remove the policy."
                : "Add the mailbox to the policy's group, or restrict the app with roles instead (Limit-MailApp "
                    + "-FromPolicy), because policies are legacy. A change takes more than 1 hour to take effect.",
            Remedy = remedy,
        },
        _ => new MailCheck("Policy", CheckStatus.Unknown)
        {
            Evidence = $"{names}: '{word}'",
            Cause = "Test-ApplicationAccessPolicy returned neither Granted nor Denied.",
            Advice = "In some tenants, this value is translated. Check the policies and their groups.",
        },
    };

    /// <summary>Whether a right opens the mailbox.</summary>
    /// <param name="address">The mailbox.</param>
    /// <param name="rights">The rights of the app on it.</param>
    /// <param name="needed">The right that is needed.</param>
    /// <param name="remedy">The step that grants it.</param>
    public static MailCheck Right(
        string address, IReadOnlyList<MailboxAccessRight> rights, MailboxAccessRight needed, Remedy remedy) =>
        rights.Contains(needed)
        ? new MailCheck($"{needed}", CheckStatus.Passed) { Evidence = $"{needed} to {address}" }
        : new MailCheck($"{needed}", CheckStatus.Failed)
        {
            Evidence = rights.Count == 0
                ? $"no permission on {address}"
                : $"{string.Join(", ", rights)} on {address}, but no {needed}",
            Cause = needed == MailboxAccessRight.SendAs
                ? "The token contains SMTP.SendAsApp, so Exchange requires Send As on the mailbox, which the app doesn't have."
                : "The app has no FullAccess to the mailbox.",
            Reason = needed == MailboxAccessRight.SendAs ? MailCheckReason.SendAsMissing : MailCheckReason.FullAccessMissing,
            Advice = $"Run Grant-MailboxAccess -Mailbox {address}. The change takes up to 1 hour to take effect.",
            Remedy = remedy,
        };

    /// <summary>Whether IMAP is on for the mailbox.</summary>
    /// <param name="isOn">The setting in Exchange; null if it can't be read.</param>
    public static MailCheck ImapEnabled(bool? isOn, AccessRemedies to) => isOn switch
    {
        true => new MailCheck("ImapEnabled", CheckStatus.Passed) { Evidence = "IMAP is enabled for the mailbox" },
        false => new MailCheck("ImapEnabled", CheckStatus.Failed)
        {
            Evidence = "IMAP is disabled for the mailbox",
            Cause = "IMAP is disabled for the mailbox.",
            Reason = MailCheckReason.ImapDisabled,
            Advice = "Enable IMAP for the mailbox (Set-MailboxSetting -ImapEnabled $true). The change takes up to 1 "
                + "hour to take effect.",
            Remedy = to.Imap(),
        },
        null => new MailCheck("ImapEnabled", CheckStatus.Unknown)
        {
            Cause = "Exchange didn't return whether IMAP is enabled for the mailbox.",
        },
    };

    /// <summary>Whether SMTP AUTH is on for the mailbox.</summary>
    /// <param name="isOn">The setting in Exchange; null if it can't be read.</param>
    /// <param name="isInherited">Whether the tenant's setting decides.</param>
    public static MailCheck SmtpAuth(bool? isOn, bool isInherited, AccessRemedies to)
    {
        var whose = isInherited ? "the tenant's setting" : "the mailbox's own setting";
        return isOn switch
        {
            true => new MailCheck("SmtpAuth", CheckStatus.Passed) { Evidence = $"SMTP AUTH is enabled by {whose}" },
            false => new MailCheck("SmtpAuth", CheckStatus.Failed)
            {
                Evidence = $"SMTP AUTH is disabled by {whose}",
                Cause = isInherited
                    ? "SMTP AUTH is disabled for the tenant, also for OAuth, and the mailbox has no setting."
                    : "SMTP AUTH is disabled for the mailbox, also for OAuth.",
                Reason = MailCheckReason.SmtpAuthDisabled,
                Advice = "Enable SMTP AUTH only for this mailbox (Set-MailboxSetting -SmtpAuth Enabled), and leave "
                    + "it disabled for the tenant. To keep basic authentication disabled, use an authentication "
                    + "policy.",
                Remedy = to.SmtpAuth(),
            },
            null => new MailCheck("SmtpAuth", CheckStatus.Skipped) { Evidence = "the setting can't be read" },
        };
    }

    /// <summary>The check for a request that the service refused.</summary>
    public static MailCheck Refused(string name, ServiceRefusedException e) => new(name, CheckStatus.Unknown)
    {
        Evidence = $"Exchange returned {e.HttpStatus} {e.Code}",
        Cause = e.Message,
        Reason = MailCheckReason.NotReadable,
        Advice = e.Advice,
        Remedy = e.Remedy,
        ServiceMessage = e.Message,
        ServiceCode = e.Code,
        RequestId = e.RequestId,
    };

    /// <summary>Returns whether one of the roles includes the mailbox; null if it's unknown.</summary>
    public static bool? AnyInScope(RoleRow[] roles)
    {
        if (roles.Any(r => r.InScope == true))
        {
            return true;
        }

        return roles.Any(r => r.InScope is null) ? null : false;
    }

    private static string Words(bool? inScope) => inScope switch
    {
        true => "in scope",
        false => "out of scope",
        null => "unknown",
    };
}
