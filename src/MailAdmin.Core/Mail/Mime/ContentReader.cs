using System.Buffers;
using MimeKit;
using MimeKit.Encodings;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Reads a range of a message and decodes it with MimeKit, a few kilobytes at a time.</summary>
internal static class ContentReader
{
    private const int ChunkSize = 64 * 1024;

    private static readonly SearchValues<byte> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/\r\n"u8);

    // Enough to judge whether it is base64 at all.
    private const int Sample = 512;

    /// <summary>
    /// Reads the value of Content-Transfer-Encoding: RFC 2045 section 6. What follows the name is ignored. The default is not to
    /// decode.
    /// </summary>
    public static ContentEncoding EncodingOf(string value) =>
        value.Trim('"', '\'', ' ', '\t').Split([' ', '\t', ';', ',', '(', '"'])[0].ToLowerInvariant() switch
        {
            "base64" or "base-64" or "b64" => ContentEncoding.Base64,
            "quoted-printable" or "quotedprintable" => ContentEncoding.QuotedPrintable,
            "x-uuencode" or "uuencode" or "x-uue" or "uue" => ContentEncoding.UUEncode,
            _ => ContentEncoding.Default,
        };

    public static ReadOnlyMemory<byte> Decode(MimeSource source, long offset, long length, ContentEncoding encoding)
    {
        if (encoding == ContentEncoding.Default)
        {
            return source.Read(offset, (int)Math.Min(length, Array.MaxLength));
        }

        var output = new MemoryStream((int)Math.Clamp(length, 1, Array.MaxLength));
        foreach (var piece in Pieces(source, offset, length, encoding))
        {
            output.Write(piece.Span);
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    public static async Task<long> CopyAsync(
        MimeSource source, long offset, long length, ContentEncoding encoding, Stream destination,
        CancellationToken cancellationToken)
    {
        if (encoding == ContentEncoding.Base64 && destination == Stream.Null && Measure(source, offset, length) is { } size)
        {
            return size;
        }

        var total = 0L;
        foreach (var piece in Pieces(source, offset, length, encoding))
        {
            await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            total += piece.Length;
        }

        return total;
    }

    /// <summary>Returns the decoded length of base64 in good form, without decoding it; null for any other.</summary>
    private static long? Measure(MimeSource source, long offset, long length)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            var (letters, padding) = (0L, 0);
            for (var end = offset + length; offset < end && padding == 0;)
            {
                var count = source.Read(offset, chunk.AsSpan(0, (int)Math.Min(ChunkSize, end - offset)));
                offset = count == 0 ? end : offset + count;
                var text = chunk.AsSpan(0, count);
                var other = text.IndexOfAnyExcept(Letters);
                if (other >= 0)
                {
                    padding = text[other..].Count((byte)'=');
                    if (padding is 0 or > 2 || offset < end || text[other..].IndexOfAnyExcept("=\r\n"u8) >= 0)
                    {
                        return null;
                    }

                    text = text[..other];
                }

                letters += text.Length - text.Count((byte)'\r') - text.Count((byte)'\n');
            }

            return (letters + padding) % 4 == 0 ? letters * 3 / 4 : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Returns the content in pieces. Each is valid until the next is requested.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(
        MimeSource source, long offset, long length, ContentEncoding encoding)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        byte[] output = [];
        try
        {
            var (decoder, isFirst, kept) = (Decoder(encoding), true, 0);
            for (var end = offset + length; offset < end;)
            {
                var count = source.Read(offset, chunk.AsSpan(kept, (int)Math.Min(ChunkSize - kept, end - offset)));
                if (count == 0)
                {
                    break;
                }

                offset += count;
                count += kept;
                if (isFirst && encoding == ContentEncoding.Base64 && !IsPlausible(chunk.AsSpan(0, Math.Min(count, Sample))))
                {
                    decoder = null;
                }

                isFirst = false;
                var whole = encoding == ContentEncoding.QuotedPrintable ? QuotedPrintable.Whole(chunk.AsSpan(0, count)) : count;
                var clean = encoding == ContentEncoding.QuotedPrintable
                    ? QuotedPrintable.WithoutPadding(chunk.AsSpan(0, whole))
                    : whole;
                yield return Decode(decoder, chunk, clean, ref output);
                kept = count - whole;
                Buffer.BlockCopy(chunk, whole, chunk, 0, kept);
            }

            if (kept > 0)
            {
                yield return QuotedPrintable.End(chunk.AsMemory(0, kept));
            }

            if (encoding == ContentEncoding.Base64 && decoder is not null)
            {
                // MimeKit waits for missing padding; extra padding has no effect.
                yield return Decode(decoder, "==="u8.ToArray(), 3, ref output);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Decodes the text of encoded-words: RFC 2047 section 4.</summary>
    public static ReadOnlyMemory<byte> DecodeWord(byte[] text, bool isBase64)
    {
        byte[] output = [];
        text = isBase64 ? [.. text, .. "==="u8] : text;
        return Decode(isBase64 ? new Base64Decoder() : new QuotedPrintableDecoder(true), text, text.Length, ref output);
    }

    private static ReadOnlyMemory<byte> Decode(IMimeDecoder? decoder, byte[] chunk, int count, ref byte[] output)
    {
        if (decoder is null)
        {
            return chunk.AsMemory(0, count);
        }

        var longest = decoder.EstimateOutputLength(count);
        output = output.Length < longest ? new byte[longest] : output;
        return output.AsMemory(0, decoder.Decode(chunk, 0, count, output));
    }

    private static IMimeDecoder? Decoder(ContentEncoding encoding) => encoding switch
    {
        ContentEncoding.Base64 => new Base64Decoder(),
        ContentEncoding.QuotedPrintable => new QuotedPrintableDecoder(),
        ContentEncoding.UUEncode => new UUDecoder(),
        _ => null,
    };

    // Damaged base64 has a stray character now and then; text has a space or a full stop in every few.
    private static bool IsPlausible(ReadOnlySpan<byte> sample)
    {
        int inside = 0, outside = 0;
        foreach (var c in sample)
        {
            inside += char.IsAsciiLetterOrDigit((char)c) || c is (byte)'+' or (byte)'/' or (byte)'-' or (byte)'_' ? 1 : 0;
            outside += !char.IsAsciiLetterOrDigit((char)c) && !"+/-_=\r\n\0"u8.Contains(c) ? 1 : 0;
        }

        return outside < 4 || outside * 20 < inside;
    }
}
