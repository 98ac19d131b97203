using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Finds the boundary of a multipart without a boundary parameter: the first line that looks like one (RFC 2046 section 5.1).
/// </summary>
internal static class BoundarySearch
{
    private const int Chunk = 64 * 1024;

    private const int Longest = 72;

    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?"u8);

    /// <summary>Searches a body.</summary>
    /// <returns>
    /// The boundary without its dashes; empty if it has only dashes, which MimeKit reads; null if no line looks like one.
    /// </returns>
    public static byte[]? Find(MimeSource source, long start, long end)
    {
        for (var offset = start; offset < end; offset += Chunk)
        {
            // A little more than a chunk, so that a line is whole in one of two.
            var window = source.Read(offset, (int)Math.Min(Chunk + Longest + 2, end - offset)).Span;
            for (var at = 0; at < window.Length && at <= Chunk;)
            {
                if ((at > 0 || offset == start) && window[at..].StartsWith("--"u8) && Boundary(window[at..]) is { } boundary)
                {
                    return boundary;
                }

                var next = window[at..].IndexOfAny((byte)'\n', (byte)'\r');
                at = next < 0 ? window.Length : at + next + 1;
            }
        }

        return null;
    }

    private static byte[]? Boundary(ReadOnlySpan<byte> line)
    {
        var length = line.IndexOfAny((byte)'\n', (byte)'\r');
        line = length < 0 ? line : line[..length];
        if (line.Length is < 4 or > Longest)
        {
            return line.Length == 2 ? [] : null;
        }

        var text = line[2..].TrimEnd(" \t"u8);
        var isRule = text.IndexOfAnyExcept("-_=.+*"u8) < 0;
        return !isRule && text.IndexOfAnyExcept(Characters) < 0 && !text.EndsWith("--"u8) ? text.ToArray() : null;
    }
}
