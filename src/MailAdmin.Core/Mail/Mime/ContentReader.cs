using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Reads a range of a message and decodes it.</summary>
internal static class ContentReader
{
    private const int ChunkSize = 64 * 1024;

    public static ReadOnlyMemory<byte> Decode(MimeSource source, long offset, long length, TransferEncoding encoding)
    {
        if (encoding == TransferEncoding.Identity && source.TryGetMemory(offset, (int)length, out var memory))
        {
            return memory;
        }
        var output = new ArrayBufferWriter<byte>((int)Math.Clamp(length, 1, Array.MaxLength));
        var decoder = ContentDecoder.For(encoding);
        if (source.TryGetMemory(offset, (int)length, out memory))
        {
            decoder.Write(memory.Span, output);
        }
        else
        {
            var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
            for (var end = offset + length; offset < end;)
            {
                var count = source.Read(offset, chunk.AsSpan(0, (int)Math.Min(ChunkSize, end - offset)));
                if (count == 0)
                {
                    break;
                }
                decoder.Write(chunk.AsSpan(0, count), output);
                offset += count;
            }
            ArrayPool<byte>.Shared.Return(chunk);
        }
        decoder.Finish(output);
        return output.WrittenMemory;
    }

    public static async Task<long> CopyAsync(
        MimeSource source, long offset, long length, TransferEncoding encoding, Stream destination,
        CancellationToken cancellationToken)
    {
        var decoder = ContentDecoder.For(encoding);
        var output = new ArrayBufferWriter<byte>(ChunkSize);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var total = 0L;
        try
        {
            for (var end = offset + length; offset < end;)
            {
                var wanted = chunk.AsMemory(0, (int)Math.Min(ChunkSize, end - offset));
                var count = await source.ReadAsync(offset, wanted, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }
                offset += count;
                decoder.Write(wanted.Span[..count], output);
                total += await FlushAsync().ConfigureAwait(false);
            }
            decoder.Finish(output);
            total += await FlushAsync().ConfigureAwait(false);
            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        async ValueTask<int> FlushAsync()
        {
            var count = output.WrittenCount;
            await destination.WriteAsync(output.WrittenMemory, cancellationToken).ConfigureAwait(false);
            output.ResetWrittenCount();
            return count;
        }
    }
}
