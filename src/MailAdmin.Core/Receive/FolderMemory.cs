using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MailAdmin.Core.Receive;

/// <summary>
/// What is remembered of a folder whose messages stay where they are ("last checked"): how far the reading has come, which
/// messages were left on the way, and, in a ledger beside it, which were dealt with. The ledger only grows; all of it is read when the
/// position was lost, so that going through the folder again neither loses nor repeats a message. Else the latest entries do: a
/// service repeats itself within its last answers, and a run of months is to need no more memory than one of minutes. Without a place
/// for files the ledger is a temporary one that lasts as long as the run.
/// </summary>
internal sealed class FolderMemory : IDisposable
{
    private const int Version = 1;
    private const int Half = 16;
    private const int Entry = 2 * Half;

    /// <summary>So many ids are kept in memory where the position is known.</summary>
    public const int Latest = 10_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Disk _disk;
    private readonly string _path;
    private readonly bool _isTemporary;
    private readonly MailFolder _folder;
    private readonly HashSet<string> _left;
    private readonly Queue<UInt128> _order = new();
    private HashSet<UInt128>? _known;
    private Dictionary<UInt128, int>? _contents;

    private FolderMemory(Disk disk, string path, bool isTemporary, MailFolder folder, State? state)
    {
        (_disk, _path, _isTemporary, _folder) = (disk, path, isTemporary, folder);
        (Position, _left) = (state?.Position, new HashSet<string>(state?.Left ?? [], StringComparer.Ordinal));
    }

    /// <summary>As it is written.</summary>
    private sealed record State(int Version, string Mailbox, string Folder, string? Position, string[] Left, DateTimeOffset CheckedAt);

    /// <summary>Where the reading goes on; null for the beginning.</summary>
    public string? Position { get; private set; }

    /// <summary>Whether anything was ever dealt with.</summary>
    public bool HasEntries => Entries().Any();

    /// <summary>Messages before the position that are still to be dealt with.</summary>
    public IReadOnlyCollection<string> Left => _left;

    /// <summary>Reads what is remembered.</summary>
    /// <param name="disk">How it is written.</param>
    /// <param name="path">Without extension.</param>
    /// <param name="folder">The folder it is about.</param>
    /// <param name="forget">Whether to start from nothing.</param>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static FolderMemory Open(Disk disk, string path, MailFolder folder, bool forget)
    {
        if (forget)
        {
            File.Delete($"{path}.json");
            File.Delete($"{path}.seen");
        }

        DropHalfEntry($"{path}.seen");
        return new FolderMemory(disk, path, isTemporary: false, folder, File.Exists($"{path}.json") ? Read($"{path}.json") : null);
    }

    /// <summary>Remembers for this run alone.</summary>
    /// <param name="folder">The folder it is about.</param>
    public static FolderMemory ForRun(MailFolder folder) => new(
        new Disk(Durability.None, null), Path.Combine(Path.GetTempPath(), $"mailadmin-{Guid.NewGuid():N}"), isTemporary: true, folder, null);

    /// <summary>Whether a message was dealt with.</summary>
    public bool IsKnown(string id)
    {
        if (_known is null)
        {
            _known = [];
            foreach (var (known, _) in Entries(Position is null ? null : Latest))
            {
                Learn(known);
            }
        }

        return _known.Contains(Hash(id));
    }

    /// <summary>
    /// Whether a message with this content was dealt with under another id, as when the server gave all of them new ones. Each that was is
    /// found once: two messages may be alike to the last octet.
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

    /// <summary>The folder is gone through once more: alike messages are compared with those that were dealt with before that.</summary>
    public void StartPass()
    {
        _contents = null;
        if (Position is null || _order.Count <= Latest)
        {
            return;
        }

        while (_order.Count > Latest)
        {
            _known!.Remove(_order.Dequeue());
        }

        _known!.TrimExcess();
        _order.TrimExcess();
    }

    /// <summary>The position is no longer good for anything; the ledger is, all of it.</summary>
    public void ForgetPosition()
    {
        Position = null;
        _left.Clear();
        _known = null;
        _order.Clear();
    }

    /// <summary>Notes what was dealt with, and then how far that is.</summary>
    /// <param name="done">The messages, with what their content is recognised by.</param>
    /// <param name="left">Messages that were passed by and are to come again.</param>
    /// <param name="position">Where to go on; null to stay.</param>
    /// <param name="now">When.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Commit(IReadOnlyCollection<(string Id, byte[] Content)> done, IEnumerable<string> left, string? position, DateTimeOffset now)
    {
        if (done.Count > 0)
        {
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
        Position = position ?? Position;
        if (_isTemporary)
        {
            return;
        }

        var state = new State(Version, _folder.Mailbox, _folder.Path, Position, [.. _left.Order(StringComparer.Ordinal)], now);
        _disk.Replace($"{_path}.json", JsonSerializer.SerializeToUtf8Bytes(state, Json));
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

    private void Learn(UInt128 id)
    {
        if (_known?.Add(id) == true)
        {
            _order.Enqueue(id);
        }
    }

    private static State? Read(string path)
    {
        try
        {
            var state = JsonSerializer.Deserialize<State>(File.ReadAllBytes(path), Json);
            return state is null or { Version: <= Version } ? state : throw new InvalidRequestException("StateNotReadable", $"'{path}' was written by a later version of MailAdmin.")
            {
                Target = path,
                Advice = "Use that version, or give -Resync to go through the folder again.",
            };
        }
        catch (JsonException e)
        {
            // The ledger still tells what was dealt with, so that this costs time and nothing else.
            Narration.Tell($"'{path}' can't be read ({e.Message}); the folder is gone through again.");
            return null;
        }
    }

    /// <summary>A last entry that a crash or a full disk cut off: its message comes again, and what is added after it is to be readable.</summary>
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
            yield return (BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(Half)));
        }
    }

    private static UInt128 Hash(string id) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
