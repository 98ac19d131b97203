using MailAdmin.Core.Access;

namespace MailAdmin.Core.Diagnosis;

/// <summary>The checks that decide whether an app gets into a mailbox, made of what the service answered.</summary>
internal static class AccessChecks
{
    /// <summary>Policies restrict what Entra grants, and that is nothing.</summary>
    public static readonly MailCheck NoPolicy = new("Policy", CheckStatus.Skipped)
    {
        Evidence = "a policy restricts what Entra grants, and it grants nothing",
    };

    /// <summary>What to do about an entry of the app in Exchange with a wrong object id.</summary>
    public const string PointerAdvice = "Grant-MailboxAccess -Force makes the entry anew, with the rights and roles that it had.";

    /// <summary>Over IMAP there are none.</summary>
    public static readonly MailCheck NoPolicyOverImap = new("Policy", CheckStatus.Skipped)
    {
        Evidence = "application access policies and roles of Exchange are not asked over IMAP",
    };

    /// <summary>Roles of an app that Exchange does not know.</summary>
    public static readonly MailCheck NoRoles = new("Roles", CheckStatus.Skipped)
    {
        Evidence = "roles count for a registered service principal only",
    };

    /// <summary>Whether Entra grants something.</summary>
    /// <param name="granted">What it grants for a protocol.</param>
    /// <param name="none">What is said when that is nothing.</param>
    public static MailCheck Granted(MailAppPermission[] granted, string none) => granted.Length == 0
        ? new MailCheck("Entra", CheckStatus.Failed)
        {
            Evidence = none,
            Cause = none + ".",
            Advice = "A role in Exchange does instead, for some mailboxes only: Limit-MailApp.",
        }
        : new MailCheck("Entra", CheckStatus.Passed)
        {
            Evidence = $"granted for every mailbox: {string.Join(", ", granted.AsEnumerable())}",
        };

    /// <summary>Whether Entra grants IMAP.</summary>
    public static MailCheck GrantedImap(IEnumerable<MailAppPermission> granted) =>
        granted.Any(p => p is { Kind: PermissionKind.Application, Resource: "Exchange", Name: "IMAP.AccessAsApp" })
        ? new MailCheck("Entra", CheckStatus.Passed) { Evidence = "Exchange/IMAP.AccessAsApp is granted" }
        : new MailCheck("Entra", CheckStatus.Failed)
        {
            Evidence = "Exchange/IMAP.AccessAsApp is not granted",
            Cause = "The app has no permission to use IMAP.",
            Advice = "Grant-MailAppConsent -ApplicationPermission Exchange/IMAP.AccessAsApp; permissions of Graph do "
                + "nothing for IMAP.",
        };

    /// <summary>Whether a role of the app reaches the mailbox.</summary>
    public static MailCheck Roles(RoleRow[] roles)
    {
        if (roles.Length == 0)
        {
            return new MailCheck("Roles", CheckStatus.Failed)
            {
                Evidence = "no role",
                Cause = "Exchange assigns the app no role for this.",
            };
        }

        var evidence = string.Join("; ", roles.Select(r => $"{r.Role} in '{r.Scope}': {Words(r.InScope)}"));
        return AccessAnswer.AnyInScope(roles) switch
        {
            true => new MailCheck("Roles", CheckStatus.Passed) { Evidence = evidence },
            null => new MailCheck("Roles", CheckStatus.Unknown)
            {
                Evidence = evidence,
                Cause = "Exchange did not say whether the mailbox is in scope.",
            },
            false => new MailCheck("Roles", CheckStatus.Failed)
            {
                Evidence = evidence,
                Cause = "The mailbox is outside the scope of the app's roles.",
                Advice = "Limit-MailApp -Add puts it in; members of a group in the scope's group are not in it.",
            },
        };
    }

    /// <summary>Whether Exchange knows the app, and by the right id.</summary>
    public static MailCheck Pointer(MailAppRegistration app, ExchangePrincipal? principal) => principal switch
    {
        null => new MailCheck("ServicePrincipal", CheckStatus.Failed)
        {
            Evidence = "Exchange has no service principal of the app",
            Cause = "Exchange does not know the app.",
            Advice = "Grant-MailboxAccess or Limit-MailApp registers it with the object id of the enterprise application.",
        },
        _ when !ServicePrincipalRegistry.IsRight(principal, app) => new MailCheck("ServicePrincipal", CheckStatus.Failed)
        {
            Evidence = $"Exchange has the object id {principal.ObjectId}; the enterprise application has "
                + $"{app.ServicePrincipalObjectId}",
            Cause = WrongPointer(app, principal),
            Advice = PointerAdvice,
        },
        _ => new MailCheck("ServicePrincipal", CheckStatus.Passed)
        {
            Evidence = $"registered with the object id of the enterprise application, {principal.ObjectId}",
        },
    };

    /// <summary>What is wrong with an entry of the app in Exchange that has another object id.</summary>
    public static string WrongPointer(MailAppRegistration app, ExchangePrincipal principal) =>
        principal.ObjectId.Equals(app.ApplicationObjectId, StringComparison.OrdinalIgnoreCase)
        ? "Exchange knows the app by the object id of the app registration, which is in no token of the app."
        : "Exchange knows the app by an object id that is in no token of the app.";

    /// <summary>What a policy says of the mailbox.</summary>
    /// <param name="names">The policies.</param>
    /// <param name="word">What Test-ApplicationAccessPolicy answered.</param>
    public static MailCheck Policy(string names, string? word) => word?.ToUpperInvariant() switch
    {
        "GRANTED" => new MailCheck("Policy", CheckStatus.Passed) { Evidence = $"{names}: {word}" },
        "DENIED" => new MailCheck("Policy", CheckStatus.Failed)
        {
            Evidence = $"{names}: {word}",
            Cause = "An application access policy keeps the app out of this mailbox.",
            Advice = "Add the mailbox to the policy's group, or limit the app by roles instead (Limit-MailApp).",
        },
        _ => new MailCheck("Policy", CheckStatus.Unknown)
        {
            Evidence = $"{names}: '{word}'",
            Cause = "Exchange answered Test-ApplicationAccessPolicy with a word that is neither Granted nor Denied.",
            Advice = "The answer is translated in some tenants: look at the policies and their groups.",
        },
    };

    /// <summary>Whether a right opens the mailbox.</summary>
    /// <param name="address">The mailbox.</param>
    /// <param name="rights">The rights of the app on it.</param>
    public static MailCheck FullAccess(string address, IReadOnlyList<MailboxAccessRight> rights) =>
        rights.Contains(MailboxAccessRight.FullAccess)
        ? new MailCheck("FullAccess", CheckStatus.Passed) { Evidence = $"FullAccess to {address}" }
        : new MailCheck("FullAccess", CheckStatus.Failed)
        {
            Evidence = rights.Count == 0
                ? $"no right on {address}"
                : $"{string.Join(", ", rights)} on {address}, and no FullAccess",
            Cause = "The app has no FullAccess to the mailbox.",
            Advice = $"Grant-MailboxAccess -Mailbox {address}",
        };

    /// <summary>Whether IMAP is on for the mailbox.</summary>
    /// <param name="address">The mailbox.</param>
    /// <param name="isOn">What Exchange says; null when it can't be read.</param>
    public static MailCheck ImapEnabled(string address, bool? isOn) => isOn switch
    {
        true => new MailCheck("ImapEnabled", CheckStatus.Passed) { Evidence = "IMAP is on for the mailbox" },
        false => new MailCheck("ImapEnabled", CheckStatus.Failed)
        {
            Evidence = "IMAP is off for the mailbox",
            Cause = "IMAP is switched off for the mailbox.",
            Advice = $"Set-CASMailbox {address} -ImapEnabled $true, in Exchange Online PowerShell.",
        },
        null => new MailCheck("ImapEnabled", CheckStatus.Unknown)
        {
            Cause = "Exchange did not say whether IMAP is on for the mailbox.",
        },
    };

    /// <summary>A check that the service said no to.</summary>
    public static MailCheck Refused(string name, ServiceRefusedException e) => new(name, CheckStatus.Unknown)
    {
        Evidence = $"Exchange answered {e.HttpStatus} {e.Code}",
        Cause = e.Message,
        Advice = e.Advice,
        ServiceMessage = e.Message,
        ServiceCode = e.Code,
        RequestId = e.RequestId,
    };

    private static string Words(bool? inScope) => inScope switch
    {
        true => "in scope",
        false => "out of scope",
        null => "not known",
    };
}
