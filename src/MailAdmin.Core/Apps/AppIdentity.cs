using System.Globalization;
using System.Security.Cryptography;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Verifies which app a name refers to before the app is given anything. By default, every user of a tenant can register apps
/// with any name, and an app's owner can change its name, tags, and owners. So neither a name nor a tag shows who owns the app.
/// An app found by name is used only if the user's own journal shows that it was registered with MailAdmin, or if Exchange has a
/// service principal for it under this name, which only Exchange administrators create. An app specified by ID is used without
/// this check.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-app-roles (users may register apps by default),
/// https://learn.microsoft.com/graph/api/resources/application (appId is assigned by the service and never changes;
/// createdDateTime is read-only), https://learn.microsoft.com/powershell/module/exchange/new-serviceprincipal
/// </remarks>
internal sealed class AppIdentity(Session session, AppDirectory directory)
{
    private const string TagBefore = "MailAdmin.Made:";

    /// <summary>The maximum difference between the clocks of this computer and of the service.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Returns the registration for an ID, or else a name.</summary>
    /// <param name="name">Display name.</param>
    /// <param name="id">Client ID or an object ID that the user specified; null to find the app by name.</param>
    /// <returns>The registration; null if no app has the name.</returns>
    /// <exception cref="InvalidRequestException">
    /// Several apps have the name (AmbiguousApp), the app with the name isn't known to be the user's (ForeignApp), others control
    /// the app with the ID (AdoptionRequired), or no app has the ID (AppNotFound, AppOfOtherTenant).
    /// </exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    public async Task<App?> FindAsync(string name, string? id, CancellationToken cancellationToken)
    {
        if (id is not null)
        {
            var named = await directory.FindOwnAsync(id, cancellationToken).ConfigureAwait(false);
            await RequireSoleAsync(named, cancellationToken).ConfigureAwait(false);
            return named;
        }

        var found = new List<App>();
        var byName = new OData().Equal("displayName", name);
        await foreach (var app in directory.FindApplicationsAsync(byName, cancellationToken).ConfigureAwait(false))
        {
            found.Add(app);
        }

        if (found.Count > 1)
        {
            throw new InvalidRequestException(
                "AmbiguousApp", $"{found.Count} apps have the name '{name}': {string.Join(", ", found.Select(a => a.AppId))}.")
            {
                Target = name,
                Advice = "Specify one of them with -App and its client ID, or specify another name with -Name.",
            };
        }

        if (found.Count == 1)
        {
            await RequireOwnAsync(
                found[0],
                $"To use this app, run the command with -App {found[0].AppId} -Adopt. Otherwise, specify another name "
                    + "with -Name. If the app isn't used, run Remove-MailAppRegistration.",
                cancellationToken).ConfigureAwait(false);
        }

        return found.FirstOrDefault();
    }

    /// <summary>Refuses an app that others control: one that is neither known as the user's own nor free of them.</summary>
    /// <param name="app">The app, with its tags and credentials, which was named by its ID.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">Others control it (AdoptionRequired).</exception>
    public async Task RequireSoleAsync(App app, CancellationToken cancellationToken)
    {
        if (IsInJournal(app) || (await InExchangeAsync(app, cancellationToken).ConfigureAwait(false)).IsThere)
        {
            return;
        }

        var open = await new AppControls(session).UnknownAsync(app, cancellationToken).ConfigureAwait(false);
        if (open.Count > 0)
        {
            throw AppAdoption.Required(app, open);
        }
    }

    /// <summary>Refuses an app that isn't known as the user's own.</summary>
    /// <param name="app">The app, with its tags and credentials.</param>
    /// <param name="advice">The recommended action.</param>
    /// <exception cref="InvalidRequestException">
    /// It isn't (ForeignApp); the message lists its ids, owners and credentials.
    /// </exception>
    public async Task RequireOwnAsync(App app, string advice, CancellationToken cancellationToken)
    {
        if (IsInJournal(app))
        {
            return;
        }

        var (isThere, unasked) = await InExchangeAsync(app, cancellationToken).ConfigureAwait(false);
        if (isThere)
        {
            return;
        }

        var text = string.Create(CultureInfo.InvariantCulture,
            $"Can't use the app '{app.DisplayName}' because it wasn't registered with MailAdmin and has no service "
                + $"principal of this name in Exchange: ")
            + $"{await DescribeAsync(app, cancellationToken).ConfigureAwait(false)}. The app wasn't changed.{unasked}";
        throw new InvalidRequestException("ForeignApp", text) { Target = app.AppId, Advice = advice };
    }

    /// <summary>
    /// Records that an app is about to be registered. If the run is interrupted before it has the client ID, the mark remains in
    /// the journal and on the app. The next run recognizes its app by the mark.
    /// </summary>
    /// <param name="name">Display name.</param>
    /// <returns>The tag that the app is registered with.</returns>
    /// <exception cref="InvalidRequestException">The journal can't be written; nothing was registered.</exception>
    public string Announce(string name)
    {
        var mark = RandomNumberGenerator.GetHexString(32, lowercase: true);
        session.Note(new ChangeNote(JournalAction.RegisterApp, null, name, null, mark));
        return TagBefore + mark;
    }

    private bool IsInJournal(App app)
    {
        if (!session.Journal.IsOwn())
        {
            return false;
        }

        var births = session.Journal.Read()
            .Where(c => Same(c.TenantId, session.TenantId)
                && (JournalAction.RegisterApp.Is(c) || JournalAction.NewApp.Is(c) || JournalAction.AdoptApp.Is(c)))
            .ToArray();
        if (Array.Exists(births, c => !JournalAction.RegisterApp.Is(c) && Same(c.ClientId, app.AppId)))
        {
            return true;
        }

        // All users can read the tags of an app and copy them to another app. So a mark is accepted only until the app's client
        // ID is recorded, and only for an app that was created after the mark. If two apps have the mark, the name is ambiguous.
        if (Array.FindLast(births, c => Same(c.Target, app.DisplayName)) is not { After: { } mark } announced
            || !JournalAction.RegisterApp.Is(announced) || app.Tags?.Contains(TagBefore + mark) != true
            || !(app.CreatedDateTime >= announced.At - ClockSkew))
        {
            return false;
        }

        session.Note(new ChangeNote(JournalAction.NewApp, app.AppId, app.DisplayName!, null, app.Id));
        return true;
    }

    /// <summary>Whether Exchange has an entry of the app under its name, and why that can't be read.</summary>
    private async Task<(bool IsThere, string? Unasked)> InExchangeAsync(App app, CancellationToken cancellationToken)
    {
        try
        {
            var entries = await session.Exchange.GetAsync(
                "Get-ServicePrincipal", new() { ["Identity"] = app.AppId }, cancellationToken).ConfigureAwait(false);
            return (entries.Any(p => p.Is(app.AppId!, "AppId") && p.Is(app.DisplayName!, "DisplayName")), null);
        }
        catch (ServiceRefusedException e) when (e.Service == "Entra" || e.IsDenied)
        {
            return (false, $" Exchange couldn't be checked because you don't have permission: {e.Message}");
        }
    }

    private async Task<string> DescribeAsync(App app, CancellationToken cancellationToken)
    {
        var controls = await Allowed.TryAsync(async () =>
        {
            var all = await new AppControls(session).ReadAsync(app, cancellationToken).ConfigureAwait(false);
            return all.Count == 0 ? "no owner and no credential" : string.Join(", ", all);
        }, _ => "the owners can't be read because you don't have permission").ConfigureAwait(false);
        var granted = await Allowed.TryAsync(async () =>
        {
            var principal = await directory.FindServicePrincipalAsync(app.AppId!, cancellationToken).ConfigureAwait(false);
            var all = principal is null ? [] : await directory.GrantedAsync(
                principal.Id!, cancellationToken).ConfigureAwait(false);
            return all.Length == 0 ? "nothing" : string.Join(", ", all.Select(p => p.ToString()));
        }, _ => "can't be read").ConfigureAwait(false);
        var registered = string.Create(CultureInfo.InvariantCulture, $"registered on {app.CreatedDateTime:yyyy-MM-dd}");
        return $"client ID {app.AppId}, object ID {app.Id}, {registered}; {controls}; granted: {granted}";
    }

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
