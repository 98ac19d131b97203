using System.Buffers.Binary;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents the saved state of a folder whose messages aren't moved or deleted: the position of the reading ("last checked"),
/// the messages that were skipped, and a list of processed messages in another file. Lines are only added to the list. It's read
/// completely after the position has expired, so that reading the folder again neither loses nor repeats a message. Otherwise
/// only the latest entries are read, because the service repeats messages only within its last responses, and memory must not
/// grow with the time of a run. Without a place for files, the list is temporary and exists as long as the run.
/// </summary>
internal sealed class FolderState : IAsyncDisposable
{
    /// <summary>The number of IDs in memory if the position is known.</summary>
    public const int Latest = 10_000;

    private readonly IFolderMemory _memory;
    private readonly bool _isTemporary;
    private readonly MailFolder _folder;
    private readonly bool _isSelective;
    private readonly bool _isChosen;
    private readonly HashSet<string> _left;
    private readonly Queue<UInt128> _order = new();
    private HashSet<UInt128>? _known;
    private Dictionary<UInt128, int>? _contents;
    private string? _kept;
    private string? _ofThisRun;
    private int _ahead;
    private bool _isSettled;

    private FolderState(
        IFolderMemory memory, bool isTemporary, MailFolder folder, FolderStateFile? state, bool isSelective = false,
        bool isChosen = false)
    {
        (_memory, _isTemporary, _folder) = (memory, isTemporary, folder);
        (_isSelective, _isChosen) = (isSelective, isChosen);
        (_kept, _left) = (state?.Position, new HashSet<string>(state?.Left ?? [], StringComparer.Ordinal));
        (_ahead, Numbering, From) = (state?.Ahead ?? 0, state?.Numbering, state?.From);
    }

    /// <summary>The next position; null for the beginning. A run that skips messages has a temporary one.</summary>
    public string? Position => _ofThisRun ?? _kept;

    /// <summary>
    /// The UIDVALIDITY (<see cref="Mail.FetchedMessage.Numbering"/>) of the IDs in the list since its first entry.
    /// </summary>
    public string? Numbering { get; private set; }

    /// <summary>Messages that were received before this count as dealt with; null for none.</summary>
    public DateTimeOffset? From { get; }

    /// <summary>Whether anything was ever dealt with.</summary>
    public bool HasEntries => _memory.Count > 0;

    /// <summary>The position if all messages of the folder are processed; null if some might not be.</summary>
    public string? Settled => _isSettled && !_isSelective && !_isChosen && _left.Count == 0 ? _kept : null;

    /// <summary>Messages before the position that are still to be dealt with.</summary>
    public IReadOnlyCollection<string> Left => _left;

    /// <summary>Reads the saved state.</summary>
    /// <param name="memory">Its files, which the caller disposes.</param>
    /// <param name="folder">The folder it is about.</param>
    /// <param name="forget">Whether to start from nothing.</param>
    /// <param name="isSelective">Whether the run can skip messages that another run must receive.</param>
    /// <param name="isChosen">Whether the messages were named one by one; then all that were ever dealt with are known.</param>
    /// <param name="from">To start from a time: messages received before it count as processed.</param>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static async Task<FolderState> OpenAsync(
        IFolderMemory memory, MailFolder folder, bool forget, bool isSelective = false, bool isChosen = false,
        DateTimeOffset? from = null, CancellationToken cancellationToken = default)
    {
        if (forget || from is not null)
        {
            // With a time, it is written at once: a run that finds nothing writes nothing more.
            var start = from is null ? null : new FolderStateFile(
                FolderStateFile.Current, folder.Mailbox, folder.Path, null, [], from.Value, From: from);
            await memory.ResetAsync(start, cancellationToken).ConfigureAwait(false);
        }

        return new FolderState(memory, isTemporary: false, folder, memory.State, isSelective, isChosen);
    }

    /// <summary>Keeps the state for this run only.</summary>
    /// <param name="folder">The folder it is about.</param>
    public static FolderState ForRun(MailFolder folder) =>
        new(FolderFiles.ForRun(), isTemporary: true, folder, null);

    /// <summary>Whether a message was dealt with; good from <see cref="StartPassAsync"/> on.</summary>
    public bool IsKnown(string id) => _known?.Contains(Ledger.Hash(id)) == true;

    /// <summary>
    /// Returns whether a message with this content was processed under another ID, for example after a change of UIDVALIDITY.
    /// Each processed message is matched once, because two messages can have the same content.
    /// </summary>
    public async ValueTask<bool> TakeContentAsync(byte[] content, CancellationToken cancellationToken)
    {
        if (_contents is null)
        {
            var contents = new Dictionary<UInt128, int>();
            await _memory.ReadAsync(
                null, (_, known) => contents[known] = contents.GetValueOrDefault(known) + 1, cancellationToken)
                .ConfigureAwait(false);
            _contents = contents;
        }

        var key = BinaryPrimitives.ReadUInt128BigEndian(content);
        if (_contents.GetValueOrDefault(key) == 0)
        {
            return false;
        }

        _contents[key]--;
        return true;
    }

    /// <summary>The folder is read again: messages are compared with those that were processed before.</summary>
    public async ValueTask StartPassAsync(CancellationToken cancellationToken)
    {
        _contents = null;
        await LoadAsync(cancellationToken).ConfigureAwait(false);
        if (Position is null || _order.Count <= Needed)
        {
            return;
        }

        while (_order.Count > Needed)
        {
            _known!.Remove(_order.Dequeue());
        }

        _known!.TrimExcess();
        _order.TrimExcess();
    }

    /// <summary>The position isn't valid anymore, but the whole list is.</summary>
    public void ForgetPosition()
    {
        (_kept, _ofThisRun, _isSettled) = (null, null, false);
        _left.Clear();
        _known = null;
        _order.Clear();
    }

    /// <summary>Saves the processed messages, and then the position.</summary>
    /// <param name="done">The messages, with what their content is recognised by.</param>
    /// <param name="left">The skipped messages to receive again.</param>
    /// <param name="position">
    /// The next position; null for no change. It's saved only if no message was skipped before it, because a skipped message must
    /// still be received.
    /// </param>
    /// <param name="now">When.</param>
    /// <param name="isEnd">Whether the position is the end of the folder.</param>
    /// <param name="numbering">The UIDVALIDITY of the IDs; null if it's unknown.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public async Task CommitAsync(
        IReadOnlyCollection<(string Id, byte[] Content)> done, IEnumerable<string> left, string? position, DateTimeOffset now,
        bool isEnd = false, string? numbering = null, CancellationToken cancellationToken = default)
    {
        if (_isChosen)
        {
            // A selected message might already be in the list: a second entry would count as a second message.
            await LoadAsync(cancellationToken).ConfigureAwait(false);
            done = [.. done.Where(d => !IsKnown(d.Id))];
        }

        if (done.Count > 0)
        {
            Numbering = HasEntries ? Numbering : numbering;
            foreach (var (id, _) in done)
            {
                Learn(Ledger.Hash(id));
                _left.Remove(id);
            }
        }

        _left.UnionWith(left);
        Reach(position, done.Count, isEnd);
        string[] stillToCome = [.. _left.Order(StringComparer.Ordinal)];
        var state = _isTemporary ? null : new FolderStateFile(
            FolderStateFile.Current, _folder.Mailbox, _folder.Path, _kept, stillToCome, now, _ahead, Numbering, From);
        await _memory.SaveAsync(done, state, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes a message that doesn't exist anymore.</summary>
    public void ForgetLeft(IEnumerable<string> gone) => _left.ExceptWith(gone);

    /// <summary>Removes the entries that are for this run only.</summary>
    public ValueTask DisposeAsync() => _isTemporary ? _memory.DisposeAsync() : ValueTask.CompletedTask;

    /// <summary>The number of latest entries that can be returned again.</summary>
    private int Needed => _isSettled ? Latest : Math.Max(Latest, _ahead);

    private void Reach(string? position, int done, bool isEnd)
    {
        _isSettled |= isEnd;
        if (_isSelective)
        {
            (_ofThisRun, _ahead) = (position ?? _ofThisRun, _ahead + done);
            return;
        }

        _kept = position ?? _kept;
        _ahead = isEnd ? 0 : _ahead > 0 ? _ahead + done : 0;
    }

    private async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (_known is null)
        {
            _known = [];
            await _memory.ReadAsync(
                Position is null || _isChosen ? null : Needed, (known, _) => Learn(known), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private void Learn(UInt128 id)
    {
        if (_known?.Add(id) == true)
        {
            _order.Enqueue(id);
        }
    }
}
