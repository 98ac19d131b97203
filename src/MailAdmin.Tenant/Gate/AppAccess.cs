using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Mailboxes;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Gate;

/// <summary>Authorizes apps for mailboxes as Exchange does.</summary>
internal enum AccessVerdict
{
    Granted,
    /// <summary>Neither Entra nor Exchange gave it a role for the mailbox.</summary>
    Denied,
    /// <summary>Entra gave it the role, and an application access policy keeps it out of the mailbox.</summary>
    DeniedByPolicy,
}

/// <summary>Returns whether an app can access a mailbox: from Entra's roles, scoped roles, and policies.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/permissions-exo/application-rbac: what Entra grants and what Exchange assigns are added
/// up.
/// https://learn.microsoft.com/graph/auth-limit-mailbox-access: a policy restricts what Entra grants, over Graph and EWS.
/// </remarks>
internal static class AppAccess
{
    /// <summary>Judges a request over HTTP that is about a mailbox.</summary>
    /// <param name="caller">The caller, with the roles of the token.</param>
    /// <param name="permissions">The permissions of which one is needed.</param>
    public static AccessVerdict Judge(TenantState tenant, Caller caller, Mailbox mailbox, string[] permissions)
    {
        var isGranted = caller.Roles.Overlaps(permissions);
        // Scoped roles and policies apply to app-only access. A user's permissions were looked up before.
        if (caller.UserId is not null)
        {
            return isGranted ? AccessVerdict.Granted : AccessVerdict.Denied;
        }

        var configuration = tenant.Exchange.CachedFor(caller.AppId);
        if ((isGranted && PolicyAllows(configuration, caller.AppId, mailbox.UserId))
            || IsAssigned(tenant, configuration, caller, mailbox, permissions))
        {
            return AccessVerdict.Granted;
        }

        return isGranted ? AccessVerdict.DeniedByPolicy : AccessVerdict.Denied;
    }

    /// <summary>Returns the object ID that Exchange has for an app; null if it has none.</summary>
    public static string? RegisteredObjectId(TenantState tenant, string appId) =>
        tenant.Exchange.Readable.PrincipalOf(appId)?.ObjectId;

    /// <summary>Whether an app has FullAccess to a mailbox, as IMAP and POP want it.</summary>
    public static bool HasFullAccess(TenantState tenant, string appId, Mailbox mailbox)
    {
        var configuration = tenant.Exchange.Readable;
        return configuration.PrincipalOf(appId) is { } principal
            && configuration.Permissions.Contains(
                new RecipientPermission(mailbox.UserId, principal.Sid, RecipientPermission.FullAccess));
    }

    /// <summary>Returns whether a user can open a mailbox: the user's own, or one with FullAccess.</summary>
    public static bool MayOpen(TenantState tenant, string userId, Mailbox mailbox) =>
        ExchangeConfiguration.Same(mailbox.UserId, userId)
        || tenant.Exchange.Readable.Permissions.Contains(
            new RecipientPermission(mailbox.UserId, Sids.Of(userId), RecipientPermission.FullAccess));

    /// <summary>Whether a mailbox is in the scope of a role assignment.</summary>
    public static bool IsInScope(
        TenantState tenant, ExchangeConfiguration configuration, RoleAssignment assignment, Mailbox mailbox) =>
        assignment.Kind switch
    {
        ScopeKind.Organization => true,
        ScopeKind.CustomRecipientScope => configuration.Scopes.FirstOrDefault(s => s.Id == assignment.ScopeId) is { } scope
            && scope.Filter.Matches(Recipient.Of(mailbox, tenant.Domain), configuration, tenant.Domain),
        // A removed group has no members, and nested members don't count.
        _ => configuration.GroupOf(assignment.ScopeId!)?.HasDirect(mailbox.UserId) == true,
    };

    /// <summary>
    /// Applies the five rules of https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy: deny goes
    /// before restrict, and an app that is restricted to other mailboxes is denied access.
    /// </summary>
    public static bool PolicyAllows(ExchangeConfiguration configuration, string appId, string recipientId)
    {
        var policies = configuration.Policies.Where(p => p.AppId == "*" || ExchangeConfiguration.Same(p.AppId, appId)).ToArray();
        bool Covers(AccessPolicy policy) => ExchangeConfiguration.Same(policy.ScopeId, recipientId)
            || configuration.GroupOf(policy.ScopeId)?.Has(recipientId, configuration) == true;
        var restrictions = policies.Where(p => !p.IsDeny).ToArray();
        return !policies.Any(p => p.IsDeny && Covers(p)) && (restrictions.Length == 0 || restrictions.Any(Covers));
    }

    /// <summary>Returns whether an app has one of these permissions in Exchange, for any mailboxes.</summary>
    public static bool HasRole(TenantState tenant, Caller caller, string[] permissions)
    {
        var configuration = tenant.Exchange.CachedFor(caller.AppId);
        return caller.UserId is null && configuration.PrincipalOf(caller.AppId) is { } principal
            && ExchangeConfiguration.Same(principal.ObjectId, caller.ObjectId)
            && configuration.Assignments.Any(a => a.PrincipalId == principal.Id
                && ApplicationRoles.Permissions[a.Role].Intersect(permissions, StringComparer.Ordinal).Any());
    }

    /// <summary>
    /// A role counts only for the service principal that the token is of: one that was registered with a wrong object ID has
    /// none.
    /// </summary>
    private static bool IsAssigned(
        TenantState tenant, ExchangeConfiguration configuration, Caller caller, Mailbox mailbox, string[] permissions) =>
        configuration.PrincipalOf(caller.AppId) is { } principal
        && ExchangeConfiguration.Same(principal.ObjectId, caller.ObjectId)
        && configuration.Assignments.Any(a => a.PrincipalId == principal.Id
            && ApplicationRoles.Permissions[a.Role].Intersect(permissions, StringComparer.Ordinal).Any()
            && IsInScope(tenant, configuration, a, mailbox));
}
