using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Receives one folder, each time the new messages. It only orders the steps: which messages are requested, and that each is
/// downloaded, returned, and processed.
/// </summary>
internal sealed class FolderRun : IAsyncDisposable
{
    private readonly ReceiveOptions _options;
    private readonly FolderPlace _place;
    private readonly FolderState? _memory;
    private readonly MessageDownloader _downloader;
    private readonly AfterProcessor _processor;
    private readonly RetryBackoff? _aside;
    private readonly IReadOnlyList<string>? _chosen;
    private readonly HashSet<string> _missing;
    private Delivery? _inHand;

    private FolderRun(
        IMailStore store, ReceiveOptions options, MailFolder folder, Targets targets, TimeProvider time,
        IReadOnlyList<string>? chosen, FolderPlace place)
    {
        (_options, Folder, _chosen, _place, _memory) = (options, folder, chosen, place, place.Memory);
        _missing = new HashSet<string>(chosen ?? [], StringComparer.Ordinal);
        _aside = options.Aside ?? (options.Wait ? new RetryBackoff(time) : null);
        _downloader = new MessageDownloader(store, options, folder, targets, place);
        _processor = new AfterProcessor(store, options, folder, targets, place, _aside, time);
    }

    /// <summary>Locks the folder, and removes the temporary files of an interrupted run.</summary>
    /// <param name="store">The mailbox.</param>
    /// <param name="options">The messages to receive, and their processing.</param>
    /// <param name="stores">The places of messages and state.</param>
    /// <param name="targets">The target folders on the server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="chosen">Ids of the messages to receive; null for what the folder has.</param>
    /// <exception cref="InvalidRequestException">Another run is at it (DestinationInUse), or the place can't be written to
    /// (DestinationNotWritable).</exception>
    public static async Task<FolderRun> OpenAsync(
        IMailStore store, ReceiveOptions options, ReceiveStores stores, MailFolder folder, Targets targets, TimeProvider time,
        IReadOnlyList<string>? chosen, CancellationToken cancellationToken) =>
        new(store, options, folder, targets, time, chosen,
            await FolderPlace.OpenAsync(options, stores, folder, isChosen: chosen is not null, cancellationToken)
                .ConfigureAwait(false));

    public MailFolder Folder { get; }

    /// <summary>The position if all messages of the folder are processed; null if some might not be.</summary>
    public string? Settled => _memory?.Settled;

    /// <summary>The time until a failed message is tried again; null if none failed.</summary>
    public TimeSpan? NextTryIn => _aside?.NextIn;

    /// <summary>Returns the new messages, oldest first; before them, those that were skipped earlier.</summary>
    /// <param name="most">The maximum number of messages.</param>
    public async IAsyncEnumerable<Delivery> PassAsync(int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pass = new Pass { Left = most };
        if (_chosen is null)
        {
            await _place.StartPassAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var query in Queries(pass))
        {
            await foreach (var delivery in _downloader.DownloadAsync(query, cancellationToken).ConfigureAwait(false))
            {
                foreach (var failed in await _processor.ProcessDueAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return failed;
                }

                if (delivery.IsArrival)
                {
                    pass.Note(delivery);
                    _missing.Remove(delivery.Message.Id);
                    _inHand = delivery;
                    yield return delivery;
                    _inHand = null;
                }

                // The caller requests the next message, so it has acknowledged this one or not.
                foreach (var failed in await _processor.TakeAsync(delivery, cancellationToken).ConfigureAwait(false))
                {
                    yield return failed;
                }
            }

            foreach (var failed in await _processor.FinishAsync(query.Cursor?.End, cancellationToken).ConfigureAwait(false))
            {
                yield return failed;
            }
        }
    }

    /// <summary>Reports each selected message that wasn't received, once.</summary>
    public IEnumerable<Delivery> Missing() =>
        (_chosen ?? []).Where(_missing.Remove).Select(id => Delivery.Missing(id, Folder.Path, Folder.Mailbox));

    /// <summary>Whether a failure only means that the position was lost (<see cref="StartOver"/>).</summary>
    public bool IsLost(Exception error) =>
        FolderCursor.IsLost(error) && (_chosen is not null || _memory is { Position: not null });

    /// <summary>
    /// The position has expired: the next pass starts from the beginning, and the seen list identifies known messages.
    /// </summary>
    /// <returns>False where messages were chosen: with new numbers on the server, none of those exists.</returns>
    public bool StartOver(Exception error)
    {
        if (_chosen is not null)
        {
            VerboseLog.Write(error.Message);
            return false;
        }

        VerboseLog.Write(
            $"The sync state of '{Folder.Path}' has expired. Reading the folder from the start.");
        _memory!.ForgetPosition();
        _processor.ForgetPosition();
        return true;
    }

    /// <summary>The caller stopped: acknowledged messages are processed, the others are received again.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken)
    {
        var last = _inHand;
        _inHand = null;
        return _processor.LeaveAsync(last, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _place.DisposeAsync();

    /// <summary>Returns the queries of a pass one by one, because the next depends on the results of the previous.</summary>
    private IEnumerable<MessageQuery> Queries(Pass pass)
    {
        var given = _options.Query.Where;
        var asked = _options.Query with { Where = m => IsNew(m) && (given?.Invoke(m) ?? true) };
        if (_chosen is not null)
        {
            yield return asked with { Ids = _chosen };
            yield break;
        }

        asked = asked with { Since = _memory?.From > (asked.Since ?? DateTimeOffset.MinValue) ? _memory.From : asked.Since };
        _aside?.Trim();
        string[] left = [.. _memory?.Left.Where(id => _aside?.Has(id) != true) ?? []];
        if (left.Length > 0)
        {
            pass.Awaited.UnionWith(left);
            yield return asked with { Ids = left, First = pass.Left };

            // If a filter skips messages, one that isn't returned can still exist.
            if (pass.Left > 0 && !_options.IsSelective)
            {
                // A message that isn't in the folder anymore was processed by another client.
                _memory!.ForgetLeft(pass.Awaited.Where(id => _aside?.Has(id) != true));
            }
        }

        if (pass.Left > 0)
        {
            // From the beginning, a run that leaves messages out has no use for a position unless it waits: none is kept.
            var isPlain = _memory is null || (_memory.Position is null && _options is { IsSelective: true, Wait: false });
            yield return asked with
            {
                First = pass.Left == int.MaxValue ? null : pass.Left,
                Cursor = isPlain ? null : new FolderCursor(_memory!.Position),
            };
        }
    }

    /// <summary>Whether a message is neither dealt with nor under way.</summary>
    private bool IsNew(MailboxMessage message) =>
        _aside?.Has(message.Id) != true && !_downloader.IsTaken(message.Id) && !_processor.Holds(message.Id)
        && _inHand?.Message.Id != message.Id
        && (_chosen is not null || _memory?.IsKnown(message.Id) != true);

    /// <summary>Represents the progress of a pass.</summary>
    private sealed class Pass
    {
        /// <summary>The number of messages that can still be received.</summary>
        public int Left { get; set; }

        /// <summary>The IDs of earlier skipped messages that weren't received yet.</summary>
        public HashSet<string> Awaited { get; } = new(StringComparer.Ordinal);

        public void Note(Delivery delivery)
        {
            Left--;
            Awaited.Remove(delivery.Message.Id);
        }
    }
}
