using MailAdmin.Tenant.Gate;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// With delegated access, an app has the permissions that were both consented to and granted to the user:
/// https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview#delegated-access-access-on-behalf-of-a-user.
/// </summary>
internal static class Delegation
{
    private const string Shared = ".Shared";

    /// <summary>The caller with what counts for this request.</summary>
    public static Caller Narrow(TenantState tenant, Caller caller, Route route, IReadOnlyDictionary<string, string> keys)
    {
        if (caller.UserId is not { } userId)
        {
            return caller;
        }

        var user = tenant.Directory.Users.Find(userId) ?? throw GraphRefusal.DirectoryDenied();
        var isOwn = keys.TryGetValue("user", out var name) && UserApi.Find(tenant, name) == user;
        return caller with { Roles = Rights().ToHashSet(StringComparer.Ordinal) };

        IEnumerable<string> Rights()
        {
            if (isOwn)
            {
                // https://learn.microsoft.com/graph/permissions-reference#userread: the user's own profile.
                return caller.Roles.Contains("User.Read") ? caller.Roles.Append("User.Read.All") : caller.Roles;
            }

            if (route.IsMail)
            {
                // https://learn.microsoft.com/graph/outlook-share-messages-folders: another user's mail requires the Shared
                // permission and a permission in Exchange.
                var mayOpen = UserApi.Find(tenant, keys["user"]) is { } owner && tenant.Mailboxes.OfUser(owner.Id) is { } mailbox
                    && AppAccess.MayOpen(tenant, userId, mailbox);
                return mayOpen
                    ? caller.Roles.Where(r => r.EndsWith(Shared, StringComparison.Ordinal)).Select(r => r[..^Shared.Length])
                    : [];
            }

            // Every member can read the directory; changes require a role.
            return tenant.Directory.IsAdmin(user) || route.Method == "GET" ? caller.Roles : [];
        }
    }
}
