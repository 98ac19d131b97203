using MailAdmin.Tenant.Graph;

namespace MailAdmin.Tenant.Exchange.Admin;

/// <summary>Whether Exchange lets an app into a mailbox. Entra's roles, scoped roles and policies come together here.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/permissions-exo/application-rbac: what Entra grants and what Exchange assigns is added up, and
/// "changes to app permissions are subject to cache maintenance that varies between 30 minutes and 2 hours depending on the app's recent
/// usage": an app without calls has its cache reset after 30 minutes, one that calls keeps it for up to 2 hours.
/// https://learn.microsoft.com/graph/auth-limit-mailbox-access: a policy restricts what Entra grants, over Graph and EWS.
/// </remarks>
internal sealed class AppAccess(TenantState tenant)
{
    private readonly Dictionary<string, Cache> _caches = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks a request to Graph about a mailbox.</summary>
    /// <param name="caller">Who asks, with the roles of the token.</param>
    /// <param name="mailbox">Whose mailbox.</param>
    /// <param name="permissions">The permissions of which one is needed.</param>
    /// <exception cref="GraphRefusal">Neither Entra nor Exchange lets the app in.</exception>
    public void Check(Caller caller, Mailbox mailbox, string[] permissions)
    {
        // Roles for a scope and policies are for apps that ask for themselves; what a person may was looked up before.
        if (caller.UserId is not null)
        {
            if (!caller.Roles.Overlaps(permissions))
            {
                throw GraphRefusal.MailDenied();
            }

            return;
        }

        ExchangeConfiguration configuration = Cached(caller.AppId);
        bool isGranted = caller.Roles.Overlaps(permissions);
        if ((isGranted && PolicyAllows(configuration, caller.AppId, mailbox.UserId)) || IsAssigned(configuration, caller, mailbox, permissions))
        {
            return;
        }

        throw isGranted ? GraphRefusal.PolicyDenied() : GraphRefusal.MailDenied();
    }

    /// <summary>The object id that Exchange has for an app; null when it was told of none.</summary>
    public string? RegisteredObjectId(string appId) => tenant.Exchange.Readable.PrincipalOf(appId)?.ObjectId;

    /// <summary>Whether an app has FullAccess to a mailbox, as IMAP and POP want it.</summary>
    public bool HasFullAccess(string appId, Mailbox mailbox)
    {
        ExchangeConfiguration configuration = tenant.Exchange.Readable;
        return configuration.PrincipalOf(appId) is { } principal
            && configuration.Permissions.Contains(new RecipientPermission(mailbox.UserId, principal.Sid, RecipientPermission.FullAccess));
    }

    /// <summary>Whether a person may open a mailbox: it is the person's own, or Exchange gives FullAccess to it.</summary>
    public bool MayOpen(string userId, Mailbox mailbox) => ExchangeConfiguration.Same(mailbox.UserId, userId)
        || tenant.Exchange.Readable.Permissions.Contains(new RecipientPermission(mailbox.UserId, Sids.Of(userId), RecipientPermission.FullAccess));

    /// <summary>Whether a mailbox is in the scope of a role assignment.</summary>
    public static bool IsInScope(TenantState tenant, ExchangeConfiguration configuration, RoleAssignment assignment, Mailbox mailbox) => assignment.Kind switch
    {
        ScopeKind.Organization => true,
        ScopeKind.CustomRecipientScope => configuration.Scopes.FirstOrDefault(s => s.Id == assignment.ScopeId) is { } scope
            && scope.Filter.Matches(Recipient.Of(mailbox, tenant.Domain), configuration, tenant.Domain),
        // A group that is gone means nobody, and members of members are not looked at.
        _ => configuration.GroupOf(assignment.ScopeId!)?.HasDirect(mailbox.UserId) == true,
    };

    /// <summary>
    /// The five rules of https://learn.microsoft.com/powershell/module/exchange/new-applicationaccesspolicy: deny before restrict, and
    /// whoever is restricted to others is kept out.
    /// </summary>
    public static bool PolicyAllows(ExchangeConfiguration configuration, string appId, string recipientId)
    {
        var policies = configuration.Policies.Where(p => p.AppId == "*" || ExchangeConfiguration.Same(p.AppId, appId)).ToArray();
        bool Covers(AccessPolicy policy) => ExchangeConfiguration.Same(policy.ScopeId, recipientId)
            || configuration.GroupOf(policy.ScopeId)?.Has(recipientId, configuration) == true;
        var restrictions = policies.Where(p => !p.IsDeny).ToArray();
        return !policies.Any(p => p.IsDeny && Covers(p)) && (restrictions.Length == 0 || restrictions.Any(Covers));
    }

    /// <summary>A role counts only for the service principal that the token is of: one that was registered with a wrong object id has none.</summary>
    private bool IsAssigned(ExchangeConfiguration configuration, Caller caller, Mailbox mailbox, string[] permissions) =>
        configuration.PrincipalOf(caller.AppId) is { } principal && ExchangeConfiguration.Same(principal.ObjectId, caller.ObjectId)
        && configuration.Assignments.Any(a => a.PrincipalId == principal.Id
            && ApplicationRoles.Permissions[a.Role].Intersect(permissions, StringComparer.Ordinal).Any() && IsInScope(tenant, configuration, a, mailbox));

    private ExchangeConfiguration Cached(string appId)
    {
        DateTimeOffset now = tenant.Now;
        if (!_caches.TryGetValue(appId, out Cache? cache) || now - cache.UsedAt >= tenant.Delays.IdleRoleCache || now - cache.LoadedAt >= tenant.Delays.RoleCache)
        {
            cache = new Cache(tenant.Exchange.Readable, now, now);
        }

        _caches[appId] = cache with { UsedAt = now };
        return cache.Configuration;
    }

    private sealed record Cache(ExchangeConfiguration Configuration, DateTimeOffset LoadedAt, DateTimeOffset UsedAt);
}
