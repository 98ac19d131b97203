namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// Represents octets of any length: short ones in memory, long ones in a temporary file that is deleted with the blob.
/// </summary>
internal sealed class Blob
{
    /// <summary>The size above which octets are stored in a file.</summary>
    public const int InMemory = 4 * 1024 * 1024;

    private readonly Lazy<ReadOnlyMemory<byte>> _bytes;
    private readonly FileStream? _file;

    private Blob(Lazy<ReadOnlyMemory<byte>> bytes, FileStream? file) => (_bytes, _file) = (bytes, file);

    public static Blob Empty { get; } = Of(ReadOnlyMemory<byte>.Empty);

    public long Length => _file?.Length ?? _bytes.Value.Length;

    public static Blob Of(ReadOnlyMemory<byte> bytes) => new(new(bytes), null);

    /// <summary>Creates a blob whose octets are created on first use.</summary>
    public static Blob Of(Func<ReadOnlyMemory<byte>> make) => new(new(make, LazyThreadSafetyMode.ExecutionAndPublication), null);

    /// <summary>Creates a blob from a file that <see cref="NewFile"/> created. The blob owns the file.</summary>
    public static Blob Of(FileStream file) => new(new(), file);

    /// <summary>Creates a hidden file that is deleted when its last handle is closed.</summary>
    public static FileStream NewFile() => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 0,
        });

    /// <summary>Opens it for reading from the start; several readers don't disturb each other.</summary>
    public Stream OpenRead() => _file is null ? new ReadOnlyMemoryStream(_bytes.Value) : new FileSlice(_file);

    /// <summary>All of it in memory.</summary>
    public ReadOnlyMemory<byte> ToMemory()
    {
        if (_file is null)
        {
            return _bytes.Value;
        }

        var bytes = new byte[Length];
        using var stream = OpenRead();
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads the file at an independent position.</summary>
    private sealed class FileSlice(FileStream file) : ReadStream
    {
        public override long Length => file.Length;

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(file.SafeFileHandle, buffer, Position);
            Position += read;
            return read;
        }
    }

    private sealed class ReadOnlyMemoryStream(ReadOnlyMemory<byte> bytes) : ReadStream
    {
        public override long Length => bytes.Length;

        public override int Read(Span<byte> buffer)
        {
            var rest = bytes.Span[(int)Math.Min(Position, bytes.Length)..];
            var count = Math.Min(rest.Length, buffer.Length);
            rest[..count].CopyTo(buffer);
            Position += count;
            return count;
        }
    }
}
