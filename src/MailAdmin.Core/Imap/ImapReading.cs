using MailAdmin.Core.Imap.Responses;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Imap;

/// <summary>
/// Goes through the messages of a folder: searches, lists in batches, and fetches what is wanted, with the next batch always
/// asked for before the last one ends. When the connection is lost, or the server asks to wait, it goes on with another one
/// where this one stopped: what was handed out does not come again, what was not does.
/// </summary>
internal sealed class ImapReading : IAsyncDisposable
{
    private const int BatchSize = 250;
    private const int SmallestBatch = 25;

    private readonly ImapPool _pool;
    private readonly MailFolder _folder;
    private readonly MessageQuery _query;
    private readonly ImapQuery _filter;
    private readonly IncomingMessages? _incoming;
    private readonly ImapRecovery _recovery;
    private readonly Queue<FetchedMessage> _ready = new();
    private readonly List<MessageBatch> _window = [];
    private IEnumerator<UidSet>? _rest;
    private ImapConnection? _connection;
    private uint _uidValidity;
    private int _left;

    /// <summary>Prepares it.</summary>
    /// <param name="pool">Gives connections.</param>
    /// <param name="folder">Where.</param>
    /// <param name="query">Which.</param>
    /// <param name="openSink">Takes the content; null for the summaries alone.</param>
    public ImapReading(ImapPool pool, MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?>? openSink)
    {
        (_pool, _folder, _query, _filter) = (pool, folder, query, new ImapQuery(query));
        _recovery = pool.NewRecovery();
        _incoming = openSink is null ? null : new IncomingMessages(openSink, _ready);
        _left = query.First ?? int.MaxValue;
    }

    /// <summary>Gives the next message.</summary>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>Null at the end.</returns>
    public async ValueTask<FetchedMessage?> NextAsync(CancellationToken cancellationToken)
    {
        while (!_ready.TryPeek(out _))
        {
            try
            {
                _connection ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
                if (!FillWindow())
                {
                    return null;
                }

                await StepAsync(_connection, cancellationToken).ConfigureAwait(false);
            }
            catch (MailAdminException e)
            {
                await ReleaseAsync().ConfigureAwait(false);
                if (_incoming is not null && await _incoming.LoseAsync(Expected, e).ConfigureAwait(false) is { } given)
                {
                    Finished(given);
                }
                else if (!_recovery.IsWorthAnother(e))
                {
                    throw;
                }

                await _recovery.WaitAsync(e, cancellationToken).ConfigureAwait(false);
            }
        }

        return _ready.Dequeue();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _rest?.Dispose();
        if (_incoming is not null)
        {
            await _incoming.DisposeAsync().ConfigureAwait(false);
        }

        await ReleaseAsync().ConfigureAwait(false);
    }

    private async ValueTask ReleaseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await _pool.ReturnAsync(connection).ConfigureAwait(false);
        }
    }

    private async Task<ImapConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await _pool.RentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var name = new MailboxName(_folder.Id);
            if (_rest is null)
            {
                var (mailbox, uids) = await ImapMailbox.SearchAsync(connection, name, _filter.Search, cancellationToken).ConfigureAwait(false);
                _uidValidity = mailbox.UidValidity;
                var size = _query.First is { } first ? Math.Clamp(first, SmallestBatch, BatchSize) : BatchSize;
                _rest = uids.Chunk(size, _query.Descending && _incoming is null).GetEnumerator();
            }
            else
            {
                var mailbox = await ImapMailbox.SelectAsync(connection, name, readOnly: true, cancellationToken).ConfigureAwait(false);
                ImapMailbox.RequireSame(mailbox, _uidValidity, _folder);
                _window.ForEach(batch => batch.Send(connection));
            }

            return connection;
        }
        catch
        {
            await _pool.ReturnAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks for the next batch early enough: the server shall never wait for us.</summary>
    /// <returns>False when there is nothing left.</returns>
    private bool FillWindow()
    {
        _window.RemoveAll(static batch => batch.Phase == BatchPhase.Done);
        while (_left > 0 && MayAskForMore() && _rest!.MoveNext())
        {
            var items = FetchItems.Flags | FetchItems.InternalDate | FetchItems.Size | FetchItems.Envelope;
            var batch = new MessageBatch(_rest.Current, _incoming is null ? items | FetchItems.BodyStructure : items);
            _window.Add(batch);
            batch.Send(_connection!);
        }

        return _window.Count > 0;
    }

    private bool MayAskForMore() => _window switch
    {
        [] => true,
        [var only] => !only.IsListing || (_incoming is null && only.Count < _left),
        [_, var last] => !last.IsListing,
        _ => false,
    };

    private async ValueTask StepAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        switch (await connection.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            case FetchLiteral literal when _incoming is not null:
                await _incoming.TakeAsync(literal, Expected, connection, cancellationToken).ConfigureAwait(false);
                break;

            case FetchResponse response:
                await TakeAsync(response, cancellationToken).ConfigureAwait(false);
                break;

            case ConditionResponse { Command: { } command } completion when _window.Find(batch => batch.Owns(command)) is { } batch:
                Complete(connection, batch, command, completion);
                break;
        }
    }

    private async ValueTask TakeAsync(FetchResponse response, CancellationToken cancellationToken)
    {
        // What is no summary is news about flags, which nobody asked for.
        if (response is { Uid: { } uid, Size: not null })
        {
            _window.ForEach(batch => batch.Note(uid, () => MessageSummary.From(uid, response, _folder, _uidValidity)));
        }

        if (_incoming is not null && await _incoming.FinishAsync(response, Expected, cancellationToken).ConfigureAwait(false) is { } finished)
        {
            Finished(finished);
        }
    }

    private void Complete(ImapConnection connection, MessageBatch batch, ImapCommand command, ConditionResponse completion)
    {
        var refused = completion.Condition != ImapCondition.Ok;
        if (refused && ImapErrors.TryThrottled(completion.Text) is { } throttled)
        {
            throw throttled;
        }

        _recovery.Progress();
        if (!batch.IsListing)
        {
            var before = batch.Phase;
            foreach (var absent in batch.EndContent(command, refused))
            {
                var reason = refused ? $"the server says \"{completion.Text}\"" : "it is no longer there";
                _ready.Enqueue(new FetchedMessage(absent, null, IncomingMessages.Unreadable(absent, reason)));
            }

            if (batch.Phase != before && batch.Phase != BatchPhase.Done)
            {
                batch.Send(connection);
            }
        }
        else if (!batch.EndSummaries())
        {
            batch.Send(connection);
        }
        else if (refused && batch.FoundCount == 0)
        {
            throw ImapErrors.Refused(completion);
        }
        else
        {
            Select(connection, batch);
        }
    }

    /// <summary>The summaries are there: what does not match exactly falls out.</summary>
    private void Select(ImapConnection connection, MessageBatch batch)
    {
        var wanted = batch.TakeFound(_query.Descending).Where(found => _filter.Matches(found.Value)).Take(_left).ToArray();
        _left -= wanted.Length;
        if (_incoming is not null)
        {
            // The next summaries go before this content, so that they are there when it ends: what comes then is already asked for.
            batch.BeginContent(wanted);
            FillWindow();
            batch.Send(connection);
            return;
        }

        batch.BeginContent([]);
        foreach (var (_, message) in wanted)
        {
            _ready.Enqueue(new FetchedMessage(message, null));
        }
    }

    private MailboxMessage? Expected(uint uid)
    {
        foreach (var batch in _window)
        {
            if (batch.Expected(uid) is { } message)
            {
                return message;
            }
        }

        return null;
    }

    private void Finished(uint uid)
    {
        _recovery.Progress();
        _window.ForEach(batch => batch.Remove(uid));
    }
}
