using System.Security;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Diagnosis;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Permissions;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Recipes.Install;

/// <summary>
/// Shares data between the steps of one run: the app and its secret, the mailboxes, the app's data until a change, and the
/// results of previous steps.
/// </summary>
internal sealed class InstallRun(Session session, InstallRequest request) : IDisposable
{
    private static readonly StringComparer Names = StringComparer.OrdinalIgnoreCase;

    private readonly Dictionary<(string Step, string Target), (StepResult Result, bool IsOfMailbox)> _results = [];
    private readonly Dictionary<string, ExchangeMailbox> _mailboxes = new(StringComparer.OrdinalIgnoreCase);
    private MailAppRegistration? _app;
    private AppFacts? _facts;
    private bool _isRead;
    private TokenSource? _tokens;
    private SecureString? _tokensOf;
    private bool _isTenantProved;

    public Session Session => session;

    public InstallRequest Request => request;

    /// <summary>Whether a step of this run made a change.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>The step that creates the app, for which other steps wait.</summary>
    public string Maker => request.Recipe.VendorApp is null ? StepName.Register : StepName.ServicePrincipal;

    /// <summary>The secret of this session, or one from elsewhere; null if neither is available.</summary>
    public SecureString? Secret =>
        _app is null ? null : _app.ClientSecret ?? session.Secrets.Of(_app.ClientId)?.Text ?? request.HeldSecret;

    /// <summary>
    /// The data of Entra and Exchange about the app, read once in a run and again after every change. Requires an app.
    /// </summary>
    public AppFacts Facts => _facts ??= new AppFacts(session, _app!, _isRead ? _app!.GrantedPermission : null);

    /// <summary>The mailboxes that were found so far.</summary>
    public IReadOnlyCollection<ExchangeMailbox> Mailboxes => _mailboxes.Values;

    /// <summary>The app as the last step left it; looked up by its id or name when no step has met it yet.</summary>
    /// <returns>Null if it doesn't exist yet.</returns>
    /// <exception cref="InvalidRequestException">The name is ambiguous.</exception>
    public async Task<MailAppRegistration?> AppAsync(CancellationToken cancellationToken)
    {
        if (_app is null && await FindAsync(cancellationToken).ConfigureAwait(false) is { } found)
        {
            Remember(found);
        }

        return _app;
    }

    /// <summary>Finds the mailboxes of the request, together.</summary>
    /// <returns>The names of those that Exchange doesn't have.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read it.</exception>
    public async Task<IReadOnlyList<string>> FindMailboxesAsync(CancellationToken cancellationToken)
    {
        string[] names = request.OutOfScopeMailbox is { } outside ? [.. request.Mailboxes, outside] : [.. request.Mailboxes];
        var unknown = new List<string>();
        foreach (var (name, found) in names.Zip(
            await session.FindMailboxesAsync(names, cancellationToken).ConfigureAwait(false)))
        {
            if (found is null)
            {
                unknown.Add(name);
            }
            else
            {
                _mailboxes[name] = found;
            }
        }

        return unknown;
    }

    /// <summary>Returns a mailbox that was already read; null if it wasn't.</summary>
    public ExchangeMailbox? Known(string mailbox) => _mailboxes.GetValueOrDefault(mailbox);

    /// <summary>A mailbox by the name that the request has for it.</summary>
    /// <exception cref="InvalidRequestException">It isn't there (UnknownMailbox).</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read it.</exception>
    public async Task<ExchangeMailbox> MailboxAsync(string mailbox, CancellationToken cancellationToken) =>
        Known(mailbox)
        ?? (_mailboxes[mailbox] = await session.ResolveMailboxAsync(mailbox, cancellationToken).ConfigureAwait(false));

    /// <summary>The current app, with its secret if available.</summary>
    public MailAppRegistration? KnownApp => _app is { ClientSecret: null } app && Secret is { } secret
        ? app with { ClientSecret = secret, Change = app.Change ?? ChangeKind.Unchanged, Handle = session } : _app;

    /// <summary>Keeps the app as it was just read.</summary>
    public void Remember(MailAppRegistration app) => (_app, _facts, _isRead) = (app, null, true);

    /// <summary>Takes an app that was read at some time before: what it is granted is read again.</summary>
    public void Take(MailAppRegistration app) => (_app, _facts, _isRead) = (app, null, false);

    public void Remember(InstallStep step, StepResult result)
    {
        _results[(step.Name, step.Target)] = (result, step.IsOfMailbox);
        HasChanged |= !step.IsTest && result.Status == MailAppStepStatus.Done;
        if (!step.IsTest && result.Status != MailAppStepStatus.Unchanged)
        {
            (_facts, _isRead) = (null, false);
        }
    }

    /// <summary>The results of the steps of a name; none when the plan has none of them, or they weren't run.</summary>
    public IEnumerable<StepResult> ResultsOf(string step) => _results.Where(r => r.Key.Step == step).Select(r => r.Value.Result);

    /// <summary>The step that failed and without which another one isn't run.</summary>
    /// <returns>Its name; null when none failed.</returns>
    public string? FailedBefore(InstallStep step) => step.After
        .SelectMany(name => _results.Where(r => r.Key.Step == name
            && (!step.IsOfMailbox || !r.Value.IsOfMailbox || Names.Equals(r.Key.Target, step.Target))))
        .Where(r => r.Value.Result.IsFailure).Select(r => r.Value.Result.SkippedAfter ?? r.Key.Step).FirstOrDefault();

    /// <summary>The first step among those that a test depends on and that isn't done; null when all are.</summary>
    public string? Unfinished(params string[] steps) =>
        Array.Find(steps, s => ResultsOf(s).Any(r => r.Status is MailAppStepStatus.Pending or MailAppStepStatus.Failed));

    /// <summary>Connects to a mailbox as the app; null if no secret is available.</summary>
    public MailboxConnection? Connection(string mailbox, MailProtocol protocol)
    {
        if (Known(mailbox) is { } known)
        {
            return Connection(known, protocol);
        }

        return Secret is { } secret ? MailboxConnections.As(_app!, mailbox, protocol, session, secret) : null;
    }

    /// <summary>Connects to a mailbox that was already read, as the app; null if no secret is available.</summary>
    public MailboxConnection? Connection(ExchangeMailbox mailbox, MailProtocol protocol) => Secret is { } secret
        ? MailboxConnections.As(
            _app!, mailbox.Address, protocol, session, secret, mailboxId: mailbox.ObjectId, primary: mailbox.Address)
        : null;

    /// <summary>The app's tokens, which all steps share; they are new when its secret is.</summary>
    public TokenSource TokensOf(MailboxConnection connection)
    {
        if (_tokens is null || !ReferenceEquals(_tokensOf, connection.ClientSecret))
        {
            _tokens?.Dispose();
            (_tokens, _tokensOf) = (MailboxAccess.Tokens(connection), connection.ClientSecret);
        }

        return _tokens;
    }

    /// <summary>Tests a mailbox; the tenant only until it was proved in this run.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="explains">Whether the cause of a refusal is looked up.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<MailboxConnectionTest> TestAsync(
        MailboxConnection connection, bool explains, CancellationToken cancellationToken)
    {
        var sends = connection.Protocol == MailProtocol.Graph && request.Permissions.Any(RoleNames.SendsMail);
        var tester = new MailboxTester(connection, "Inbox", TokensOf(connection), _isTenantProved)
        {
            Sends = sends,
            Reads = !sends || request.Permissions.Any(RoleNames.ReadsMail),
            Explains = explains,
        };
        var test = await tester.RunAsync(cancellationToken).ConfigureAwait(false);
        _isTenantProved |= test.Checks.Any(c => c is { Name: "Endpoint", Status: CheckStatus.Passed });
        return test;
    }

    public void Dispose() => _tokens?.Dispose();

    /// <summary>Returns the time from which a mailbox test is conclusive; null if it's conclusive now.</summary>
    public async Task<DateTimeOffset?> DueAsync(string mailbox, MailProtocol protocol, CancellationToken cancellationToken)
    {
        try
        {
            var access = await new EffectiveAccess(session).TestAsync(
                Facts, await MailboxAsync(mailbox, cancellationToken).ConfigureAwait(false), protocol, null,
                cancellationToken).ConfigureAwait(false);
            return access.ConclusiveAfter;
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            // Without permission to read Exchange, only changes in the journal are known.
            var now = session.Wire.Time.GetUtcNow();
            var changes = session.Journal.Until(now).Where(c => c.ClientId == _app!.ClientId && !JournalAction.Proved.Is(c));
            var last = changes.Select(c => (DateTimeOffset?)c.At).Max() + session.Wire.Propagation.Roles;
            return last > now ? last : null;
        }
    }

    /// <summary>Records a verification. The first one after a change is a change of the step; later ones aren't.</summary>
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

    private async Task<MailAppRegistration?> FindAsync(CancellationToken cancellationToken)
    {
        var directory = new AppDirectory(session);
        if (request.Recipe.VendorApp is { } vendor)
        {
            return await directory.GetAsync(vendor.ClientId, cancellationToken).ConfigureAwait(false);
        }

        var identity = new AppIdentity(session, directory);
        return await identity.FindAsync(request.Name, request.App, cancellationToken).ConfigureAwait(false) is { } found
            ? await directory.DescribeAsync(found, cancellationToken).ConfigureAwait(false)
            : null;
    }
}
