using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>A mailbox over Microsoft Graph v1.0, as an app (app-only tokens work on /users/{id}, never on /me).</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/mail-api-overview</remarks>
internal sealed class GraphMailStore : IMailStore
{
    /// <summary>
    /// Messages whose content is under way or waits to be taken: enough to keep all requests busy that the service allows, while
    /// messages are filed too.
    /// </summary>
    private const int Ahead = 4 * GraphMailbox.MaximumRequests;

    private readonly GraphMailbox _mailbox;
    private readonly GraphFolders _folders;
    private readonly GraphMessageReader _reader;
    private readonly GraphProcessing _processing;

    /// <param name="mailbox">Which mailbox; disposed with the store.</param>
    public GraphMailStore(GraphMailbox mailbox)
    {
        _mailbox = mailbox;
        _folders = new GraphFolders(_mailbox);
        _reader = new GraphMessageReader(_mailbox);
        _processing = new GraphProcessing(_mailbox);
    }

    /// <summary>Reads the enabled inbox rules that take messages out of the Inbox.</summary>
    public Task<IReadOnlyList<MailboxInboxRule>> GetInboxRulesAsync(CancellationToken cancellationToken) =>
        GraphInboxRules.ReadAsync(_mailbox, cancellationToken);

    public int ProcessingBatch => GraphBatch.MaximumItems;

    public IAsyncEnumerable<MailFolder> GetFoldersAsync(string? parentPath, bool recurse, CancellationToken cancellationToken) =>
        _folders.ListAsync(parentPath, recurse, cancellationToken);

    /// <remarks>One request returns the counts and the folder ID. State on this computer is stored by that ID.</remarks>
    public Task<MailFolder?> FindFolderAsync(string folder, CancellationToken cancellationToken, bool counted = true) =>
        _folders.FindAsync(folder, cancellationToken);

    public Task<MailFolder> CreateFolderAsync(string path, CancellationToken cancellationToken) =>
        _folders.CreateAsync(path, cancellationToken);

    public IAsyncEnumerable<MailboxMessage> GetMessagesAsync(
        MailFolder folder, MessageQuery query, CancellationToken cancellationToken) =>
        GraphMessageList.ReadAsync(_mailbox, folder, query, cancellationToken);

    public Task<MailboxMessage?> FindMessageAsync(
        MailFolder? folder, string id, MessageDetail detail, CancellationToken cancellationToken) =>
        _reader.FindAsync(folder, id, detail, cancellationToken);

    /// <remarks>Content is downloaded in several requests at a time. The messages are returned in order.</remarks>
    public async IAsyncEnumerable<FetchedMessage> FetchAsync(
        MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?> openSink,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underWay = new Queue<Task<FetchedMessage>>();
        try
        {
            await foreach (var (message, position) in WantedAsync(
                folder, query with { Descending = false }, cancellationToken).ConfigureAwait(false))
            {
                underWay.Enqueue(FetchAsync(message, position, openSink(message), query.Detail, leaving.Token));
                while (underWay.Count >= Ahead || underWay.TryPeek(out var first) && first.IsCompleted)
                {
                    yield return await underWay.Dequeue().ConfigureAwait(false);
                }
            }

            while (underWay.TryDequeue(out var next))
            {
                yield return await next.ConfigureAwait(false);
            }
        }
        finally
        {
            // After this ended, no more content is written to a sink.
            await leaving.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(underWay)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <remarks>Delete requires Deleted Items, which a new mailbox might not have yet.</remarks>
    public async Task RequireAsync(AfterProcessing action, CancellationToken cancellationToken)
    {
        if (action == AfterProcessing.Delete
            && await _folders.FindAsync("deleteditems", cancellationToken).ConfigureAwait(false) is null)
        {
            throw MailStoreExtensions.NoDeletedItems(_mailbox.Connection.Mailbox);
        }
    }

    public Task<IReadOnlyList<ProcessedMessage>> ProcessAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailFolder? target,
        CancellationToken cancellationToken) =>
        _processing.RunAsync(folder, messages, action, target, cancellationToken);

    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, MailFolder target, CancellationToken cancellationToken) =>
        _processing.CopyAsync(messages, target, cancellationToken);

    public Task<IReadOnlyList<ProcessedMessage>> ForwardAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, string address, CancellationToken cancellationToken) =>
        _processing.ForwardAsync(messages, address, cancellationToken);

    public Task WaitForNewsAsync(MailFolder folder, TimeSpan interval, TimeSpan longest, CancellationToken cancellationToken) =>
        Task.Delay(longest < interval ? longest : interval, _mailbox.Wire.Time, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _mailbox.Dispose();
        return ValueTask.CompletedTask;
    }

    private async IAsyncEnumerable<(MailboxMessage Message, string? Position)> WantedAsync(
        MailFolder folder, MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Ids is { } ids)
        {
            foreach (var id in ids)
            {
                if (await _reader.FindAsync(folder, id, query.Detail, cancellationToken).ConfigureAwait(false) is { } message
                    && query.Matches(message))
                {
                    yield return (message, null);
                }
            }
        }
        else if (query.Cursor is not null)
        {
            var news = _mailbox.HasDelta ? GraphChanges.ReadAsync(_mailbox, folder, query, cancellationToken)
                : GraphArrivals.ReadAsync(_mailbox, folder, query, cancellationToken);
            await foreach (var item in news.ConfigureAwait(false))
            {
                yield return item;
            }
        }
        else
        {
            await foreach (var message in GraphMessageList.ReadAsync(
                _mailbox, folder, query, cancellationToken).ConfigureAwait(false))
            {
                yield return (message, null);
            }
        }
    }

    private async Task<FetchedMessage> FetchAsync(
        MailboxMessage message, string? position, Stream? sink, MessageDetail detail, CancellationToken cancellationToken)
    {
        Exception? error = null;
        try
        {
            if (sink is null && detail.HasFlag(MessageDetail.Kind))
            {
                message = await _reader.CompleteAsync(message, detail, cancellationToken).ConfigureAwait(false);
            }
            else if (sink is not null)
            {
                await CopyAsync(message.Id, sink, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is not (401 or 403 or 429))
        {
            // One message that the service can't render must not block the queue; a refusal of the whole mailbox must.
            error = e;
        }
        catch (UnexpectedResponseException e) when (e.HttpStatus == 200)
        {
            // A content filter blocks one message. A portal in front of all requests affects the next request for the list.
            error = e;
        }

        return new FetchedMessage(message, sink, error) { Position = position };
    }

    /// <summary>If the connection is lost during the content, the download starts over once.</summary>
    private async Task CopyAsync(string id, Stream sink, CancellationToken cancellationToken)
    {
        try
        {
            await _reader.CopyContentAsync(id, sink, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionLostException e) when (e.MayRecover && sink.CanSeek)
        {
            VerboseLog.Write($"{e.Message} Requesting the message again.");
            sink.SetLength(0);
            sink.Position = 0;
            await _reader.CopyContentAsync(id, sink, cancellationToken).ConfigureAwait(false);
        }
    }
}
