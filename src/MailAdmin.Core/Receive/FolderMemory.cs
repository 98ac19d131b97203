using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MailAdmin.Core.Receive;

/// <summary>
/// What is remembered of a folder whose messages stay where they are ("last checked"): how far the reading has come, which
/// messages were left on the way, and, in a ledger beside it, which were dealt with. The ledger only grows; it is read when the
/// position was lost, so that going through the folder again neither loses nor repeats a message. Without a place for files it
/// lasts as long as the run.
/// </summary>
internal sealed class FolderMemory
{
    private const int Version = 1;
    private const int Half = 16;
    private const int Entry = 2 * Half;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Disk _disk;
    private readonly string? _path;
    private readonly MailFolder _folder;
    private readonly HashSet<string> _left;
    private readonly List<(UInt128 Id, UInt128 Content)> _unwritten = [];
    private HashSet<UInt128>? _known;
    private Dictionary<UInt128, int>? _contents;

    private FolderMemory(Disk disk, string? path, MailFolder folder, State? state)
    {
        (_disk, _path, _folder) = (disk, path, folder);
        (Position, _left) = (state?.Position, new HashSet<string>(state?.Left ?? [], StringComparer.Ordinal));
    }

    /// <summary>As it is written.</summary>
    private sealed record State(int Version, string Mailbox, string Folder, string? Position, string[] Left, DateTimeOffset CheckedAt);

    /// <summary>Where the reading goes on; null for the beginning.</summary>
    public string? Position { get; private set; }

    /// <summary>Messages before the position that are still to be dealt with.</summary>
    public IReadOnlyCollection<string> Left => _left;

    /// <summary>Reads what is remembered.</summary>
    /// <param name="disk">How it is written.</param>
    /// <param name="path">Without extension; null for nowhere.</param>
    /// <param name="folder">The folder it is about.</param>
    /// <param name="forget">Whether to start from nothing.</param>
    /// <exception cref="InvalidRequestException">A later version has written it (StateNotReadable).</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static FolderMemory Open(Disk disk, string? path, MailFolder folder, bool forget)
    {
        if (path is not null && forget)
        {
            File.Delete($"{path}.json");
            File.Delete($"{path}.seen");
        }

        return new FolderMemory(disk, path, folder, path is not null && File.Exists($"{path}.json") ? Read($"{path}.json") : null);
    }

    /// <summary>Whether a message was dealt with.</summary>
    public bool IsKnown(string id)
    {
        _known ??= [.. Entries().Select(e => e.Id)];
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
    public void StartPass() => _contents = null;

    /// <summary>The position is no longer good for anything; the ledger is.</summary>
    public void ForgetPosition()
    {
        Position = null;
        _left.Clear();
    }

    /// <summary>Notes what was dealt with, and then how far that is.</summary>
    /// <param name="done">The messages, with the SHA-256 of their content.</param>
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
                if (_path is null)
                {
                    _unwritten.Add((hash, BinaryPrimitives.ReadUInt128BigEndian(content)));
                }

                _known?.Add(hash);
                _left.Remove(id);
            }

            if (_path is not null)
            {
                _disk.Append($"{_path}.seen", entries);
            }
        }

        _left.UnionWith(left);
        Position = position ?? Position;
        if (_path is null)
        {
            return;
        }

        var state = new State(Version, _folder.Mailbox, _folder.Path, Position, [.. _left.Order(StringComparer.Ordinal)], now);
        _disk.Replace($"{_path}.json", JsonSerializer.SerializeToUtf8Bytes(state, Json));
    }

    /// <summary>Stops asking for what is no longer there.</summary>
    public void ForgetLeft(IEnumerable<string> gone) => _left.ExceptWith(gone);

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

    /// <summary>The ledger. A last entry that a crash cut off is left out: its message comes again.</summary>
    private IEnumerable<(UInt128 Id, UInt128 Content)> Entries()
    {
        foreach (var entry in _unwritten)
        {
            yield return entry;
        }

        if (_path is null || !File.Exists($"{_path}.seen"))
        {
            yield break;
        }

        using var file = new FileStream($"{_path}.seen", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 64 * 1024);
        var bytes = new byte[Entry];
        while (file.ReadAtLeast(bytes, Entry, throwOnEndOfStream: false) == Entry)
        {
            yield return (BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(Half)));
        }
    }

    private static UInt128 Hash(string id) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
}
