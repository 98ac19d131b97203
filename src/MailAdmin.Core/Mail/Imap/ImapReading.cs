// Longer than 250 lines: one order of search, list and fetch, with all that may interrupt it.
using System.Globalization;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Goes through the messages of a folder: searches, lists in batches, and fetches what is wanted, with the next always asked
/// for before the last ends. When the connection is lost, or the server asks to wait, it goes on with another one where this
/// one stopped: what was handed out does not come again, what was not does.
/// </summary>
internal sealed class ImapReading : IAsyncDisposable
{
    private const int FirstBatch = 250;
    private const int SmallestBatch = 25;
    private const int LargestBatch = 2000;
    private const int MostRanges = 300;
    private const int ListingsAhead = 4;
    private const int ListingsBeforeContent = 2;

    private readonly ImapPool _pool;
    private readonly MailFolder _folder;
    private readonly MessageQuery _query;
    private readonly ImapQuery _filter;
    private readonly IncomingMessages? _incoming;
    private readonly ImapRecovery _recovery;
    private readonly Queue<FetchedMessage> _ready = new();
    private readonly List<SummaryBatch> _listings = [];
    private readonly ContentQueue _content;
    private readonly FetchItems _items = FetchItems.Flags | FetchItems.InternalDate | FetchItems.Size | FetchItems.Envelope;
    private IEnumerator<UidSet>? _rest;
    private ImapConnection? _connection;
    private uint _uidValidity;
    private uint _highest;
    private int _left;

    /// <summary>Prepares it.</summary>
    /// <param name="pool">Gives connections.</param>
    /// <param name="folder">Where.</param>
    /// <param name="query">Which.</param>
    /// <param name="openSink">Takes the content; null for the summaries alone.</param>
    /// <param name="section">What of a message its content is: nothing for all of it, or HEADER.</param>
    /// <param name="known">UIDs, and the UIDVALIDITY that they belong to, where no search is needed to find them.</param>
    public ImapReading(
        ImapPool pool, MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?>? openSink, string section = "",
        (uint UidValidity, UidSet Uids)? known = null)
    {
        (_pool, _folder, _query, _filter) = (pool, folder, query, new ImapQuery(query));
        _recovery = pool.NewRecovery();
        _content = new ContentQueue(section, LargestBatch, MostRanges);
        _incoming = openSink is null ? null : new IncomingMessages(section, openSink, _content.Expected, _ready);
        _left = query.First ?? int.MaxValue;
        if (openSink is null || section.Length > 0)
        {
            // Else the content is about to tell.
            _items |= FetchItems.BodyStructure;
        }

        if (known is var (uidValidity, uids))
        {
            (_uidValidity, _rest) = (uidValidity, Chunk(uids));
        }
    }

    /// <summary>
    /// Where to go on when everything was taken. Null when there is more, and where UIDs do not last: without a UIDVALIDITY
    /// there is nothing to recognise them by (RFC 9051 section 2.3.1.1).
    /// </summary>
    public string? End => _left > 0 && _uidValidity > 0 ? MessageSummary.Id(_uidValidity, _highest) : null;

    /// <summary>Gives the next message.</summary>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>Null at the end.</returns>
    public async ValueTask<FetchedMessage?> NextAsync(CancellationToken cancellationToken)
    {
        while (_ready.Count == 0)
        {
            try
            {
                _connection ??= await ConnectAsync(cancellationToken).ConfigureAwait(false);
                if (!AskForMore(_connection))
                {
                    await DrainAsync(_connection, cancellationToken).ConfigureAwait(false);
                    return null;
                }

                await StepAsync(_connection, cancellationToken).ConfigureAwait(false);
            }
            catch (MailAdminException e)
            {
                await ReleaseAsync().ConfigureAwait(false);
                if (_incoming is not null && await _incoming.LoseAsync(e).ConfigureAwait(false) is { } given)
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

        var next = _ready.Dequeue();
        return _incoming is null ? next : next with
        {
            Position = IsPosition(next.Message) ? next.Message.Id : null,
            Numbering = _uidValidity == 0 ? null : _uidValidity.ToString(CultureInfo.InvariantCulture),
            FollowerSize = (_ready.TryPeek(out var follower) ? follower.Message : _content.Coming)?.Size,
        };
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

    /// <summary>A server need not send in the order of UIDs: nothing before the message may be still to come.</summary>
    private bool IsPosition(MailboxMessage message)
    {
        if (_query.Cursor is null || _uidValidity == 0)
        {
            return false;
        }

        var uid = MessageSummary.ParseId(message).Uid;
        return !_content.HasBefore(uid) && !_ready.Any(later => MessageSummary.ParseId(later.Message).Uid < uid);
    }

    private async Task<ImapConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        // How a name or a text is spelled depends on what the server enables; the Inbox is opened in the round trip that proves the login.
        var name = new MailboxName(_folder.Id);
        var connection = await _pool.RentAsync(cancellationToken, settled: !name.IsInbox || _filter.Search.NeedsCharset).ConfigureAwait(false);
        try
        {
            if (_rest is null)
            {
                var (mailbox, uids) = await ImapMailbox.SearchAsync(connection, name, _filter.Search, cancellationToken).ConfigureAwait(false);
                _uidValidity = mailbox.UidValidity;
                if (_filter.UidValidity is { } known)
                {
                    ImapMailbox.RequireSame(mailbox, known, _folder);
                }

                _highest = Math.Max(_filter.After, uids.Highest);
                _rest = Chunk(uids);
            }
            else
            {
                var mailbox = await ImapMailbox.SelectAsync(connection, name, readOnly: true, cancellationToken).ConfigureAwait(false);
                ImapMailbox.RequireSame(mailbox, _uidValidity, _folder);
                _listings.ForEach(batch => batch.Send(connection));
                _content.Reset();
            }

            return connection;
        }
        catch
        {
            await _pool.ReturnAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    private IEnumerator<UidSet> Chunk(UidSet uids)
    {
        var size = _query.First is { } first ? Math.Clamp(first, SmallestBatch, FirstBatch) : FirstBatch;
        return uids.Chunk(size, LargestBatch, MostRanges, _query.Descending && _incoming is null).GetEnumerator();
    }

    /// <summary>Everything has come; the ends of the commands still have to, if the connection is to be used again.</summary>
    private static async ValueTask DrainAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            while (!connection.IsQuiet)
            {
                await connection.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (MailAdminException)
        {
            // Then it is not used again.
        }
    }

    private async ValueTask ReleaseAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await _pool.ReturnAsync(connection).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Asks for what comes next, early enough: summaries go out before the content that they are ahead of, and are there when it
    /// ends.
    /// </summary>
    /// <returns>False when there is nothing left to come.</returns>
    private bool AskForMore(ImapConnection connection)
    {
        while (_left > 0 && MayListMore() && _rest!.MoveNext())
        {
            var batch = new SummaryBatch(_rest.Current, _items);
            _listings.Add(batch);
            batch.Send(connection);
        }

        _content.Send(connection, _incoming?.IsArriving ?? false, moreToCome: _listings.Count > 0);
        return _listings.Count + _content.Count > 0;
    }

    private bool MayListMore() => _incoming is null
        ? _listings.Count < ListingsAhead && _listings.Sum(static batch => batch.Count) < _left
        : _listings.Count < ListingsBeforeContent && _content.Count < LargestBatch;

    private async ValueTask StepAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        switch (await connection.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            case FetchLiteral literal when _incoming is not null && _incoming.Begin(literal):
                AskForMore(connection);
                await _incoming.TakeAsync(connection, cancellationToken).ConfigureAwait(false);
                break;

            case FetchResponse response:
                await TakeAsync(response, cancellationToken).ConfigureAwait(false);
                break;

            case ConditionResponse { Command: { } command } completion:
                Complete(connection, command, completion);
                break;
        }
    }

    private async ValueTask TakeAsync(FetchResponse response, CancellationToken cancellationToken)
    {
        // What is no summary is news about flags, which nobody asked for; what is marked \Deleted since the search is gone.
        if (response is { Uid: { } uid, Size: not null } && response.Flags?.System.HasFlag(SystemFlags.Deleted) != true)
        {
            _listings.ForEach(batch => batch.Note(uid, () => MessageSummary.From(uid, response, _folder, _uidValidity)));
            Select();
        }

        if (_incoming is not null && await _incoming.FinishAsync(response, cancellationToken).ConfigureAwait(false) is { } finished)
        {
            Finished(finished);
        }
    }

    private void Complete(ImapConnection connection, ImapCommand command, ConditionResponse completion)
    {
        var refusal = completion.Condition == ImapCondition.Ok ? null : ImapErrors.Refused(completion);
        if (refusal is { Code: "THROTTLED" })
        {
            throw refusal;
        }

        if (_listings.Find(batch => batch.Command == command) is { } listing)
        {
            listing.End(connection, refusal);
            Select();
        }

        foreach (var absent in _content.End(command, refusal is not null))
        {
            var reason = refusal is null ? "it is no longer there" : $"the server says \"{completion.Text}\"";
            _ready.Enqueue(new FetchedMessage(absent, null, IncomingMessages.Unreadable(absent, reason)));
        }
    }

    /// <summary>Hands on the summaries that are complete, in their order; what does not match exactly falls out.</summary>
    private void Select()
    {
        while (_listings is [{ IsComplete: true } batch, ..])
        {
            _recovery.Progress();
            _listings.RemoveAt(0);
            var wanted = batch.Found(_query.Descending).Where(found => _filter.Matches(found.Value)).Take(_left).ToArray();
            _left -= wanted.Length;
            if (_incoming is not null)
            {
                _content.Add(wanted);
                continue;
            }

            foreach (var (_, message) in wanted)
            {
                _ready.Enqueue(new FetchedMessage(message, null));
            }
        }
    }

    private void Finished(uint uid)
    {
        _recovery.Progress();
        _content.Remove(uid);
    }
}
