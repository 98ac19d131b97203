using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Identifies a message by its content, independent of its ID on the server: SHA-256 of its first 16 KB, and of its size. The
/// fields that differ between deliveries (the first Received, Message-ID) are at the beginning. Bodies and attachments after it
/// would only take time.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    private const int Beginning = 16 * 1024;
    private byte[]? _octets = ArrayPool<byte>.Shared.Rent(Beginning + sizeof(long));
    private long _size;

    /// <summary>The hash of a message that is in a file.</summary>
    public static byte[] OfFile(string path)
    {
        using var file = FileSystem.OpenRead(path, FileShare.Read | FileShare.Delete);
        using var hash = new ContentHash();
        _ = file.ReadAtLeast(hash._octets.AsSpan(0, Beginning), Beginning, throwOnEndOfStream: false);
        hash._size = file.Length;
        return hash.Complete();
    }

    /// <summary>Returns the hash of the listed properties, for a message whose content isn't downloaded.</summary>
    public static byte[] OfListing(MailboxMessage message) => SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{message.InternetMessageId}\n{(message.ReceivedAt ?? default).UtcTicks}\n{message.Size}\n"
        + $"{message.From?.Address}\n{message.Subject}"));

    /// <summary>Adds the next octets.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        if (_size < Beginning)
        {
            octets[..(int)Math.Min(octets.Length, Beginning - _size)].CopyTo(_octets.AsSpan((int)_size));
        }

        _size += octets.Length;
    }

    /// <summary>Gives the hash of all that was taken, and starts over.</summary>
    public byte[] Complete()
    {
        var kept = (int)Math.Min(_size, Beginning);
        BinaryPrimitives.WriteInt64BigEndian(_octets.AsSpan(kept), _size);
        _size = 0;
        return SHA256.HashData(_octets.AsSpan(0, kept + sizeof(long)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_octets is { } octets)
        {
            _octets = null;
            ArrayPool<byte>.Shared.Return(octets);
        }
    }
}
