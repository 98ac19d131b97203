using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Takes over an app that another administrator registered: each credential and owner is accepted by name, or removed. Afterward,
/// the app counts as registered with MailAdmin.
/// </summary>
/// <param name="session">Signed in with Application.ReadWrite.All.</param>
internal sealed class AppAdoption(Session session)
{
    private readonly AppControls _controls = new(session);

    /// <summary>Finds the ways into an app that weren't created from here.</summary>
    /// <param name="id">Its client ID, or an object ID.</param>
    /// <param name="accepted">Names or IDs of the owners and credentials to keep.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidRequestException">
    /// The app wasn't found, or has no credential or owner with one of these names (ControlNotFound).
    /// </exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read them.</exception>
    public async Task<Plan> FindAsync(string id, IReadOnlyList<string> accepted, CancellationToken cancellationToken)
    {
        var app = await new AppDirectory(session).FindOwnAsync(id, cancellationToken).ConfigureAwait(false);
        var all = await _controls.ReadAsync(app, cancellationToken).ConfigureAwait(false);
        if (accepted.FirstOrDefault(name => !all.Any(c => c.Is(name))) is { } unknown)
        {
            throw new InvalidRequestException(
                "ControlNotFound", $"The app '{app.DisplayName}' has no owner or credential '{unknown}'.")
            {
                Target = unknown,
                Advice = "Specify the user principal name of an owner, the key ID of a credential, or the name of a "
                    + $"federated credential. The app has: {List(all)}.",
            };
        }

        var open = await _controls.UnknownAsync(app, cancellationToken).ConfigureAwait(false);
        var stay = all.Where(c => accepted.Any(c.Is)).ToArray();
        return new Plan(app, [.. open.Where(c => !stay.Contains(c))], stay);
    }

    /// <summary>Removes an owner or credential. Owners are removed first, because they can add credentials.</summary>
    public Task RemoveAsync(Plan plan, AppControl control, CancellationToken cancellationToken) =>
        _controls.RemoveAsync(plan.App, control, cancellationToken);

    /// <summary>Notes the adoption, once the directory shows that nothing else is left.</summary>
    /// <exception cref="InvalidRequestException">An owner or credential remains (AdoptionRequired).</exception>
    public async Task FinishAsync(Plan plan, CancellationToken cancellationToken)
    {
        session.Journal.Check();
        IReadOnlyList<AppControl> left = [];
        var done = await Poll.UntilAsync(session.Wire, "The removal of owners and credentials", async ct =>
        {
            var now = await new AppDirectory(session).FindOwnAsync(plan.App.AppId!, ct).ConfigureAwait(false);
            var open = await _controls.UnknownAsync(now, ct).ConfigureAwait(false);
            left = [.. open.Where(c => !plan.Accepted.Contains(c))];
            // Objects that the user accepted aren't waited for.
            return left.Count == 0 || left.All(c => !plan.Removed.Contains(c)) ? now : null;
        }, cancellationToken).ConfigureAwait(false);
        if (done is null || left.Count > 0)
        {
            throw Required(plan.App, left);
        }

        // A credential on the service principal can't be added again unnoticed.
        await PrincipalLock.EnsureAsync(session, done, cancellationToken).ConfigureAwait(false);
        foreach (var control in plan.Accepted)
        {
            session.Note(new ChangeNote(JournalAction.AcceptControl, plan.App.AppId, control.Id, null, $"{control}"));
        }

        session.Note(new ChangeNote(JournalAction.AdoptApp, plan.App.AppId, plan.App.DisplayName ?? "", null, plan.App.Id));
    }

    /// <summary>The error for an app that others can act as or change.</summary>
    public static InvalidRequestException Required(App app, IReadOnlyList<AppControl> open) => new(
        "AdoptionRequired",
        $"Can't use the app '{app.DisplayName}' ({app.AppId}) because it wasn't registered with MailAdmin and other "
            + $"users control it: {List(open)}. The app wasn't changed.")
    {
        Target = app.AppId,
        Advice = $"To remove all of these, use -App {app.AppId} -Adopt. To keep one, specify it with -Accept. To use "
            + "another app, specify another name. If the app isn't used, run Remove-MailAppRegistration.",
    };

    private static string List(IReadOnlyList<AppControl> controls) => controls.Count == 0 ? "none" : string.Join(", ", controls);

    /// <summary>Represents the plan to adopt an app.</summary>
    /// <param name="App">The registration.</param>
    /// <param name="Open">The owners and credentials to remove.</param>
    /// <param name="Accepted">The owners and credentials to keep.</param>
    internal sealed record Plan(App App, IReadOnlyList<AppControl> Open, IReadOnlyList<AppControl> Accepted)
    {
        /// <summary>The app's name with its client ID.</summary>
        public string Name => $"{App.DisplayName} ({App.AppId})";

        /// <summary>Those that were removed.</summary>
        public List<AppControl> Removed { get; } = [];
    }
}
