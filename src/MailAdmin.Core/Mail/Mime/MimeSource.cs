using Microsoft.Win32.SafeHandles;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Represents the bytes of a message in memory or a file. Reading past the end returns 0 bytes.</summary>
internal abstract class MimeSource : IDisposable
{
    public abstract long Length { get; }

    public abstract int Read(long offset, Span<byte> destination);

    /// <summary>The bytes themselves where they are in memory.</summary>
    public virtual bool TryGetMemory(long offset, int length, out ReadOnlyMemory<byte> memory)
    {
        memory = default;
        return false;
    }

    /// <summary>Whether lines end in CR only: the beginning has CR but no LF.</summary>
    public bool EndsLinesInCr(int sample)
    {
        var bytes = Read(0, sample);
        return bytes.Span.Contains((byte)'\r') && !bytes.Span.Contains((byte)'\n');
    }

    /// <summary>A range of the bytes, copied where they aren't in memory; less of it at the end.</summary>
    public ReadOnlyMemory<byte> Read(long offset, int length)
    {
        length = (int)Math.Clamp(Length - offset, 0, length);
        if (TryGetMemory(offset, length, out var memory))
        {
            return memory;
        }

        var bytes = new byte[length];
        return bytes.AsMemory(0, Fill(offset, bytes));
    }

    /// <summary>Reads until it is full, or at the end.</summary>
    /// <returns>The number of bytes.</returns>
    public int Fill(long offset, Span<byte> destination)
    {
        var (filled, count) = (0, 1);
        while (filled < destination.Length && count > 0)
        {
            count = Read(offset + filled, destination[filled..]);
            filled += count;
        }

        return filled;
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

    public override bool TryGetMemory(long offset, int length, out ReadOnlyMemory<byte> memory)
    {
        memory = bytes.Slice((int)offset, length);
        return true;
    }
}

/// <summary>Represents a message in a file, which is read on request.</summary>
internal sealed class FileSource(SafeFileHandle handle, bool leaveOpen = false) : MimeSource
{
    public override long Length => RandomAccess.GetLength(handle);

    public override int Read(long offset, Span<byte> destination) => RandomAccess.Read(handle, destination, offset);

    public override void Dispose()
    {
        if (!leaveOpen)
        {
            handle.Dispose();
        }
    }
}
