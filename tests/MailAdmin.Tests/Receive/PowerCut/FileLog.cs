using MailAdmin.Core.Files;

namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>
/// A file system that logs what was done to it, as a disk sees it: entries of folders and octets of files, each until it is
/// flushed only in the cache. Nothing is flushed in fact: a test needs no disk.
/// </summary>
/// <param name="root">A folder that is there, and on the disk.</param>
/// <param name="changed">Called after each change; whether that is worth a cut is not asked.</param>
internal sealed class FileLog(string root, Action changed) : IFileSystem
{
    private readonly IFileSystem _real = FileSystem.OfMachine;
    private readonly Dictionary<(int Folder, string Name), int> _entries = [];

    // A store writes several files at once, each from a thread of its own: a change and its line in the log are one step.
    private readonly Lock _step = new();
    private int _nodes;

    /// <summary>A change: of entries, or of a file's octets.</summary>
    /// <param name="Entries">Which name in which folder now leads where; null for nowhere.</param>
    /// <param name="File">The file whose octets change, or which is flushed.</param>
    /// <param name="Offset">Where they change.</param>
    /// <param name="Octets">What they are then; null cuts the file off there.</param>
    /// <param name="Flushed">The file or folder that is flushed; null for a change.</param>
    public sealed record Change(
        (int Folder, string Name, int? Node)[] Entries, int File = -1, long Offset = 0, byte[]? Octets = null, int? Flushed = null);

    public List<Change> Changes { get; } = [];

    /// <summary>Called before each change: a process that is dead makes none.</summary>
    public Action Gate { get; set; } = () => { };

    /// <summary>The nodes that are folders; 0 is the root.</summary>
    public HashSet<int> Folders { get; } = [0];

    public WritableFile Create(string path)
    {
        lock (_step)
        {
            Gate();
            var file = new Logged(this, _real.Create(path), Add(path));
            Log(path, new Change([Entry(path, file.Node)]));
            return file;
        }
    }

    public WritableFile OpenAppend(string path)
    {
        lock (_step)
        {
            Gate();
            var isNew = !File.Exists(path);
            var file = new Logged(this, _real.OpenAppend(path), isNew ? Add(path) : NodeOf(path)!.Value);
            if (isNew)
            {
                Log(path, new Change([Entry(path, file.Node)]));
            }

            return file;
        }
    }

    // Nothing that a power failure could take.
    public void Protect(string path) => _real.Protect(path);

    public void MarkOfTheWeb(string path) => _real.MarkOfTheWeb(path);

    public void Truncate(string path, long length)
    {
        lock (_step)
        {
            Gate();
            _real.Truncate(path, length);
            Log(path, new Change([], NodeOf(path)!.Value, length));
            Log(path, new Change([], Flushed: NodeOf(path)));
        }
    }

    // A lock is of no use to the next run, and neither is who had it.
    public IDisposable Lock(string path) => _real.Lock(path);

    public void Rename(string from, string to, bool overwrite)
    {
        lock (_step)
        {
            Gate();
            _real.Rename(from, to, overwrite);
            if (overwrite)
            {
                Move(from, to);
                return;
            }

            // So that no other file goes, the system is asked for a second name, and then to take the first away.
            var node = NodeOf(from);
            Set(to, node);
            Log(from, new Change([Entry(to, node)]));
            Set(from, null);
            Log(from, new Change([Entry(from, null)]));
        }
    }

    public void RenameFolder(string from, string to)
    {
        lock (_step)
        {
            Gate();
            _real.RenameFolder(from, to);
            Move(from, to);
        }
    }

    public void Remove(string path)
    {
        lock (_step)
        {
            Gate();
            var wasThere = File.Exists(path);
            _real.Remove(path);
            if (wasThere)
            {
                Set(path, null);
                Log(path, new Change([Entry(path, null)]));
            }
        }
    }

    public void RemoveFolder(string path)
    {
        lock (_step)
        {
            Gate();
            _real.RemoveFolder(path);
            Set(path, null);
            Log(path, new Change([Entry(path, null)]));
        }
    }

    public void MakeFolder(string path)
    {
        lock (_step)
        {
            Gate();
            _real.MakeFolder(path);
            var node = Add(path);
            Folders.Add(node);
            Log(path, new Change([Entry(path, node)]));
        }
    }

    public void FlushFolder(string path)
    {
        lock (_step)
        {
            Gate();
            Log(path, new Change([], Flushed: path == Path.GetDirectoryName(root) ? -1 : NodeOf(path)));
        }
    }

    /// <summary>Tells that something else has happened, such as on the server.</summary>
    public void Mark()
    {
        lock (_step)
        {
            Log(root, new Change([]));
        }
    }

    private static bool IsOfNoUse(string path) =>
        path.EndsWith(".owner", StringComparison.Ordinal) || path.EndsWith(".owner.new", StringComparison.Ordinal);

    private void Move(string from, string to)
    {
        var node = NodeOf(from);
        Set(from, null);
        Set(to, node);
        Log(from, new Change([Entry(from, null), Entry(to, node)]));
    }

    private void Log(string path, Change change)
    {
        if (!IsOfNoUse(path))
        {
            Changes.Add(change);
            changed();
        }
    }

    private int Add(string path)
    {
        Set(path, ++_nodes);
        return _nodes;
    }

    private void Set(string path, int? node)
    {
        var (folder, name, _) = Entry(path, null);
        if (node is null)
        {
            _entries.Remove((folder, name));
        }
        else
        {
            _entries[(folder, name)] = node.Value;
        }
    }

    private (int Folder, string Name, int? Node) Entry(string path, int? node) =>
        (NodeOf(Path.GetDirectoryName(path)!)!.Value, Path.GetFileName(path), node);

    private int? NodeOf(string path)
    {
        int? node = 0;
        foreach (var name in Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar).Where(n => n != "."))
        {
            node = node is { } folder && _entries.TryGetValue((folder, name), out var below) ? below : null;
        }

        return node;
    }

    private sealed class Logged(FileLog log, WritableFile file, int node) : WritableFile
    {
        public int Node => node;

        public override string Name => file.Name;

        public override long Length => file.Length;

        public override long Position
        {
            get => file.Position;
            set => file.Position = value;
        }

        public override void BeginFlush()
        {
        }

        public override void FlushToDisk()
        {
            lock (log._step)
            {
                log.Gate();
                log.Log(Name, new Change([], Flushed: node));
            }
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (log._step)
            {
                log.Gate();
                var at = file.Position;
                file.Write(buffer);
                log.Log(Name, new Change([], node, at, buffer.ToArray()));
            }
        }

        public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

        public override void SetLength(long value)
        {
            lock (log._step)
            {
                log.Gate();
                file.SetLength(value);
                log.Log(Name, new Change([], node, value));
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                file.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
