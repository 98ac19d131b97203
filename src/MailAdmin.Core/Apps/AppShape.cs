using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Updates a registration: requested permissions, redirect URIs, certificate, recipe.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/application-update</remarks>
internal sealed class AppShape(Session session)
{
    /// <summary>Adds permissions, redirect URIs, and the certificate. Those that others added aren't removed.</summary>
    /// <returns>Whether a property was added, and whether the tenant shows it.</returns>
    public async Task<(bool Changed, bool IsSeen)> EnsureAsync(
        App app, AppSpecification wanted, IReadOnlyList<MailAppPermission> permissions, CancellationToken cancellationToken)
    {
        var patch = new App();
        var changed = RedirectUris.Complete(app, wanted.RedirectUris, patch);
        if (Lacks(app, permissions) > 0)
        {
            patch.RequiredResourceAccess = Required(permissions, app.RequiredResourceAccess ?? []);
            changed = true;
        }

        if (wanted is { IsPublicClient: true, AllowsDeviceCode: true } && app.IsFallbackPublicClient != true)
        {
            patch.IsFallbackPublicClient = true;
            changed = true;
        }

        if (wanted.Certificate is { } certificate && !KeyCredentials.Has(app, certificate))
        {
            patch.KeyCredentials = KeyCredentials.With(app, certificate);
            changed = true;
        }

        if (wanted.Recipe is { } recipe && RecipeTag.In(app.Tags) != recipe)
        {
            patch.Tags = RecipeTag.With(app.Tags ?? [], recipe);
            changed = true;
        }

        if (!changed)
        {
            return (false, true);
        }

        string?[] parts =
        [
            patch.RequiredResourceAccess is null ? null : "requested permissions",
            patch.KeyCredentials is null ? null : $"certificate {wanted.Certificate!.Thumbprint}",
            patch.Tags is null ? null : "recipe",
            patch.Web is null && patch.PublicClient is null && patch.Spa is null ? null : "redirect URIs",
        ];
        var after = string.Join(", ", parts.OfType<string>());
        var note = new ChangeNote(JournalAction.ChangeApp, app.AppId, app.DisplayName ?? "", null, after);
        await Replication.WhenVisibleAsync(session.Wire, "The app registration", () => session.ChangeAsync(
            note, g => g.Applications[app.Id].PatchAsync(patch, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
        (app.Web, app.PublicClient) = (patch.Web ?? app.Web, patch.PublicClient ?? app.PublicClient);
        app.Spa = patch.Spa ?? app.Spa;
        app.RequiredResourceAccess = patch.RequiredResourceAccess ?? app.RequiredResourceAccess;
        (app.KeyCredentials, app.Tags) = (patch.KeyCredentials ?? app.KeyCredentials, patch.Tags ?? app.Tags);
        return (true, await Poll.UntilAsync(session.Wire, "The app registration", async ct =>
        {
            var now = await Replication.WhenVisibleAsync(session.Wire, "The app registration", () => session.CallGraphAsync(
                g => g.Applications[app.Id].GetAsync(cancellationToken: ct)), ct).ConfigureAwait(false);
            return now is not null && !RedirectUris.Complete(now, wanted.RedirectUris, new App()) && Lacks(now, permissions) == 0
                ? now : null;
        }, cancellationToken).ConfigureAwait(false) is not null);
    }

    /// <summary>Returns the number of permissions that a registration doesn't request.</summary>
    private static int Lacks(App app, IReadOnlyList<MailAppPermission> permissions)
    {
        var present = (app.RequiredResourceAccess ?? [])
            .SelectMany(r => (r.ResourceAccess ?? []).Select(a => (r.ResourceAppId, Id: a.Id.ToString(), a.Type))).ToHashSet();
        return permissions.Count(p => !present.Contains((p.ResourceAppId, p.Id, TypeOf(p))));
    }

    private static string TypeOf(MailAppPermission permission) =>
        permission.Kind == PermissionKind.Application ? "Role" : "Scope";

    /// <summary>
    /// Returns the requested permissions of a registration by resource: these permissions and the existing ones.
    /// </summary>
    internal static List<RequiredResourceAccess> Required(
        IEnumerable<MailAppPermission> permissions, IEnumerable<RequiredResourceAccess> present)
    {
        var all = present
            .SelectMany(r => (r.ResourceAccess ?? []).Select(a => (AppId: r.ResourceAppId!, Id: a.Id!.Value, Type: a.Type!)))
            .Concat(permissions.Select(p => (AppId: p.ResourceAppId!, Id: Guid.Parse(p.Id!), Type: TypeOf(p))));
        return
        [
            .. all.Distinct().GroupBy(a => a.AppId).Select(g => new RequiredResourceAccess
            {
                ResourceAppId = g.Key,
                ResourceAccess = [.. g.Select(a => new ResourceAccess { Id = a.Id, Type = a.Type })],
            }),
        ];
    }
}
