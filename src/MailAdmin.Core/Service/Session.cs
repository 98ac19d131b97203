using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.SignIn;
using Microsoft.Graph;

namespace MailAdmin.Core.Service;

/// <summary>
/// Represents a signed-in administrator or app: the tenant, its tokens, and the clients that use them. A context represents a
/// session.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly Lazy<GraphServiceClient> _graph;
    private Lazy<ExchangeAdmin> _exchange;

    private Session(Wire wire, TokenSource tokens, AccessToken proof, ChangeJournal? journal)
    {
        (Wire, Tokens, TenantId) = (wire, tokens, proof.TenantId ?? tokens.Tenant);
        ClientId = tokens.Method.ClientId ?? proof.ClientId ?? "";
        Account = proof.User ?? proof.AppName ?? ClientId;
        _graph = new(() => GraphClients.Create(wire, tokens));
        _exchange = new(() => new ExchangeAdmin(new ExchangeEndpoint(wire, tokens, TenantId)));
        Journal = journal ?? ChangeJournal.Of(wire, TenantId);
    }

    /// <summary>The transport to the service.</summary>
    public Wire Wire { get; }

    public TokenSource Tokens { get; }

    /// <summary>Whether requests that make changes are rejected.</summary>
    public bool IsReadOnly => Wire.IsReadOnly;

    /// <summary>The tenant ID, a GUID, from the token.</summary>
    public string TenantId { get; }

    /// <summary>The client ID that is signed in, as an app or on behalf of a user; empty if it's unknown.</summary>
    public string ClientId { get; }

    /// <summary>The user principal name, or the app's display name, or its client ID if the token has no name.</summary>
    public string Account { get; }

    public Cloud Cloud => Tokens.Cloud;

    /// <summary>The journal of the changes to the tenant.</summary>
    public ChangeJournal Journal { get; }

    internal HeldSecrets Secrets { get; } = new();

    internal GraphServiceClient Graph => _graph.Value;

    internal ExchangeAdmin Exchange => _exchange.Value;

    /// <summary>Runs cmdlets of Exchange with another runner, before the first one is run.</summary>
    internal void UseExchange(IExchangeRunner runner) => _exchange = new(() => new ExchangeAdmin(runner));

    /// <summary>Writes a change that the service has taken into the journal.</summary>
    internal void Note(ChangeNote note) => Journal.Write(new MailAdminChange
    {
        At = Wire.Time.GetUtcNow(),
        TenantId = TenantId,
        Account = Account,
        Action = note.Action.Name,
        ClientId = note.ClientId,
        Target = note.Target,
        Before = note.Before,
        After = note.After,
    });

    /// <summary>Signs in, and proves it with a token for Microsoft Graph.</summary>
    /// <param name="wire">The transport to the service.</param>
    /// <param name="tenant">The tenant's ID or one of its domains.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="ServiceRefusedException">Entra refused the request.</exception>
    /// <exception cref="ConnectionLostException">Entra couldn't be reached.</exception>
    /// <exception cref="InvalidRequestException">It can't be done in this way, here.</exception>
    public static Task<Session> SignInAsync(
        Wire wire, Cloud cloud, string tenant, SignInMethod method, CancellationToken cancellationToken) =>
        SignInAsync(wire, cloud, tenant, method, journal: null, cancellationToken);

    /// <summary>Signs in with another journal; null for the tenant's.</summary>
    internal static async Task<Session> SignInAsync(
        Wire wire, Cloud cloud, string tenant, SignInMethod method, ChangeJournal? journal, CancellationToken cancellationToken)
    {
        var tokens = new TokenSource(wire, cloud, tenant, method);
        try
        {
            return new Session(
                wire, tokens,
                await tokens.GetAsync(cloud.GraphScope, fresh: false, cancellationToken).ConfigureAwait(false), journal);
        }
        catch
        {
            tokens.Dispose();
            throw;
        }
    }

    /// <summary>Signs in as an app.</summary>
    /// <param name="wire">The transport to the service.</param>
    /// <param name="tenant">The tenant's ID or one of its domains.</param>
    /// <param name="clientId">The app's client ID.</param>
    /// <param name="credential">The credential to sign in with.</param>
    /// <returns>The session; the caller disposes it.</returns>
    /// <exception cref="ServiceRefusedException">Entra refused the request.</exception>
    /// <exception cref="ConnectionLostException">Entra couldn't be reached.</exception>
    public static Task<Session> SignInAsync(
        Wire wire, Cloud cloud, string tenant, string clientId, AppCredential credential, CancellationToken cancellationToken) =>
        SignInAsync(wire, cloud, tenant, new AppSignIn(clientId, credential), cancellationToken);

    internal Task<T> CallGraphAsync<T>(Func<GraphServiceClient, Task<T>> call) =>
        GraphErrors.CallAsync(Cloud.GraphHost, () => call(Graph));

    /// <summary>Runs a call that answers with nothing.</summary>
    internal Task CallGraphAsync(Func<GraphServiceClient, Task> call) => CallGraphAsync(async g =>
    {
        await call(g).ConfigureAwait(false);
        return true;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_graph.IsValueCreated)
        {
            _graph.Value.Dispose();
        }

        if (_exchange.IsValueCreated)
        {
            _exchange.Value.Dispose();
        }

        Tokens.Dispose();
    }
}
