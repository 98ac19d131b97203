// Longer than 250 lines: all calls of a mailbox share its room, its quota, and its name in the directory.
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using Microsoft.Graph;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>Represents a mailbox in Microsoft Graph: the client, and the name by which Graph identifies the mailbox.</summary>
internal sealed class GraphMailbox : IDisposable
{
    /// <summary>
    /// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits: the concurrent requests of one app on a
    /// mailbox.
    /// </summary>
    public const int MaximumRequests = 4;

    private static readonly string[] Wanted = ["id", "userPrincipalName"];

    private readonly SemaphoreSlim _lookup = new(1);
    private readonly SemaphoreSlim _room = new(MaximumRequests);

    /// <summary>Content requests wait here, so that other requests go before content that isn't needed yet.</summary>
    private readonly SemaphoreSlim _contentRoom = new(MaximumRequests);
    private readonly RequestQuota _quota;
    private readonly Session? _admin;
    private readonly TokenSource _tokens;
    private readonly GraphServiceClient _graph;

    /// <summary>Object ID in Graph URLs; null while the mailbox is called what the connection calls it.</summary>
    private string? _user;
    private volatile bool _isLookedUp;

    /// <param name="connection">The mailbox and the account.</param>
    /// <param name="wire">The wire to Graph.</param>
    /// <param name="tokens">Of the app or person; disposed with the mailbox.</param>
    /// <param name="admin">The session that looks an address up; null if no administrator is signed in.</param>
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

    /// <summary>Whether Graph has a delta query for messages.</summary>
    /// <remarks>https://learn.microsoft.com/graph/api/message-delta: not in the cloud of 21Vianet.</remarks>
    public bool HasDelta => _tokens.Cloud.Environment != MailEnvironment.China;

    /// <summary>
    /// Sends a request with the mailbox's request builder when the number of concurrent requests allows it. Graph identifies a
    /// mailbox only by ID or user principal name, and an address can be the user principal name of another user. So the address
    /// is looked up in the directory once, with the administrator's sign-in. Without one, it's looked up with the app's own token
    /// if Graph doesn't find it. If the directory can't be read, the specified name is used.
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

    /// <summary>Sends a batch of requests on the mailbox, which run one at a time if its items wait for each other.</summary>
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

    /// <summary>Posts a message as MIME instead of a request's JSON.</summary>
    /// <remarks>https://learn.microsoft.com/graph/outlook-send-mime-message</remarks>
    /// <param name="request">The request.</param>
    /// <param name="mime">The message.</param>
    public Task PostMimeAsync(RequestInformation request, byte[] mime, CancellationToken cancellationToken) =>
        _graph.RequestAdapter.SendNoContentAsync(WithMime(request, mime), MimeErrors, cancellationToken);

    /// <summary>The same for a request that gives an object.</summary>
    public Task<T?> PostMimeAsync<T>(
        RequestInformation request, byte[] mime, ParsableFactory<T> read, CancellationToken cancellationToken)
        where T : IParsable => _graph.RequestAdapter.SendAsync(WithMime(request, mime), read, MimeErrors, cancellationToken);

    public void Dispose()
    {
        _lookup.Dispose();
        _room.Dispose();
        _contentRoom.Dispose();
        _graph.Dispose();
        _tokens.Dispose();
    }

    private static Dictionary<string, ParsableFactory<IParsable>> MimeErrors { get; } = new()
    {
        ["XXX"] = ODataError.CreateFromDiscriminatorValue,
    };

    private static RequestInformation WithMime(RequestInformation request, byte[] mime)
    {
        request.Headers.Remove("Content-Type");
        request.SetStreamContent(
            new MemoryStream(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(mime))), "text/plain");
        return request;
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
        await LookUpAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await GraphErrors.CallAsync(Host, () => call(_graph.Users[_user ?? Connection.Mailbox])).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e)
            when (_user is null && !_isLookedUp && e.HttpStatus == 404
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

    /// <summary>Looks the object ID up once if a session is signed in. If it isn't found, the specified name is used.</summary>
    private async Task LookUpAsync(CancellationToken cancellationToken)
    {
        if (_isLookedUp || _admin is null || !IsSameTenant(Connection, _admin))
        {
            return;
        }

        await _lookup.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = MailboxIds.Of(_admin);
            if (!_isLookedUp && !Guid.TryParse(Connection.Mailbox, out _))
            {
                _user ??= known.Find(Connection.Mailbox)
                    ?? (known.IsDenied ? null : await ResolveAsync(cancellationToken).ConfigureAwait(false));
                known.Keep(Connection.Mailbox, _user);
            }

            _isLookedUp = true;
        }
        catch (ServiceRefusedException e)
        {
            VerboseLog.Write($"Can't look up {Connection.Mailbox} in the directory: {e.Message}");
            _isLookedUp = true;
        }
        catch (ObjectDisposedException)
        {
            // The sign-in has ended since the connection was created.
            _isLookedUp = true;
        }
        finally
        {
            _lookup.Release();
        }
    }

    /// <summary>
    /// Whether the session is of the mailbox's tenant. In another one, the address can be that of a guest, with another ID.
    /// </summary>
    internal static bool IsSameTenant(MailboxConnection connection, Session admin) =>
        new[] { admin.TenantId, admin.Tokens.Tenant }.Contains(connection.TenantId, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Finds the object ID: of the user with this address, otherwise of the user with this name. A mailbox address takes
    /// precedence over the user principal name of another user.
    /// </summary>
    /// <remarks>
    /// https://learn.microsoft.com/graph/aad-advanced-queries#user-properties: proxyAddresses can be filtered by "eq" without
    /// advanced query parameters. That it can be combined with another property by "or" isn't documented, so it isn't.
    /// https://learn.microsoft.com/graph/api/user-get takes a user principal name.
    /// </remarks>
    private async Task<string?> ResolveAsync(CancellationToken cancellationToken)
    {
        var graph = _admin?.Graph ?? _graph;
        try
        {
            var users = await GraphErrors.CallAsync(Host, () => graph.Users.GetAsync(r =>
            {
                r.QueryParameters.Filter = new OData().Any("proxyAddresses", $"smtp:{Connection.Mailbox}").ToString();
                r.QueryParameters.Select = Wanted;
            }, cancellationToken)).ConfigureAwait(false);
            var user = users?.Value?.FirstOrDefault() ?? await GraphErrors.CallAsync(Host, () => graph.Users[Connection.Mailbox]
                .GetAsync(r => r.QueryParameters.Select = Wanted, cancellationToken)).ConfigureAwait(false);
            if (user?.UserPrincipalName?.Equals(Connection.Mailbox, StringComparison.OrdinalIgnoreCase) == false)
            {
                VerboseLog.Write($"{Connection.Mailbox} is an address of {user.UserPrincipalName}.");
            }

            return user?.Id;
        }
        catch (ServiceRefusedException e) when (e.IsDenied)
        {
            VerboseLog.Write($"Can't look up {Connection.Mailbox} in the directory: {e.Message}");
            if (_admin is not null)
            {
                MailboxIds.Of(_admin).IsDenied = true;
            }

            return null;
        }
        catch (ServiceRefusedException e) when (e.HttpStatus == 404)
        {
            return null;
        }
    }
}
