using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Tells a message by its content, whatever id the server gives it: SHA-256 of its first 64 KB, and of its size. The header, which no two
/// deliveries have in common (Received, Message-ID), is at the beginning; a long attachment after it adds nothing but time.
/// </summary>
internal sealed class ContentHash : IDisposable
{
    private const int Beginning = 64 * 1024;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _size;

    /// <summary>The hash of a message that is in a file.</summary>
    public static byte[] OfFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        using var hash = new ContentHash();
        var octets = new byte[Beginning];
        hash.Append(octets.AsSpan(0, file.ReadAtLeast(octets, Beginning, throwOnEndOfStream: false)));
        hash._size = file.Length;
        return hash.Complete();
    }

    /// <summary>Takes what comes next.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        if (_size < Beginning)
        {
            _hash.AppendData(octets[..(int)Math.Min(octets.Length, Beginning - _size)]);
        }

        _size += octets.Length;
    }

    /// <summary>Gives the hash of all that was taken, and starts over.</summary>
    public byte[] Complete()
    {
        Span<byte> size = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(size, _size);
        _hash.AppendData(size);
        _size = 0;
        return _hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
