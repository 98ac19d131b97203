using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Owners that a new registration gets.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/application-post-owners</remarks>
internal static class AppOwners
{
    /// <summary>Finds the users before any change.</summary>
    public static async Task<IReadOnlyList<(string Name, string Id)>> ResolveAsync(
        Session session, IReadOnlyList<string> owners, CancellationToken cancellationToken)
    {
        var resolved = new List<(string, string)>();
        foreach (var owner in owners)
        {
            var user = await session.FindUserAsync(owner, cancellationToken).ConfigureAwait(false);
            resolved.Add((user.UserPrincipalName!, user.Id!));
        }

        return resolved;
    }

    /// <summary>Adds those that are missing.</summary>
    /// <returns>Whether any were missing, and whether the tenant shows them now.</returns>
    public static async Task<(bool Changed, bool IsSeen)> EnsureAsync(
        Session session, App app, IReadOnlyList<(string Name, string Id)> owners, CancellationToken cancellationToken)
    {
        if (owners.Count == 0)
        {
            return (false, true);
        }

        var present = await new AppDirectory(session).OwnersAsync(app.Id!, cancellationToken).ConfigureAwait(false);
        var missing = owners.Where(o => !present.Contains(o.Name, StringComparer.OrdinalIgnoreCase)).ToArray();
        foreach (var (name, id) in missing)
        {
            await session.ChangeAsync(
                new ChangeNote(JournalAction.AddOwner, app.AppId, app.DisplayName ?? "", null, name),
                g => g.Applications[app.Id].Owners.Ref.PostAsync(
                    new ReferenceCreate { OdataId = $"https://{session.Cloud.GraphHost}/v1.0/directoryObjects/{id}" },
                    cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        return (missing.Length > 0, missing.Length == 0 || await session.IsShownAsync("The owners", async ct =>
        {
            var now = await new AppDirectory(session).OwnersAsync(app.Id!, ct).ConfigureAwait(false);
            return missing.All(o => now.Contains(o.Name, StringComparer.OrdinalIgnoreCase));
        }, cancellationToken).ConfigureAwait(false));
    }
}
