using System.Buffers;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Finds the boundary of a multipart without a boundary parameter: the first line that looks like one (RFC 2046 section 5.1).
/// </summary>
internal static class BoundarySearch
{
    // Mailers write a line or two before the first boundary.
    private const int MostSearched = 1024 * 1024;

    private const int Longest = 72;

    private static readonly SearchValues<byte> Characters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?"u8);

    /// <returns>
    /// The boundary without its dashes; empty if it has only dashes, which MimeKit reads; null if no line looks like one.
    /// </returns>
    public static byte[]? Find(MimeSource source, long start, long end)
    {
        var text = source.Read(start, (int)Math.Min(MostSearched, end - start)).Span;
        while (!text.IsEmpty)
        {
            if (text.StartsWith("--"u8) && Boundary(text) is { } boundary)
            {
                return boundary;
            }

            text = text[(text.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var next ? next + 1 : text.Length)..];
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
