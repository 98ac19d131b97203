using MailAdmin.Core.Access;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Inventory;

/// <summary>
/// Represents the evidence of who owns an app: the journal of this computer, or a service principal in Exchange under the app's
/// name, which only Exchange administrators create. docs/Security.md has the reasons.
/// </summary>
/// <param name="IsProved">Whether anything shows it, or can't be read.</param>
/// <param name="AdoptedAt">The time when the app was adopted; null if it wasn't.</param>
/// <param name="Accepted">Owners and credentials of others that kept their access then.</param>
/// <param name="Changes">The journal's changes to the app.</param>
internal sealed record AppOrigin(
    bool IsProved, DateTimeOffset? AdoptedAt, IReadOnlyList<string> Accepted, IReadOnlyList<MailAdminChange> Changes)
{
    /// <summary>Reads the journal once, and returns the origin of each app.</summary>
    /// <param name="principals">The entries of Exchange; null where they can't be read.</param>
    public static Func<string, string, AppOrigin> Reader(Session session, IReadOnlyList<ExchangePrincipal>? principals)
    {
        var changes = (session.Journal.IsOwn() ? session.Journal.Read() : [])
            .Where(c => Same(c.TenantId, session.TenantId) && c.ClientId is not null)
            .ToLookup(c => c.ClientId!, StringComparer.OrdinalIgnoreCase);
        return (clientId, name) =>
        {
            var own = changes[clientId].ToArray();
            var adopted = Array.FindLast(own, c => JournalAction.AdoptApp.Is(c));
            return new AppOrigin(
                adopted is not null || Array.Exists(own, c => JournalAction.NewApp.Is(c))
                    || principals?.Any(p => Same(p.AppId, clientId) && Same(p.DisplayName, name)) != false,
                adopted?.At,
                adopted is null ? [] : [.. own.Where(c => JournalAction.AcceptControl.Is(c)).Select(c => c.After ?? c.Target)],
                own);
        };
    }

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
