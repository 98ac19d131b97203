using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>The bytes of a message, wherever they are. Reading past the end gives 0 bytes.</summary>
internal abstract class MimeSource : IDisposable
{
    public abstract long Length { get; }

    public abstract int Read(long offset, Span<byte> destination);

    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>The bytes themselves where they are in memory.</summary>
    public virtual bool TryGetMemory(long offset, int length, out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    public virtual void Dispose() { }
}

/// <summary>A message in memory.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> bytes) : MimeSource
{
    public override long Length => bytes.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        var rest = bytes.Span[(int)Math.Min(offset, bytes.Length)..];
        var count = Math.Min(rest.Length, destination.Length);
        rest[..count].CopyTo(destination);
        return count;
    }

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Read(offset, destination.Span));

    public override bool TryGetMemory(long offset, int length, out ReadOnlyMemory<byte> memory)
    {
        memory = bytes.Slice((int)offset, length);
        return true;
    }
}

/// <summary>A message in a file, read where and when it is needed.</summary>
internal sealed class FileSource(SafeFileHandle handle) : MimeSource
{
    public override long Length => RandomAccess.GetLength(handle);

    public override int Read(long offset, Span<byte> destination) => RandomAccess.Read(handle, destination, offset);

    public override ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(handle, destination, offset, cancellationToken);

    public override void Dispose() => handle.Dispose();
}
