using MailAdmin.Core.Entra;
using MailAdmin.Core.Mail;
using Microsoft.Graph;
using Microsoft.Graph.Users.Item;

namespace MailAdmin.Core.Graph;

/// <summary>One mailbox at Microsoft Graph: the client to it, and the name by which Graph knows it.</summary>
internal sealed class GraphMailbox : IDisposable
{
    private readonly Session? _admin;
    private readonly TokenSource _tokens;
    private readonly GraphServiceClient _graph;
    private string? _user;

    /// <param name="connection">Which mailbox, as whom. A signed-in admin behind it can look an address up.</param>
    /// <exception cref="InvalidRequestException">The connection has no credential.</exception>
    public GraphMailbox(MailboxConnection connection)
    {
        Connection = connection;
        Wire = MailboxAccess.WireOf(connection);
        _admin = MailboxAccess.SessionOf(connection);
        _tokens = MailboxAccess.Tokens(connection);
        _graph = GraphClients.Create(Wire, _tokens);
    }

    public MailboxConnection Connection { get; }

    public Wire Wire { get; }

    public string Host => _tokens.Cloud.GraphHost;

    /// <summary>
    /// Calls with the mailbox's request builder. Graph knows a mailbox by id or user principal name only; an address that it
    /// does not know is looked up in the directory once, with the admin's sign-in where there is one, else with the app's own.
    /// </summary>
    public async Task<T> CallAsync<T>(Func<UserItemRequestBuilder, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await GraphErrors.CallAsync(Host, () => call(_graph.Users[_user ?? Connection.Mailbox])).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (_user is null && e.HttpStatus == 404 && e.Code is "ErrorInvalidUser" or "ResourceNotFound" or "Request_ResourceNotFound")
        {
            _user = await ResolveAsync(cancellationToken).ConfigureAwait(false);
            if (_user is null)
            {
                throw;
            }
        }

        return await GraphErrors.CallAsync(Host, () => call(_graph.Users[_user])).ConfigureAwait(false);
    }

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
        _graph.Dispose();
        _tokens.Dispose();
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
                Narration.Tell($"{Connection.Mailbox} is an address of {user.UserPrincipalName}.");
            }

            return user?.Id;
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is 401 or 403)
        {
            Narration.Tell($"{Connection.Mailbox} can't be looked up in the directory: {e.Message}");
            return null;
        }
    }
}
