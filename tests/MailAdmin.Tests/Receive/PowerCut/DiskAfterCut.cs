using System.Security.Cryptography;
using System.Text;

namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>What a disk may hold after a power cut: all that was flushed, and any part of the rest.</summary>
internal sealed class DiskAfterCut
{
    private const int MostTried = 6;
    private const int Tried = 64;

    private readonly SortedDictionary<string, byte[]?> _content = new(StringComparer.Ordinal);

    private DiskAfterCut(FileLog log, int cut, HashSet<int> lost)
    {
        var entries = new Dictionary<(int Folder, string Name), int>();
        var octets = new Dictionary<int, MemoryStream>();
        for (var i = 0; i < cut; i++)
        {
            var change = log.Changes[i];
            if (lost.Contains(i) || change.Flushed is not null)
            {
                continue;
            }

            foreach (var (folder, name, node) in change.Entries)
            {
                entries.Remove((folder, name));
                if (node is { } leads)
                {
                    entries[(folder, name)] = leads;
                }
            }

            if (change.File >= 0)
            {
                octets.TryAdd(change.File, new MemoryStream());
                var file = octets[change.File];
                // What was lost before it leaves a hole of zeros.
                file.Position = change.Offset;
                if (change.Octets is { } written)
                {
                    file.Write(written);
                }
                else
                {
                    file.SetLength(change.Offset);
                }
            }
        }

        Lay(0, "");

        void Lay(int folder, string path)
        {
            foreach (var (name, node) in entries.Where(e => e.Key.Folder == folder).Select(e => (e.Key.Name, e.Value)))
            {
                var below = Path.Combine(path, name);
                _content[below] = log.Folders.Contains(node) ? null : octets.GetValueOrDefault(node)?.ToArray() ?? [];
                if (log.Folders.Contains(node))
                {
                    Lay(node, below);
                }
            }
        }
    }

    /// <summary>The files: path below the root, and content.</summary>
    public IEnumerable<KeyValuePair<string, byte[]>> Files =>
        _content.Where(c => c.Value is not null).Select(c => KeyValuePair.Create(c.Key, c.Value!));

    /// <summary>The same for the same content.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', _content.Select(c => $"{c.Key} {(c.Value is null ? "" : Convert.ToHexString(c.Value))}")))));

    /// <summary>All that the disk may hold when the power fails after so many changes, or a part of that which is always the same.</summary>
    public static IEnumerable<DiskAfterCut> After(FileLog log, int cut)
    {
        int[] open = [.. Open(log, cut)];
        if (open.Length <= MostTried)
        {
            for (var which = 0; which < 1 << open.Length; which++)
            {
                yield return new DiskAfterCut(log, cut, [.. open.Where((_, i) => (which & (1 << i)) != 0)]);
            }

            yield break;
        }

        yield return new DiskAfterCut(log, cut, []);
        yield return new DiskAfterCut(log, cut, [.. open]);
        var random = new Random(cut);
        for (var i = 2; i < Tried; i++)
        {
            var share = random.NextDouble();
            yield return new DiskAfterCut(log, cut, [.. open.Where(_ => random.NextDouble() < share)]);
        }
    }

    /// <summary>Everything that was not flushed is lost, or, seeded, a part of it.</summary>
    public static DiskAfterCut One(FileLog log, int cut, int seed)
    {
        var random = new Random(seed);
        var share = seed % 2 == 0 ? 1 : random.NextDouble();
        return new DiskAfterCut(log, cut, [.. Open(log, cut).Where(_ => random.NextDouble() < share)]);
    }

    /// <summary>Lays it out.</summary>
    /// <param name="root">A folder that is there and empty.</param>
    public void Lay(string root)
    {
        foreach (var (path, octets) in _content)
        {
            if (octets is null)
            {
                Directory.CreateDirectory(Path.Combine(root, path));
            }
            else
            {
                File.WriteAllBytes(Path.Combine(root, path), octets);
            }
        }
    }

    private static IEnumerable<int> Open(FileLog log, int cut)
    {
        var flushed = new HashSet<int>();
        for (var i = cut - 1; i >= 0; i--)
        {
            var change = log.Changes[i];
            if (change.Flushed is { } node)
            {
                flushed.Add(node);
            }
            else if ((change.File >= 0 && !flushed.Contains(change.File)) || change.Entries.Any(e => !flushed.Contains(e.Folder)))
            {
                yield return i;
            }
        }
    }
}
