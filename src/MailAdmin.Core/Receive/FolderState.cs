using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Core.Receive;

/// <summary>
/// What is remembered of a folder whose messages stay where they are ("last checked"): how far the reading has come, which
/// messages were left on the way, and, in a ledger beside it, which were dealt with. The ledger only grows; all of it is read
/// when the position was lost, so that going through the folder again neither loses nor repeats a message. Else the latest
/// entries do: a service repeats itself within its last answers, and a run of months is to need no more memory than one of
/// minutes. Without a place for files the ledger is a temporary one that lasts as long as the run.
/// </summary>
internal sealed class FolderState : IDisposable
{
    private const int Half = 16;
    private const int Entry = 2 * Half;

    /// <summary>So many ids are kept in memory where the position is known.</summary>
    public const int Latest = 10_000;

    private readonly Disk _disk;
    private readonly string _path;
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
        Disk disk, string path, bool isTemporary, MailFolder folder, FolderStateFile? state, bool isSelective = false,
        bool isChosen = false)
    {
        (_disk, _path, _isTemporary, _folder) = (disk, path, isTemporary, folder);
        (_isSelective, _isChosen) = (isSelective, isChosen);
        (_kept, _left) = (state?.Position, new HashSet<string>(state?.Left ?? [], StringComparer.Ordinal));
        (_ahead, Numbering) = (state?.Ahead ?? 0, state?.Numbering);
    }

    /// <summary>
    /// Where the reading goes on; null for the beginning. A run that leaves messages out has one of its own, which ends with it.
    /// </summary>
    public string? Position => _ofThisRun ?? _kept;

    /// <summary>
    /// What the ids in the ledger belong to (<see cref="Mail.FetchedMessage.Numbering"/>) since its first entry.
    /// </summary>
    public string? Numbering { get; private set; }

    /// <summary>Whether anything was ever dealt with.</summary>
    public bool HasEntries => Entries().Any();

    /// <summary>Messages before the position that are still to be dealt with.</summary>
    public IReadOnlyCollection<string> Left => _left;

    /// <summary>Reads what is remembered.</summary>
    /// <param name="disk">How it is written.</param>
    /// <param name="path">Without extension.</param>
    /// <param name="folder">The folder it is about.</param>
    /// <param name="forget">Whether to start from nothing.</param>
    /// <param name="isSelective">Whether messages may be left out that another run is to receive.</param>
    /// <param name="isChosen">Whether the messages were named one by one; then all that were ever dealt with are known.</param>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static FolderState Open(
        Disk disk, string path, MailFolder folder, bool forget, bool isSelective = false, bool isChosen = false)
    {
        if (forget)
        {
            File.Delete($"{path}.json");
            File.Delete($"{path}.seen");
        }

        DropHalfEntry($"{path}.seen");
        return new FolderState(
            disk, path, isTemporary: false, folder, FolderStateFile.Read($"{path}.json"), isSelective, isChosen);
    }

    /// <summary>Remembers for this run alone.</summary>
    /// <param name="folder">The folder it is about.</param>
    public static FolderState ForRun(MailFolder folder) => new(
        new Disk(Durability.None, null), Path.Combine(Path.GetTempPath(), $"mailadmin-{Guid.NewGuid():N}"), isTemporary: true,
        folder, null);

    /// <summary>Whether a message was dealt with.</summary>
    public bool IsKnown(string id)
    {
        if (_known is null)
        {
            _known = [];
            foreach (var (known, _) in Entries(Position is null || _isChosen ? null : Needed))
            {
                Learn(known);
            }
        }

        return _known.Contains(Hash(id));
    }

    /// <summary>
    /// Whether a message with this content was dealt with under another id, as when the server gave all of them new ones. Each
    /// that was is found once: two messages may be alike to the last octet.
    /// </summary>
    public bool TakeContent(byte[] content)
    {
        _contents ??= Entries().GroupBy(e => e.Content).ToDictionary(g => g.Key, g => g.Count());
        var key = BinaryPrimitives.ReadUInt128BigEndian(content);
        if (_contents.GetValueOrDefault(key) == 0)
        {
            return false;
        }

        _contents[key]--;
        return true;
    }

    /// <summary>
    /// The folder is gone through once more: alike messages are compared with those that were dealt with before that.
    /// </summary>
    public void StartPass()
    {
        _contents = null;
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

    /// <summary>The position is no longer good for anything; the ledger is, all of it.</summary>
    public void ForgetPosition()
    {
        (_kept, _ofThisRun, _isSettled) = (null, null, false);
        _left.Clear();
        _known = null;
        _order.Clear();
    }

    /// <summary>Notes what was dealt with, and then how far that is.</summary>
    /// <param name="done">The messages, with what their content is recognised by.</param>
    /// <param name="left">Messages that were passed by and are to come again.</param>
    /// <param name="position">
    /// Where to go on; null to stay. It is written only when no message was left out before it: what a filter left out is still
    /// to come.
    /// </param>
    /// <param name="now">When.</param>
    /// <param name="isEnd">Whether the position is the end of the folder.</param>
    /// <param name="numbering">What the ids belong to; null where it is not known.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Commit(
        IReadOnlyCollection<(string Id, byte[] Content)> done, IEnumerable<string> left, string? position, DateTimeOffset now,
        bool isEnd = false, string? numbering = null)
    {
        // A message that was chosen may be known: a second entry would pass for a second message.
        done = _isChosen ? [.. done.Where(d => !IsKnown(d.Id))] : done;
        if (done.Count > 0)
        {
            Numbering = HasEntries ? Numbering : numbering;
            var entries = new byte[done.Count * Entry];
            var at = 0;
            foreach (var (id, content) in done)
            {
                var hash = Hash(id);
                BinaryPrimitives.WriteUInt128BigEndian(entries.AsSpan(at), hash);
                content.AsSpan(0, Half).CopyTo(entries.AsSpan(at + Half));
                at += Entry;
                Learn(hash);
                _left.Remove(id);
            }

            _disk.Append($"{_path}.seen", entries);
        }

        _left.UnionWith(left);
        Reach(position, done.Count, isEnd);
        if (_isTemporary)
        {
            return;
        }

        string[] stillToCome = [.. _left.Order(StringComparer.Ordinal)];
        var state = new FolderStateFile(
            FolderStateFile.Current, _folder.Mailbox, _folder.Path, _kept, stillToCome, now, _ahead, Numbering);
        _disk.Replace($"{_path}.json", state.ToUtf8Bytes());
    }

    /// <summary>Stops asking for what is no longer there.</summary>
    public void ForgetLeft(IEnumerable<string> gone) => _left.ExceptWith(gone);

    /// <summary>Forgets what was for this run alone.</summary>
    public void Dispose()
    {
        if (_isTemporary)
        {
            File.Delete($"{_path}.seen");
        }
    }

    /// <summary>So many of the latest entries may be met again.</summary>
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

    private void Learn(UInt128 id)
    {
        if (_known?.Add(id) == true)
        {
            _order.Enqueue(id);
        }
    }

    /// <summary>
    /// A last entry that a crash or a full disk cut off: its message comes again, and what is added after it is to be readable.
    /// </summary>
    private static void DropHalfEntry(string ledger)
    {
        if (File.Exists(ledger) && new FileInfo(ledger).Length % Entry is > 0 and var odd)
        {
            using var file = new FileStream(ledger, FileMode.Open, FileAccess.Write, FileShare.None);
            file.SetLength(file.Length - odd);
        }
    }

    /// <summary>The ledger, oldest first.</summary>
    /// <param name="latest">So many of its last entries; null for all.</param>
    private IEnumerable<(UInt128 Id, UInt128 Content)> Entries(int? latest = null)
    {
        if (!File.Exists($"{_path}.seen"))
        {
            yield break;
        }

        using var file = new FileStream($"{_path}.seen", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024);
        file.Position = latest is { } most ? Math.Max(0, (file.Length / Entry) - most) * Entry : 0;
        var bytes = new byte[Entry];
        while (file.ReadAtLeast(bytes, Entry, throwOnEndOfStream: false) == Entry)
        {
            yield return (BinaryPrimitives.ReadUInt128BigEndian(bytes),
                BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(Half)));
        }
    }

    private static UInt128 Hash(string id) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
