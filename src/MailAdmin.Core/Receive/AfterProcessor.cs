using MailAdmin.Core.Base;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Receives the messages after the caller acknowledged them or not, and processes the acknowledged ones in batches. The order is
/// fixed: first the files and their names are on disk, then copies are created, then the messages are moved or deleted, then the
/// state is saved.
/// </summary>
internal sealed class AfterProcessor(
    IMailStore store, ReceiveOptions options, MailFolder folder, Targets targets, FolderPlace place, RetryBackoff? aside,
    TimeProvider time)
{
    /// <summary>The maximum time for which an acknowledged message waits for others while messages arrive.</summary>
    private static readonly TimeSpan MaxBatchAge = TimeSpan.FromSeconds(2);

    private readonly List<Delivery> _acknowledged = [];
    private readonly List<string> _left = [];
    private readonly HashSet<string> _copied = new(StringComparer.Ordinal);
    private string? _position;
    private bool _isEnd;
    private DateTimeOffset _since;
    private bool _hasFiles;

    /// <summary>Whether a message waits to be processed.</summary>
    public bool Holds(string id) => _acknowledged.Exists(d => d.Message.Id == id);

    /// <summary>Adds a message after the caller acknowledged it or not, and processes a batch when it's due.</summary>
    /// <param name="delivery">The message: acknowledged, to receive again, or unreadable.</param>
    /// <returns>The messages that the server didn't process.</returns>
    public async Task<IReadOnlyList<Delivery>> TakeAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        if (await MoveUnreadableAsync(delivery, cancellationToken).ConfigureAwait(false))
        {
            _position = delivery.Position ?? _position;
        }
        else
        {
            Take(delivery);
        }

        return await ProcessDueAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Processes the acknowledged messages if there are enough, or if the first has waited long enough.</summary>
    /// <returns>The messages that the server didn't process.</returns>
    public async Task<IReadOnlyList<Delivery>> ProcessDueAsync(CancellationToken cancellationToken) =>
        _acknowledged.Count >= Math.Min(store.ProcessingBatch, options.BatchSize ?? int.MaxValue)
        || (_acknowledged.Count > 0 && time.GetUtcNow() - _since > MaxBatchAge)
            ? await ProcessAsync(cancellationToken).ConfigureAwait(false)
            : [];

    /// <summary>Processes all acknowledged messages at the end of the reading.</summary>
    /// <param name="position">
    /// The position after it; null if the server has no permanent position, or if more messages follow.
    /// </param>
    /// <returns>The messages that the server didn't process.</returns>
    public Task<IReadOnlyList<Delivery>> FinishAsync(string? position, CancellationToken cancellationToken)
    {
        _position = position ?? _position;
        _isEnd = position is not null;
        return ProcessAsync(cancellationToken);
    }

    /// <summary>
    /// Processes the messages that were acknowledged before the caller stopped, and lists the others in -Verbose.
    /// </summary>
    /// <param name="last">The message that the caller has in hand; null for none.</param>
    public async Task LeaveAsync(Delivery? last, CancellationToken cancellationToken)
    {
        if (last is { IsAcknowledged: true })
        {
            Take(last);
        }

        foreach (var failed in await ProcessAsync(cancellationToken).ConfigureAwait(false))
        {
            VerboseLog.Write($"{failed.Message.Id} wasn't moved from '{folder.Path}': {failed.Error!.Message}");
        }
    }

    /// <summary>The position isn't valid anymore.</summary>
    public void ForgetPosition()
    {
        (_position, _isEnd) = (null, false);
        _left.Clear();
    }

    private void Take(Delivery delivery)
    {
        _since = _acknowledged.Count == 0 ? time.GetUtcNow() : _since;
        if (delivery.IsAcknowledged && delivery.Error is null)
        {
            _acknowledged.Add(delivery);
            // The file of an interrupted run might have a name that isn't on disk yet.
            _hasFiles |= delivery.Message.Path is not null;
        }
        else
        {
            _left.Add(delivery.Message.Id);
            aside?.Put(delivery.Message.Id);
        }

        _position = delivery.Position ?? _position;
    }

    /// <summary>
    /// Moves a message that the server can't return, or a virus scanner blocks, to the folder for failed messages, if there is
    /// one.
    /// </summary>
    /// <returns>Whether it was moved.</returns>
    private async Task<bool> MoveUnreadableAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var isUnreadable = delivery.Error is ServiceRefusedException { IsTransient: false };
        if ((!isUnreadable && !DestinationErrors.IsBlocked(delivery.Error)) || targets.Failed is not { } failed)
        {
            return false;
        }

        await place.RequireLockAsync(cancellationToken).ConfigureAwait(false);
        var outcome = await store.ProcessAsync(
            folder, [delivery.Message], AfterProcessing.Move, failed, cancellationToken).ConfigureAwait(false);
        if (outcome[0].Error is not { } error)
        {
            return true;
        }

        VerboseLog.Write($"Can't move {delivery.Message.Id} to '{failed.Path}': {error.Message}");
        return false;
    }

    private async Task<IReadOnlyList<Delivery>> ProcessAsync(CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await ProcessInOrderAsync(cancellationToken).ConfigureAwait(false)).Select(Failed)];
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            // A second flush can succeed although data is already lost, so acknowledged messages are received again.
            _acknowledged.Clear();
            _copied.Clear();
            _hasFiles = false;
            ForgetPosition();
            throw DestinationErrors.Of(options.StateFolder!, e);
        }
    }

    private Delivery Failed(ProcessedMessage outcome)
    {
        aside?.Put(outcome.Message.Id);
        return new Delivery((ReceivedMessage)outcome.Message, outcome.Error);
    }

    /// <summary>Does it for all that was acknowledged.</summary>
    /// <param name="cancellationToken">Cancels the operation. Unprocessed messages are received again.</param>
    /// <returns>The messages that the server didn't process, with the reason.</returns>
    private async Task<IReadOnlyList<ProcessedMessage>> ProcessInOrderAsync(CancellationToken cancellationToken)
    {
        if (_hasFiles)
        {
            await place.Messages!.FlushNamesAsync(cancellationToken).ConfigureAwait(false);
            _hasFiles = false;
        }

        var failed = new List<ProcessedMessage>();
        if (_acknowledged.Count > 0)
        {
            // If this run was suspended so long that another run has the lock, it doesn't change messages on the server anymore.
            await place.RequireLockAsync(cancellationToken).ConfigureAwait(false);
            // One that was dealt with under another id is only noted.
            IReadOnlyList<MailboxMessage> messages = [.. _acknowledged.Where(d => d.IsArrival).Select(d => d.Message)];
            messages = Keep(await CopyAsync(messages, cancellationToken).ConfigureAwait(false), failed);
            _copied.UnionWith(messages.Select(m => m.Id));
            if (options.AfterProcessing != AfterProcessing.None && messages.Count > 0)
            {
                await place.RequireLockAsync(cancellationToken).ConfigureAwait(false);
                Keep(await options.DoAsync(
                    ReceiveStep.Process,
                    () => store.ProcessAsync(
                        folder, messages, options.AfterProcessing, targets.Of(options.AfterProcessing),
                        cancellationToken)).ConfigureAwait(false), failed);
            }
        }

        if (place.Memory is { } memory && (_acknowledged.Count > 0 || _left.Count > 0 || _position is not null))
        {
            var again = failed.Select(f => f.Message.Id).ToHashSet(StringComparer.Ordinal);
            var done = _acknowledged.Where(d => !again.Contains(d.Message.Id)).Select(d => (d.Message.Id, d.Content!)).ToArray();
            var numbering = _acknowledged.FirstOrDefault()?.Numbering;
            await memory.CommitAsync(
                done, [.. _left, .. again], _position, time.GetUtcNow(), _isEnd, numbering, cancellationToken)
                .ConfigureAwait(false);
        }

        _acknowledged.Clear();
        _copied.Clear();
        _left.Clear();
        (_position, _isEnd) = (null, false);
        return failed;
    }

    /// <summary>
    /// Copies messages that aren't copied yet: the following step can be interrupted, in this run or an earlier one.
    /// </summary>
    private async Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        IReadOnlyList<MailboxMessage> messages, CancellationToken cancellationToken)
    {
        if (options.CopyTo is null)
        {
            return [.. messages.Select(m => new ProcessedMessage(m))];
        }

        if (targets.Copy is { } target)
        {
            var rest = messages.Where(m => !_copied.Contains(m.Id));
            _copied.UnionWith(await ExistingCopies.FindAsync(store, target, rest, cancellationToken).ConfigureAwait(false));
        }

        var missing = messages.Where(m => !_copied.Contains(m.Id)).ToArray();
        var done = messages.Where(m => _copied.Contains(m.Id)).Select(m => new ProcessedMessage(m));
        return missing.Length == 0 ? [.. done] :
        [
            .. done,
            .. await options.DoAsync(ReceiveStep.Copy, () => targets.Copy is { } copy
                ? store.CopyAsync(folder, missing, copy, cancellationToken)
                : store.ForwardAsync(folder, missing, options.CopyTo, cancellationToken)).ConfigureAwait(false),
        ];
    }

    private static MailboxMessage[] Keep(IReadOnlyList<ProcessedMessage> outcomes, List<ProcessedMessage> failed)
    {
        failed.AddRange(outcomes.Where(o => o.Error is not null));
        return [.. outcomes.Where(o => o.Error is null).Select(o => o.Message)];
    }
}
