using System.Security;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>What the steps of one run know of each other: the app, its secret, and what became of the steps before.</summary>
internal sealed class InstallRun(Session session, InstallRequest request)
{

    private static readonly string[] Makers = [RegisterStep.StepName, ServicePrincipalStep.StepName];

    private readonly Dictionary<(string Step, string Target), StepResult> _results = [];
    private MailAppRegistration? _app;

    public Session Session => session;

    public InstallRequest Request => request;

    /// <summary>Whether a step of this run changed something.</summary>
    public bool HasChanged { get; set; }

    /// <summary>The secret of this session, or the one that is kept elsewhere; null when neither is at hand.</summary>
    public SecureString? Secret =>
        _app is null ? null : _app.ClientSecret ?? session.Secrets.GetValueOrDefault(_app.ClientId) ?? request.HeldSecret;

    /// <summary>The app as the last step left it; looked up by its id or name when no step has met it yet.</summary>
    /// <returns>Null while there is none.</returns>
    /// <exception cref="InvalidRequestException">The name does not tell which app is meant.</exception>
    public async Task<MailAppRegistration?> AppAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            return _app;
        }

        var directory = new AppDirectory(session);
        if (request.Recipe.VendorApp is { } vendor)
        {
            return _app = await directory.GetAsync(vendor.ClientId, cancellationToken).ConfigureAwait(false);
        }

        var identity = new AppIdentity(session, directory);
        return await identity.FindAsync(request.Name, request.App, cancellationToken).ConfigureAwait(false) is { } found
            ? _app = await directory.DescribeAsync(found, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>The app that is known by now, with its secret where that is at hand.</summary>
    public MailAppRegistration? KnownApp => _app is { ClientSecret: null } app && Secret is { } secret
        ? new AppDirectory(session).Copy(app, app.Change ?? ChangeKind.Unchanged, app.Pending, held: secret) : _app;

    public void Remember(MailAppRegistration app) => _app = app;

    public void Remember(InstallStep step, StepResult result)
    {
        _results[(step.Name, step.Target)] = result;
        HasChanged |= !step.IsTest && result.Status == MailAppStepStatus.Done;
    }

    /// <summary>The results of the steps of a name; none when the plan has none of them, or they were not run.</summary>
    public IEnumerable<StepResult> ResultsOf(string step) => _results.Where(r => r.Key.Step == step).Select(r => r.Value);

    /// <summary>The step that makes the app, if it failed: then there is no app that the other steps could be about.</summary>
    /// <returns>Its name; null when it did not fail, or is the step itself.</returns>
    public string? FailedBefore(InstallStep step) => Array.Find(
        Makers, m => m != step.Name && ResultsOf(m).Any(r => r.Status == MailAppStepStatus.Failed));

    /// <summary>The first step among those that a test depends on and that is not done; null when all are.</summary>
    public string? Unfinished(params string[] steps) =>
        Array.Find(steps, s => ResultsOf(s).Any(r => r.Status is MailAppStepStatus.Pending or MailAppStepStatus.Failed));

    /// <summary>Opens a mailbox as the app; null when no secret is at hand.</summary>
    public MailboxConnection? Connection(string mailbox, MailProtocol protocol) =>
        Secret is { } secret ? MailboxConnections.As(_app!, mailbox, protocol, session, secret) : null;

    public Task<MailboxConnectionTest> TestAsync(MailboxConnection connection, CancellationToken cancellationToken) =>
        new MailboxTester(connection, "Inbox").RunAsync(cancellationToken);

    /// <summary>From when on it counts what a test of a mailbox finds; null when it counts now.</summary>
    public async Task<DateTimeOffset?> DueAsync(string mailbox, MailProtocol protocol, CancellationToken cancellationToken)
    {
        try
        {
            var access = await new EffectiveAccess(session)
                .TestAsync(_app!, mailbox, protocol, cancellationToken).ConfigureAwait(false);
            return access.ConclusiveAfter;
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            // Who may not ask Exchange knows only of changes made from here.
            var now = session.Wire.Time.GetUtcNow();
            var changes = session.Journal.Until(now).Where(c => c.ClientId == _app!.ClientId && !JournalAction.Proved.Is(c));
            var last = changes.Select(c => (DateTimeOffset?)c.At).Max() + session.Wire.Propagation.Roles;
            return last > now ? last : null;
        }
    }

    /// <summary>
    /// Notes that something was proved. The first time after a change it is news; after that, a run that proves it again changed
    /// nothing.
    /// </summary>
    public StepResult Proven(string what, string detail, MailCheck[] checks)
    {
        var changes = session.Journal.Read().Where(c => c.ClientId == _app!.ClientId).ToArray();
        var before = Array.FindLastIndex(changes, c => JournalAction.Proved.Is(c) && c.Target == what);
        var changed = Array.FindLastIndex(changes, c => !JournalAction.Proved.Is(c));
        if (before > changed)
        {
            return StepResult.Unchanged(detail) with { Checks = checks };
        }

        session.Note(new ChangeNote(JournalAction.Proved, _app!.ClientId, what, null, "passed"));
        return StepResult.Done(detail) with { Checks = checks };
    }
}
