using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>Receives one folder: as often as it is asked to, each time what is new.</summary>
internal sealed class FolderRun : IDisposable
{
    private readonly IMailStore _store;
    private readonly ReceiveOptions _options;
    private readonly Targets _targets;
    private readonly FolderPlace _place;
    private readonly FolderState? _memory;
    private readonly AfterProcessor _filing;
    private readonly MessageDownloader _intake;
    private readonly RetryBackoff? _aside;
    private readonly IReadOnlyList<string>? _chosen;
    private Delivery? _inHand;

    /// <summary>Locks the folder, and removes what a run that died has left behind.</summary>
    /// <param name="store">The mailbox.</param>
    /// <param name="options">What to receive, and what to do with it.</param>
    /// <param name="targets">Where messages go on the server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="chosen">Ids of the messages to receive; null for what the folder has.</param>
    /// <exception cref="InvalidRequestException">Another run is at it (DestinationInUse), or the disk can't be written to
    /// (DestinationNotWritable).</exception>
    public FolderRun(
        IMailStore store, ReceiveOptions options, MailFolder folder, Targets targets, TimeProvider time,
        IReadOnlyList<string>? chosen = null)
    {
        (_store, _options, Folder, _targets, _chosen) = (store, options, folder, targets, chosen);
        _aside = options.Wait ? new RetryBackoff(time) : null;
        _place = FolderPlace.Open(options, folder, isChosen: chosen is not null, time.GetUtcNow());
        _memory = _place.Memory;
        _intake = new MessageDownloader(options, folder, targets, _place.Disk, _memory);
        _filing = new AfterProcessor(store, options, folder, targets, _place.Disk, _memory, time);
    }

    public MailFolder Folder { get; }

    /// <summary>How long until a message that failed is to be tried again; null when none has.</summary>
    public TimeSpan? NextTryIn => _aside?.NextIn;

    /// <summary>What is there and new, oldest first; before that, what was left behind earlier.</summary>
    /// <param name="most">At most so many.</param>
    public async IAsyncEnumerable<Delivery> PassAsync(int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_chosen is not null)
        {
            var deliveries = ReadAsync(_options.Query with { Ids = _chosen }, null, false, cancellationToken);
            await foreach (var delivery in ChosenMessages.WithMissingAsync(deliveries, _chosen, Folder).ConfigureAwait(false))
            {
                yield return delivery;
            }

            yield break;
        }

        _memory?.StartPass();
        _aside?.Trim();
        string[] left = [.. _memory?.Left.Where(id => _aside?.Has(id) != true) ?? []];
        if (left.Length > 0)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var asked = _options.Query with { Ids = left, First = most };
            await foreach (var delivery in ReadAsync(asked, null, false, cancellationToken).ConfigureAwait(false))
            {
                seen.Add(delivery.Message.Id);
                most -= delivery.IsArrival ? 1 : 0;
                yield return delivery;
            }

            // Where a filter leaves messages out, one that does not come may still be there.
            if (most > 0 && !_options.IsSelective)
            {
                // What is no longer in the folder has been dealt with by somebody else.
                _memory!.ForgetLeft(left.Where(id => !seen.Contains(id) && _aside?.Has(id) != true));
            }
        }

        if (most > 0)
        {
            // From the beginning, a run that leaves messages out has no use for a position unless it waits: none is kept.
            var isPlain = _memory is null || (_memory.Position is null && _options is { IsSelective: true, Wait: false });
            var cursor = isPlain ? null : new FolderCursor(_memory!.Position);
            var query = _options.Query with { First = most == int.MaxValue ? null : most, Cursor = cursor };
            var fromBeginning = _memory is { Position: null };
            await foreach (var delivery in ReadAsync(query, cursor, fromBeginning, cancellationToken).ConfigureAwait(false))
            {
                yield return delivery;
            }
        }
    }

    /// <summary>The position was lost: the next pass starts from the beginning, and the ledger tells what is known.</summary>
    public void StartOver()
    {
        VerboseLog.Write(
            $"The server no longer knows where the reading of '{Folder.Path}' stood; the folder is gone through again.");
        _memory!.ForgetPosition();
        _filing.ForgetPosition();
    }

    /// <summary>Whether a failure only means <see cref="StartOver"/>.</summary>
    public bool IsLost(Exception error) => _chosen is null && _memory is { Position: not null } && FolderCursor.IsLost(error);

    /// <summary>Files what was acknowledged.</summary>
    /// <returns>What the server did not do.</returns>
    public async Task<IReadOnlyList<Delivery>> FlushAsync(CancellationToken cancellationToken)
    {
        var failed = await FlushFilesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var outcome in failed)
        {
            _aside?.Put(outcome.Message.Id);
        }

        return [.. failed.Select(f => new Delivery((ReceivedMessage)f.Message, f.Error))];
    }

    /// <summary>The caller wants no more, for whatever reason: what was acknowledged is filed, the rest comes again.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_inHand is { IsAcknowledged: true } last)
        {
            _filing.Take(last);
        }

        _inHand = null;
        foreach (var failed in await FlushFilesAsync(cancellationToken).ConfigureAwait(false))
        {
            VerboseLog.Write($"{failed.Message.Id} stays in '{Folder.Path}': {failed.Error!.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _place.Dispose();

    private async IAsyncEnumerable<Delivery> ReadAsync(
        MessageQuery query, FolderCursor? cursor, bool fromBeginning,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What was dealt with lies ahead, too: a position on the way would make the next run take it for new.
        var isResync = fromBeginning && _memory!.HasEntries;
        var isBare = _options.Destination is null;
        var given = query.Where;
        query = query with
        {
            Where = m => IsWanted(m) && (given?.Invoke(m) ?? true),
            Detail = isBare ? MessageDetail.Body | MessageDetail.Attachments : MessageDetail.None,
        };
        try
        {
            var messages = _store.FetchAsync(Folder, query, m => isBare ? null : _intake.Open(m), cancellationToken);
            await foreach (var item in _intake.FlushAsync(messages).ConfigureAwait(false))
            {
                await DecideAsync(cancellationToken).ConfigureAwait(false);
                foreach (var failed in _filing.IsDue ? await FlushAsync(cancellationToken).ConfigureAwait(false) : [])
                {
                    yield return failed;
                }

                var delivery = await _intake.CompleteAsync(item, isResync, cancellationToken).ConfigureAwait(false);
                if (!delivery.IsArrival)
                {
                    // It was dealt with under another id.
                    _filing.Take(delivery);
                    continue;
                }

                _inHand = delivery;
                yield return delivery;
            }

            await DecideAsync(cancellationToken).ConfigureAwait(false);
            _filing.ReachEnd(cursor?.End);
            foreach (var failed in await FlushAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return failed;
            }
        }
        finally
        {
            _intake.DiscardOpen();
        }
    }

    /// <summary>The next message is asked for: what the caller thinks of the one before is settled.</summary>
    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        if (_inHand is not { } delivery)
        {
            return;
        }

        _inHand = null;
        var isBad = delivery.Error is ServiceRefusedException { IsTransient: false };
        if (isBad && _targets.Failed is { } failed)
        {
            var outcome = await _store.ProcessAsync(
                Folder, [delivery.Message], AfterProcessing.Move, failed, cancellationToken).ConfigureAwait(false);
            if (outcome[0].Error is null)
            {
                _filing.Reach(delivery.Position);
                return;
            }

            VerboseLog.Write($"{delivery.Message.Id} can't be moved to '{failed.Path}': {outcome[0].Error!.Message}");
        }

        if (!delivery.IsAcknowledged || delivery.Error is not null)
        {
            _aside?.Put(delivery.Message.Id);
        }

        _filing.Take(delivery);
    }

    private bool IsWanted(MailboxMessage message) =>
        _aside?.Has(message.Id) != true && !_intake.IsOpen(message.Id) && !_filing.Holds(message.Id)
        && _inHand?.Message.Id != message.Id
        && (_chosen is not null || _memory?.IsKnown(message.Id) != true);

    private async Task<IReadOnlyList<ProcessedMessage>> FlushFilesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _filing.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            // Asked again, the disk might say yes to what it has already lost.
            _filing.Abandon();
            throw DestinationErrors.Of(_options.StateFolder!, e);
        }
    }
}
