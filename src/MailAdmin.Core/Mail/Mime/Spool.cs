using System.Buffers;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Stores content whose destination is unknown: in memory while it's small, otherwise in a temporary file that only this user can
/// read and that is deleted on dispose. Written from the beginning to the end, then read.
/// </summary>
/// <param name="expected">The expected size in octets; 0 if it's unknown.</param>
internal sealed class Spool(long expected = 0) : Stream
{
    /// <summary>The size above which content is in a file. Few spools exist at the same time.</summary>
    private const int LargestInMemory = 256 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(
        (int)Math.Clamp(expected, 16 * 1024, LargestInMemory));
    private FileStream? _file;
    private int _length;
    private int _position;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Whether it has outgrown the memory.</summary>
    public bool IsInFile => _file is not null;

    /// <inheritdoc/>
    public override long Length => _file?.Length ?? _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _file?.Position ?? _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>Opens the written and flushed content as a message, which is valid until this is disposed.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The message.</returns>
    /// <exception cref="IOException">The file can't be read.</exception>
    public Task<MimeMessage> OpenMessageAsync(CancellationToken cancellationToken) => _file is null
        ? Task.FromResult(MimeMessage.Parse(_buffer.AsMemory(0, _length)))
        : MimeMessage.OpenAsync(_file.SafeFileHandle, null, cancellationToken, leaveOpen: true);

    /// <summary>Returns the error for a failure of the temporary file.</summary>
    public static InvalidRequestException Failed(IOException error) =>
        new("TemporaryFileFailed", $"Can't write the message to a temporary file: {error.Message}", error)
        {
            Target = Path.GetTempPath(),
            Advice = "Free space in the folder for temporary files, or specify another one with the environment "
                + "variable TMPDIR (TMP on Windows).",
        };

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_file is null && _position + (long)buffer.Length > LargestInMemory)
        {
            var file = FileSystem.CreateTemporary();
            file.Write(_buffer, 0, _length);
            file.Position = _position;
            _file = file;
        }

        if (_file is not null)
        {
            _file.Write(buffer);
            return;
        }

        var end = _position + buffer.Length;
        if (end > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(end, _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        buffer.CopyTo(_buffer.AsSpan(_position));
        _position = end;
        _length = Math.Max(_length, end);
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <remarks>Memory, or the page cache, takes it at once.</remarks>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_file is not null)
        {
            return _file.Read(buffer);
        }

        var count = Math.Min(buffer.Length, _length - _position);
        _buffer.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    /// <summary>Only to the beginning.</summary>
    public override long Seek(long offset, SeekOrigin origin)
    {
        if (offset != 0 || origin != SeekOrigin.Begin)
        {
            throw new NotSupportedException();
        }

        _position = 0;
        return _file?.Seek(0, SeekOrigin.Begin) ?? 0;
    }

    /// <summary>Only to start over.</summary>
    public override void SetLength(long value)
    {
        if (value != 0)
        {
            throw new NotSupportedException();
        }

        (_length, _position) = (0, 0);
        _file?.SetLength(0);
    }

    /// <inheritdoc/>
    public override void Flush() => _file?.Flush();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            (_length, _position) = (0, 0);
            _file?.Dispose();
        }

        base.Dispose(disposing);
    }
}
