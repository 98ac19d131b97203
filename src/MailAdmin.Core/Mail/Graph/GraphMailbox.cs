using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using Microsoft.Graph;
using Microsoft.Graph.Users.Item;
using Microsoft.Kiota.Abstractions;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>One mailbox at Microsoft Graph: the client to it, and the name by which Graph knows it.</summary>
internal sealed class GraphMailbox : IDisposable
{
    /// <summary>
    /// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits: so many at a time for one app and mailbox.
    /// </summary>
    public const int MaximumRequests = 4;

    private readonly SemaphoreSlim _room = new(MaximumRequests);

    /// <summary>Content queues here, so that whatever else is asked for comes before the content that only waits.</summary>
    private readonly SemaphoreSlim _contentRoom = new(MaximumRequests);
    private readonly RequestQuota _quota;
    private readonly Session? _admin;
    private readonly TokenSource _tokens;
    private readonly GraphServiceClient _graph;

    /// <summary>Object ID in Graph URLs; null while the mailbox is called what the connection calls it.</summary>
    private string? _user;

    /// <param name="connection">Which mailbox, as whom.</param>
    /// <param name="wire">How it is reached.</param>
    /// <param name="tokens">Of the app or person; disposed with the mailbox.</param>
    /// <param name="admin">Can look an address up; null where nobody is signed in.</param>
    public GraphMailbox(MailboxConnection connection, Wire wire, TokenSource tokens, Session? admin)
    {
        (Connection, Wire, _tokens, _admin) = (connection, wire, tokens, admin);
        _user = connection.MailboxId;
        _graph = GraphClients.Create(wire, tokens);
        _quota = new RequestQuota(wire.Time);
    }

    public MailboxConnection Connection { get; }

    public Wire Wire { get; }

    public string Host => _tokens.Cloud.GraphHost;

    /// <summary>
    /// Calls with the mailbox's request builder, when there is room for another request. Graph knows a mailbox by id or user
    /// principal name only; an address that it does not know is looked up in the directory once, with the admin's sign-in where
    /// there is one, else with the app's own.
    /// </summary>
    public Task<T> CallAsync<T>(Func<UserItemRequestBuilder, Task<T>> call, CancellationToken cancellationToken) =>
        CallAsync(call, 1, cancellationToken);

    /// <summary>Calls for a stream and reads it; until it is read, the service counts the request.</summary>
    public async Task ReadAsync(
        Func<UserItemRequestBuilder, Task<Stream?>> call, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        await _contentRoom.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await ReadInTurnAsync(call, read, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _contentRoom.Release();
        }
    }

    /// <summary>Sends a batch of requests on the mailbox, which go one at a time when its items wait for one another.</summary>
    public Task<BatchResponseContentCollection> SendAsync(
        Func<UserItemRequestBuilder, Task<BatchRequestContentCollection>> make, int items, CancellationToken cancellationToken) =>
        CallAsync(
            async u => await _graph.Batch.PostAsync(await make(u).ConfigureAwait(false), cancellationToken).ConfigureAwait(false),
            items, cancellationToken);

    /// <summary>An empty batch.</summary>
    public BatchRequestContentCollection NewBatch() => new(_graph);

    /// <summary>The request that the SDK would send.</summary>
    public async Task<HttpRequestMessage> ToHttpAsync(RequestInformation request, CancellationToken cancellationToken) =>
        (await _graph.RequestAdapter.ConvertToNativeRequestAsync<HttpRequestMessage>(
            request, cancellationToken).ConfigureAwait(false))!;

    /// <summary>The same for a call that gives nothing back.</summary>
    public Task CallAsync(Func<UserItemRequestBuilder, Task> call, CancellationToken cancellationToken) => CallAsync(
        async user =>
        {
            await call(user).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public void Dispose()
    {
        _room.Dispose();
        _contentRoom.Dispose();
        _graph.Dispose();
        _tokens.Dispose();
    }

    private async Task<T> CallAsync<T>(
        Func<UserItemRequestBuilder, Task<T>> call, int requests, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await CallInRoomAsync(call, requests, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task ReadInTurnAsync(
        Func<UserItemRequestBuilder, Task<Stream?>> call, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var content = (await CallInRoomAsync(call, 1, cancellationToken).ConfigureAwait(false))!;
            await using (content.ConfigureAwait(false))
            {
                await read(content).ConfigureAwait(false);
            }
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<T> CallInRoomAsync<T>(
        Func<UserItemRequestBuilder, Task<T>> call, int requests, CancellationToken cancellationToken)
    {
        await _quota.TakeAsync(requests, cancellationToken).ConfigureAwait(false);
        try
        {
            return await GraphErrors.CallAsync(Host, () => call(_graph.Users[_user ?? Connection.Mailbox])).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e)
            when (_user is null && e.HttpStatus == 404
                && e.Code is GraphCodes.InvalidUser or GraphCodes.ResourceNotFound or GraphCodes.RequestResourceNotFound)
        {
            _user = await ResolveAsync(cancellationToken).ConfigureAwait(false);
            if (_user is null)
            {
                throw;
            }
        }

        return await GraphErrors.CallAsync(Host, () => call(_graph.Users[_user])).ConfigureAwait(false);
    }

    private async Task<string?> ResolveAsync(CancellationToken cancellationToken)
    {
        var filter = new OData().Any("proxyAddresses", $"smtp:{Connection.Mailbox}").ToString();
        try
        {
            var users = await GraphErrors.CallAsync(Host, () => (_admin?.Graph ?? _graph).Users.GetAsync(r =>
            {
                r.QueryParameters.Filter = filter;
                r.QueryParameters.Select = ["id", "userPrincipalName"];
            }, cancellationToken)).ConfigureAwait(false);
            var user = users?.Value?.FirstOrDefault();
            if (user is not null)
            {
                VerboseLog.Write($"{Connection.Mailbox} is an address of {user.UserPrincipalName}.");
            }

            return user?.Id;
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            VerboseLog.Write($"{Connection.Mailbox} can't be looked up in the directory: {e.Message}");
            return null;
        }
    }
}
