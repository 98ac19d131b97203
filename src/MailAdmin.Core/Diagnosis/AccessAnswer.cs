using MailAdmin.Core.Permissions;

namespace MailAdmin.Core.Diagnosis;

/// <summary>A role of an app, as Test-ServicePrincipalAuthorization returned it.</summary>
/// <param name="Role">The role.</param>
/// <param name="Scope">Its scope.</param>
/// <param name="InScope">Whether the mailbox is in it; null when that can't be read.</param>
internal sealed record RoleRow(string Role, string Scope, bool? InScope);

/// <summary>Represents an app's purpose for a mailbox, and the protocol.</summary>
/// <param name="None">The text if Entra grants no permission for it.</param>
/// <param name="Permission">The least permission for it, for the next step; null if there is none.</param>
/// <param name="IsGranted">Whether a permission of Entra allows it.</param>
/// <param name="IsOfRole">Whether a role in Exchange allows it.</param>
internal sealed record AccessPurpose(
    string None, string? Permission, Func<MailAppPermission, bool> IsGranted, Func<string, bool> IsOfRole)
{
    public static AccessPurpose Read { get; } = new(
        "Entra grants no permission to read mail over Graph", "Graph/Mail.Read", RoleNames.ReadsMail, RoleNames.ReadsMail);

    public static AccessPurpose Send { get; } = new(
        "Entra grants no permission to send mail over Graph", "Graph/Mail.Send", RoleNames.SendsMail, RoleNames.SendsMail);

    public static AccessPurpose Ews { get; } = new(
        "Entra doesn't grant full_access_as_app", null,
        p => p is { Kind: PermissionKind.Application, Resource: "Exchange", Name: "full_access_as_app" },
        role => role.Equals(RoleNames.Ews, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Represents the result of the configuration for one protocol.</summary>
/// <param name="HasAccess">Whether the app has access; null if it's unknown.</param>
/// <param name="Cause">Why, in a sentence.</param>
/// <param name="Checks">The checks that determined it.</param>
internal sealed record AccessAnswer(bool? HasAccess, string Cause, IReadOnlyList<MailCheck> Checks)
{
    /// <summary>The one check that denies access; null if none does.</summary>
    public MailCheck? Decisive { get; init; }

    /// <summary>Over Graph and EWS: what Entra grants, restricted by policies, or what Exchange assigns.</summary>
    /// <param name="purpose">The app's purpose.</param>
    /// <param name="granted">The permissions that Entra grants for it.</param>
    /// <param name="policy">The result of the policies for the mailbox.</param>
    /// <param name="roles">The check of the app's roles for it.</param>
    /// <param name="inScope">The role that reaches the mailbox; null if none does.</param>
    /// <param name="pointer">Whether the app has a service principal in Exchange.</param>
    /// <param name="missing">The check that shows that no permission is granted.</param>
    public static AccessAnswer ByGrantOrRole(
        AccessPurpose purpose, MailAppPermission[] granted, MailCheck policy, MailCheck roles, RoleRow? inScope,
        MailCheck pointer, MailCheck missing)
    {
        MailCheck[] checks =
        [
            granted.Length == 0 ? missing : AccessChecks.Granted(granted),
            granted.Length == 0 ? AccessChecks.NoPolicy : policy,
            pointer,
            roles,
        ];
        var byEntra = granted.Length == 0 ? false : Allows(policy);
        bool? byRole = inScope is not null ? true : roles.Status == CheckStatus.Unknown ? null : false;
        var names = string.Join(", ", granted.AsEnumerable());
        var decisive = granted.Length > 0 ? policy
            : pointer.Reason == MailCheckReason.WrongObjectId ? pointer
            : roles.Reason == MailCheckReason.OutOfScope ? roles : missing;
        var cause = (byEntra, byRole) switch
        {
            (true, true) => $"Entra grants {names} for all mailboxes, so the scope of the roles doesn't restrict the app.",
            (true, _) when policy.Status == CheckStatus.Passed =>
                $"Entra grants {names} for all mailboxes, and the policies allow access.",
            (true, _) => $"Entra grants {names} for all mailboxes.",
            (_, true) => $"The mailbox is in the scope '{inScope!.Scope}' of {inScope.Role}.",
            (null, _) or (_, null) => "The service's response is neither granted nor denied.",
            _ when granted.Length > 0 => policy.Cause!,
            _ when decisive == pointer => $"{purpose.None}, and no role is effective: {pointer.Cause}",
            _ when decisive == roles => $"{purpose.None}, and the mailbox is outside the scope of its roles.",
            _ => missing.Cause!,
        };
        var hasAccess = Either(byEntra, byRole);
        return new AccessAnswer(hasAccess, cause, checks) { Decisive = hasAccess == false ? decisive : null };
    }

    /// <summary>Over IMAP and SMTP: all checks have to pass.</summary>
    /// <param name="granted">The text if they do.</param>
    /// <param name="checks">The checks.</param>
    public static AccessAnswer ByAll(string granted, params MailCheck[] checks)
    {
        if (Array.Find(checks, c => c.Status == CheckStatus.Failed) is { } failed)
        {
            return new AccessAnswer(false, failed.Cause!, checks) { Decisive = failed };
        }

        return Array.Find(checks, c => c.Status == CheckStatus.Unknown) is { } unknown
            ? new AccessAnswer(null, unknown.Cause ?? "Some data couldn't be read.", checks)
            : new AccessAnswer(true, granted, checks);
    }

    /// <summary>Returns the result after a check that all access depends on, such as that the app is enabled.</summary>
    public AccessAnswer Behind(MailCheck? first) => first switch
    {
        null => this,
        { Status: CheckStatus.Failed } => new AccessAnswer(false, first.Cause!, [first, .. Checks]) { Decisive = first },
        _ => this with { Checks = [first, .. Checks] },
    };

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
}
