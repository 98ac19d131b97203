using System.Runtime.CompilerServices;
using MailAdmin.Core.Mail;
using Microsoft.Graph.Models;
using Microsoft.Graph.Users.Item;
using Microsoft.Graph.Users.Item.Messages.Item.Move;

namespace MailAdmin.Core.Graph;

/// <summary>A mailbox over Microsoft Graph v1.0, as an app (app-only tokens work on /users/{id}, never on /me).</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/mail-api-overview</remarks>
internal sealed class GraphMailStore : IMailStore
{
    private readonly MailboxConnection _connection;
    private readonly GraphMailbox _mailbox;
    private readonly GraphMessageReader _reader;

    /// <param name="connection">Which mailbox.</param>
    /// <exception cref="InvalidRequestException">The connection has no credential.</exception>
    public GraphMailStore(MailboxConnection connection)
    {
        (_connection, _mailbox) = (connection, new GraphMailbox(connection));
        _reader = new GraphMessageReader(_mailbox);
    }

    public async IAsyncEnumerable<MailAdmin.MailFolder> GetFoldersAsync(
        string? parentPath, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parent = parentPath is null ? null : await this.GetFolderAsync(parentPath, cancellationToken).ConfigureAwait(false);
        await foreach (var folder in ChildrenAsync(parent, recurse, cancellationToken).ConfigureAwait(false))
        {
            yield return folder;
        }
    }

    public async Task<MailAdmin.MailFolder?> FindFolderAsync(string folder, CancellationToken cancellationToken)
    {
        MailAdmin.MailFolder? found = null;
        foreach (var name in FolderPath.Split(folder))
        {
            found = await FindChildAsync(found, name, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return null;
            }
        }

        return found;
    }

    public async Task<MailAdmin.MailFolder> CreateFolderAsync(string path, CancellationToken cancellationToken)
    {
        MailAdmin.MailFolder? folder = null;
        foreach (var name in FolderPath.Split(path))
        {
            folder = await FindChildAsync(folder, name, cancellationToken).ConfigureAwait(false)
                ?? await CreateChildAsync(folder, name, cancellationToken).ConfigureAwait(false);
        }

        return folder! with { Change = folder!.Change ?? ChangeKind.Unchanged };
    }

    public async IAsyncEnumerable<MailboxMessage> GetMessagesAsync(
        MailAdmin.MailFolder folder, MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in GraphMessageList.ReadAsync(_mailbox, folder, query, cancellationToken).ConfigureAwait(false))
        {
            yield return message;
        }
    }

    public Task<MailboxMessage?> FindMessageAsync(
        MailAdmin.MailFolder? folder, string id, MessageDetail detail, CancellationToken cancellationToken) =>
        _reader.FindAsync(folder, id, detail, cancellationToken);

    public async IAsyncEnumerable<FetchedMessage> FetchAsync(
        MailAdmin.MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?> openSink,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var message in GetMessagesAsync(folder, query with { Descending = false }, cancellationToken).ConfigureAwait(false))
        {
            if (openSink(message) is not { } sink)
            {
                yield return new FetchedMessage(message, null);
                continue;
            }

            Exception? error = null;
            try
            {
                await CopyContentAsync(message, sink, cancellationToken).ConfigureAwait(false);
            }
            catch (ServiceRefusedException e) when (e.HttpStatus is not (401 or 403 or 429))
            {
                // One message that the service can't render must not block the queue; a refusal of the whole mailbox must.
                error = e;
            }

            yield return new FetchedMessage(message, sink, error);
        }
    }

    public async Task<IReadOnlyList<ProcessedMessage>> ProcessAsync(
        MailAdmin.MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailAdmin.MailFolder? target,
        CancellationToken cancellationToken)
    {
        var outcomes = new List<ProcessedMessage>(messages.Count);
        foreach (var message in messages)
        {
            Exception? error = null;
            try
            {
                await ProcessAsync(message, action, target, cancellationToken).ConfigureAwait(false);
            }
            catch (ServiceRefusedException e) when (e.Code == "ErrorItemNotFound")
            {
                Narration.Tell($"{message.Id} is gone already.");
            }
            catch (ServiceRefusedException e)
            {
                error = e;
            }

            outcomes.Add(new ProcessedMessage(message, error));
        }

        return outcomes;
    }

    public ValueTask DisposeAsync()
    {
        _mailbox.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<T> CallAsync<T>(Func<UserItemRequestBuilder, Task<T>> call, CancellationToken cancellationToken) =>
        _mailbox.CallAsync(call, cancellationToken);

    private async Task CopyContentAsync(MailboxMessage message, Stream sink, CancellationToken cancellationToken)
    {
        // https://learn.microsoft.com/graph/outlook-get-mime-message
        var content = (await CallAsync(u => u.Messages[message.Id].Content.GetAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false))!;
        await using (content.ConfigureAwait(false))
        {
            // The sink's own exceptions (a full disk) must not be taken for the network's.
            var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 * 1024);
            try
            {
                while (await GraphErrors.CallAsync(_mailbox.Host, () => content.ReadAsync(buffer, cancellationToken).AsTask()).ConfigureAwait(false) is > 0 and var read)
                {
                    await sink.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
            }

            await sink.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<object?> ProcessAsync(MailboxMessage message, AfterProcessing action, MailAdmin.MailFolder? target, CancellationToken cancellationToken) =>
        CallAsync<object?>(async u =>
        {
            var item = u.Messages[message.Id];
            switch (action)
            {
                case AfterProcessing.MarkRead:
                    return await item.PatchAsync(new Message { IsRead = true }, cancellationToken: cancellationToken).ConfigureAwait(false);
                case AfterProcessing.Move:
                    return await item.Move.PostAsync(new MovePostRequestBody { DestinationId = target!.Id }, cancellationToken: cancellationToken).ConfigureAwait(false);
                case AfterProcessing.Delete:
                    await item.DeleteAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                    return null;
                case AfterProcessing.Purge:
                    await item.PermanentDelete.PostAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
                    return null;
                default:
                    return null;
            }
        }, cancellationToken);

    private async IAsyncEnumerable<MailAdmin.MailFolder> ChildrenAsync(
        MailAdmin.MailFolder? parent, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var page = await ChildPageAsync(parent, null, cancellationToken).ConfigureAwait(false);
        while (page is not null)
        {
            foreach (var folder in page.Value ?? [])
            {
                var described = Describe(folder, parent);
                yield return described;
                if (recurse && folder.ChildFolderCount is not 0)
                {
                    await foreach (var child in ChildrenAsync(described, recurse, cancellationToken).ConfigureAwait(false))
                    {
                        yield return child;
                    }
                }
            }

            page = page.OdataNextLink is { } next
                ? await CallAsync(u => u.MailFolders.WithUrl(next).GetAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false)
                : null;
        }
    }

    private Task<MailFolderCollectionResponse?> ChildPageAsync(MailAdmin.MailFolder? parent, string? filter, CancellationToken cancellationToken) =>
        CallAsync(u => parent is null
            ? u.MailFolders.GetAsync(r => (r.QueryParameters.Top, r.QueryParameters.Filter) = (100, filter), cancellationToken)
            : u.MailFolders[parent.Id].ChildFolders.GetAsync(r => (r.QueryParameters.Top, r.QueryParameters.Filter) = (100, filter), cancellationToken), cancellationToken);

    private async Task<MailAdmin.MailFolder?> FindChildAsync(MailAdmin.MailFolder? parent, string name, CancellationToken cancellationToken)
    {
        if (parent is null && WellKnownFolders.Match(name) is { } known)
        {
            return await GetByIdAsync(known, cancellationToken).ConfigureAwait(false) is { } folder
                ? Describe(folder, null) with { WellKnownName = known } : null;
        }

        var page = await ChildPageAsync(parent, new OData().Equal("displayName", name).ToString(), cancellationToken).ConfigureAwait(false);
        if (page?.Value?.FirstOrDefault() is { } child)
        {
            return Describe(child, parent);
        }

        // Ids are long; a short name that is not there need not be asked for a second time.
        return parent is null && name.Length > 60 && await GetByIdAsync(name, cancellationToken).ConfigureAwait(false) is { } byId ? Describe(byId, null) : null;
    }

    private async Task<Microsoft.Graph.Models.MailFolder?> GetByIdAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(u => u.MailFolders[id].GetAsync(cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code is "ErrorItemNotFound" or "ErrorInvalidIdMalformed")
        {
            return null;
        }
    }

    private async Task<MailAdmin.MailFolder> CreateChildAsync(MailAdmin.MailFolder? parent, string name, CancellationToken cancellationToken)
    {
        var wanted = new Microsoft.Graph.Models.MailFolder { DisplayName = name };
        try
        {
            var made = await CallAsync(u => parent is null
                ? u.MailFolders.PostAsync(wanted, cancellationToken: cancellationToken)
                : u.MailFolders[parent.Id].ChildFolders.PostAsync(wanted, cancellationToken: cancellationToken), cancellationToken).ConfigureAwait(false);
            return Describe(made!, parent) with { Change = ChangeKind.Created };
        }
        catch (ServiceRefusedException e) when (e.Code == "ErrorFolderExists")
        {
            // Somebody made it between our look and our request.
            return await FindChildAsync(parent, name, cancellationToken).ConfigureAwait(false) ?? throw MailStoreExtensions.NotFound(name);
        }
    }

    private MailAdmin.MailFolder Describe(Microsoft.Graph.Models.MailFolder folder, MailAdmin.MailFolder? parent) => new()
    {
        Mailbox = _connection.Mailbox,
        Name = folder.DisplayName ?? "",
        Path = FolderPath.Join(parent?.Path, folder.DisplayName ?? ""),
        Id = folder.Id!,
        TotalItemCount = folder.TotalItemCount,
        UnreadItemCount = folder.UnreadItemCount,
        ChildFolderCount = folder.ChildFolderCount,
        Connection = _connection,
    };
}
