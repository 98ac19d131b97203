using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>
/// The file of the messages that were dealt with: for each, 16 octets of a hash of its id and 16 of one of its content. It only
/// grows.
/// </summary>
/// <param name="disk">The disk that writes.</param>
/// <param name="path">The file.</param>
internal sealed class Ledger(Disk disk, string path)
{
    private const int Half = 16;
    private const int Entry = 2 * Half;

    private bool _isWritten;

    /// <summary>Returns the hash that identifies an ID.</summary>
    public static UInt128 Hash(string id) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>The number of entries.</summary>
    public long Count => File.Exists(path) ? new FileInfo(path).Length / Entry : 0;

    /// <summary>
    /// Removes an incomplete last entry after a crash or on a full disk. Its message is received again, and following entries
    /// stay readable.
    /// </summary>
    public void DropHalfEntry()
    {
        if (File.Exists(path) && new FileInfo(path).Length is var length && length % Entry is > 0 and var odd)
        {
            disk.Files.Truncate(path, length - odd);
        }
    }

    /// <summary>Adds messages.</summary>
    /// <param name="done">Their ids, with what their content is recognised by.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Append(IReadOnlyCollection<(string Id, byte[] Content)> done)
    {
        var entries = new byte[done.Count * Entry];
        var at = 0;
        foreach (var (id, content) in done)
        {
            BinaryPrimitives.WriteUInt128BigEndian(entries.AsSpan(at), Hash(id));
            content.AsSpan(0, Half).CopyTo(entries.AsSpan(at + Half));
            at += Entry;
        }

        disk.Append(path, entries, isFirst: !_isWritten);
        _isWritten = true;
    }

    /// <summary>Its entries, oldest first.</summary>
    /// <param name="latest">The number of latest entries; null for all.</param>
    public IEnumerable<(UInt128 Id, UInt128 Content)> Entries(int? latest = null)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = FileSystem.OpenRead(path, bufferSize: 64 * 1024);
        file.Position = latest is { } most ? Math.Max(0, (file.Length / Entry) - most) * Entry : 0;
        var bytes = new byte[Entry];
        while (file.ReadAtLeast(bytes, Entry, throwOnEndOfStream: false) == Entry)
        {
            yield return (BinaryPrimitives.ReadUInt128BigEndian(bytes),
                BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(Half)));
        }
    }

    /// <summary>Removes the file.</summary>
    public void Remove() => disk.Files.Remove(path);
}
