namespace MailAdmin.Core.Diagnosis;

/// <summary>A role of an app, as Test-ServicePrincipalAuthorization returned it.</summary>
/// <param name="Role">The role.</param>
/// <param name="Scope">Its scope.</param>
/// <param name="InScope">Whether the mailbox is in it; null when that can't be read.</param>
internal sealed record RoleRow(string Role, string Scope, bool? InScope);

/// <summary>What everything that is configured comes to, for one protocol.</summary>
/// <param name="HasAccess">Whether the app gets in; null when that can't be told.</param>
/// <param name="Cause">Why, in a sentence.</param>
/// <param name="Checks">What decided it.</param>
internal sealed record AccessAnswer(bool? HasAccess, string Cause, IReadOnlyList<MailCheck> Checks)
{
    /// <summary>Over Graph and EWS: what Entra grants, restricted by policies, or what Exchange assigns.</summary>
    /// <param name="granted">What Entra grants for this protocol.</param>
    /// <param name="none">What is said when it grants nothing.</param>
    /// <param name="policy">What the policies say of the mailbox.</param>
    /// <param name="roles">The roles of the app for this protocol.</param>
    /// <param name="pointer">Whether Exchange knows the app.</param>
    public static AccessAnswer ByGrantOrRole(
        MailAppPermission[] granted, string none, MailCheck policy, RoleRow[] roles, MailCheck pointer)
    {
        MailCheck[] checks =
        [
            AccessChecks.Granted(granted, none),
            granted.Length == 0 ? AccessChecks.NoPolicy : policy,
            pointer,
            pointer.Status == CheckStatus.Passed ? AccessChecks.Roles(roles) : AccessChecks.NoRoles,
        ];
        var byEntra = granted.Length == 0 ? false : Allows(policy);
        var byRole = AnyInScope(roles);
        var names = string.Join(", ", granted.AsEnumerable());
        var cause = (byEntra, byRole) switch
        {
            (true, true) => $"Entra grants {names} for every mailbox, so the scope of the roles limits nothing.",
            (true, _) when policy.Status == CheckStatus.Passed =>
                $"Entra grants {names} for every mailbox, and the policies let it.",
            (true, _) => $"Entra grants {names} for every mailbox.",
            (_, true) => ByRole(roles.First(r => r.InScope == true)),
            (null, _) or (_, null) => "The service's answer can't be read as a yes or a no.",
            _ when granted.Length > 0 => policy.Cause!,
            _ when pointer.Status != CheckStatus.Passed => $"{none}, and no role counts: {pointer.Cause}",
            _ when roles.Length > 0 => $"{none}, and the mailbox is outside the scope of its roles.",
            _ => $"{none}, and Exchange assigns no role.",
        };
        return new AccessAnswer(Either(byEntra, byRole), cause, checks);
    }

    /// <summary>Over IMAP: a permission, the right on the mailbox and its switch; all are needed.</summary>
    /// <param name="granted">What Entra grants.</param>
    /// <param name="pointer">Whether Exchange knows the app.</param>
    /// <param name="fullAccess">Whether it has the right on the mailbox.</param>
    /// <param name="isOn">Whether IMAP is on for the mailbox.</param>
    public static AccessAnswer ByRights(
        IEnumerable<MailAppPermission> granted, MailCheck pointer, MailCheck fullAccess, MailCheck isOn)
    {
        MailCheck[] checks = [AccessChecks.GrantedImap(granted), pointer, fullAccess, isOn, AccessChecks.NoPolicyOverImap];
        if (Array.Find(checks, c => c.Status == CheckStatus.Failed) is { } failed)
        {
            return new AccessAnswer(false, failed.Cause!, checks);
        }

        return Array.Find(checks, c => c.Status == CheckStatus.Unknown) is { } unknown
            ? new AccessAnswer(null, unknown.Cause ?? "Something could not be read.", checks)
            : new AccessAnswer(true, "IMAP.AccessAsApp is granted, and the app has FullAccess to the mailbox.", checks);
    }

    /// <summary>Whether one of the roles reaches the mailbox; null when that can't be told.</summary>
    internal static bool? AnyInScope(RoleRow[] roles)
    {
        if (roles.Any(r => r.InScope == true))
        {
            return true;
        }

        return roles.Any(r => r.InScope is null) ? null : false;
    }

    private static bool? Allows(MailCheck policy) => policy.Status switch
    {
        CheckStatus.Failed => false,
        CheckStatus.Unknown => null,
        _ => true,
    };

    private static bool? Either(bool? left, bool? right) => (left, right) switch
    {
        (true, _) or (_, true) => true,
        (null, _) or (_, null) => null,
        _ => false,
    };

    private static string ByRole(RoleRow role) => $"{role.Role} reaches the mailbox by the scope '{role.Scope}'.";
}
