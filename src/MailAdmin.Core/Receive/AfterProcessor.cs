using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Does the after-processing of acknowledged messages, many at once. It never overtakes what it depends on: first the files and
/// their names are on the disk, then copies are made, then the messages are moved or deleted, then it is noted.
/// </summary>
internal sealed class AfterProcessor(
    IMailStore store, ReceiveOptions options, MailFolder folder, Targets targets, Disk disk, FolderState? memory,
    TimeProvider time)
{
    /// <summary>What is acknowledged waits no longer than this for others, as long as messages come.</summary>
    private static readonly TimeSpan MaxBatchAge = TimeSpan.FromSeconds(2);

    private readonly List<Delivery> _acknowledged = [];
    private readonly List<string> _left = [];
    private readonly HashSet<string> _copied = new(StringComparer.Ordinal);
    private string? _position;
    private bool _isEnd;
    private DateTimeOffset _since;
    private bool _hasFiles;

    /// <summary>Whether it is time for <see cref="FlushAsync"/>.</summary>
    public bool IsDue => _acknowledged.Count >= store.ProcessingBatch
        || (_acknowledged.Count > 0 && time.GetUtcNow() - _since > MaxBatchAge);

    /// <summary>Whether a message waits to be filed.</summary>
    public bool Holds(string id) => _acknowledged.Exists(d => d.Message.Id == id);

    /// <summary>Takes a message about which the caller has decided.</summary>
    /// <param name="delivery">The message: acknowledged, or to come again.</param>
    public void Take(Delivery delivery)
    {
        _since = _acknowledged.Count == 0 ? time.GetUtcNow() : _since;
        if (delivery.IsAcknowledged && delivery.Error is null)
        {
            _acknowledged.Add(delivery);
            // One that a dead run left may have a name that is not on the disk yet.
            _hasFiles |= delivery.Message.Path is not null;
        }
        else
        {
            _left.Add(delivery.Message.Id);
        }

        _position = delivery.Position ?? _position;
    }

    /// <summary>Notes that the reading has come to this point, whatever lay before it.</summary>
    public void Reach(string? position) => _position = position ?? _position;

    /// <summary>Notes that the reading has come to the end of the folder.</summary>
    /// <param name="position">Where that is; null where there is no position that lasts, or more to come.</param>
    public void ReachEnd(string? position)
    {
        Reach(position);
        _isEnd = position is not null;
    }

    /// <summary>What was acknowledged comes again.</summary>
    public void Abandon()
    {
        _acknowledged.Clear();
        _copied.Clear();
        _hasFiles = false;
        ForgetPosition();
    }

    /// <summary>The position is good for nothing any more.</summary>
    public void ForgetPosition()
    {
        (_position, _isEnd) = (null, false);
        _left.Clear();
    }

    /// <summary>Does it for all that was acknowledged.</summary>
    /// <param name="cancellationToken">Ends it; what was not done comes again.</param>
    /// <returns>What the server did not do, with the reason.</returns>
    public async Task<IReadOnlyList<ProcessedMessage>> FlushAsync(CancellationToken cancellationToken)
    {
        if (_hasFiles)
        {
            disk.FlushFolder(options.Destination!);
            _hasFiles = false;
        }

        var failed = new List<ProcessedMessage>();
        if (_acknowledged.Count > 0)
        {
            // One that was dealt with under another id is only noted.
            IReadOnlyList<MailboxMessage> messages = [.. _acknowledged.Where(d => d.IsArrival).Select(d => d.Message)];
            messages = Keep(await CopyAsync(messages, cancellationToken).ConfigureAwait(false), failed);
            _copied.UnionWith(messages.Select(m => m.Id));
            if (options.AfterProcessing != AfterProcessing.None && messages.Count > 0)
            {
                Keep(await disk.DoAsync(
                    ReceiveStep.Process,
                    () => store.ProcessAsync(
                        folder, messages, options.AfterProcessing, targets.Move,
                        cancellationToken)).ConfigureAwait(false), failed);
            }
        }

        if (memory is not null && (_acknowledged.Count > 0 || _left.Count > 0 || _position is not null))
        {
            var again = failed.Select(f => f.Message.Id).ToHashSet(StringComparer.Ordinal);
            var done = _acknowledged.Where(d => !again.Contains(d.Message.Id)).Select(d => (d.Message.Id, d.Content!)).ToArray();
            var numbering = _acknowledged.FirstOrDefault()?.Numbering;
            memory.Commit(done, [.. _left, .. again], _position, time.GetUtcNow(), _isEnd, numbering);
        }

        _acknowledged.Clear();
        _copied.Clear();
        _left.Clear();
        (_position, _isEnd) = (null, false);
        return failed;
    }

    /// <summary>
    /// Copies what is not copied yet: the step after it may have been interrupted, in this run or in one that died.
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
            .. await disk.DoAsync(ReceiveStep.Copy, () => targets.Copy is { } copy
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
