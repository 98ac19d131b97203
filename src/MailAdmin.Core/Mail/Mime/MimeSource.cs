namespace MailAdmin.Core.Mail.Mime;

/// <summary>Represents the bytes of a message, of which any part can be read. Reading past the end returns 0 bytes.</summary>
/// <param name="stream">A stream that supports seeking. What is in a <see cref="MemoryStream"/> isn't copied.</param>
/// <param name="leaveOpen">Whether the stream stays open.</param>
internal sealed class MimeSource(Stream stream, bool leaveOpen = false) : IDisposable
{
    private readonly ReadOnlyMemory<byte>? _memory =
        stream is MemoryStream memory && memory.TryGetBuffer(out var bytes) ? (ReadOnlyMemory<byte>?)bytes.AsMemory() : null;

    public long Length { get; } = stream.Length;

    /// <summary>Reads a range of the bytes; less of it at the end.</summary>
    public ReadOnlyMemory<byte> Read(long offset, int length)
    {
        length = (int)Math.Clamp(Length - offset, 0, length);
        if (_memory is { } memory)
        {
            return memory.Slice((int)Math.Min(offset, memory.Length), length);
        }

        var bytes = new byte[length];
        return bytes.AsMemory(0, Read(offset, bytes));
    }

    /// <summary>Reads until the destination is full, or at the end.</summary>
    /// <returns>The number of bytes.</returns>
    public int Read(long offset, Span<byte> destination)
    {
        stream.Position = offset;
        return stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
    }

    public void Dispose()
    {
        if (!leaveOpen)
        {
            stream.Dispose();
        }
    }
}
