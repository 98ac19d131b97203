using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents the parameters of Content-Type or Content-Disposition (RFC 2045 section 5.1, RFC 2183), with continued and encoded
/// ones joined (RFC 2231), names in lower case, and decoded values. Of a repeated parameter, the first is used, and an encoded
/// one before a plain one.
/// </summary>
internal sealed class ParameterList : IReadOnlyList<KeyValuePair<string, string>>
{
    internal const int LongestField = 64 * 1024;

    private readonly List<KeyValuePair<string, string>> _items;

    private ParameterList(List<KeyValuePair<string, string>> items) => _items = items;

    /// <summary>None.</summary>
    public static ParameterList Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, string> this[int index] => _items[index];

    /// <summary>Returns the value of a parameter; null if it's missing.</summary>
    /// <param name="name">The name, in any case.</param>
    public string? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (item.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return item.Value;
                }
            }
            return null;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The bytes of the boundary parameter, which are compared and never decoded.</summary>
    internal byte[]? Boundary { get; private init; }

    /// <summary>Reads the part of a field's value that follows the media type or disposition.</summary>
    internal static ParameterList Parse(ReadOnlySpan<byte> raw, MimeContext context, Encoding? fallback)
    {
        if (raw.IndexOf((byte)'=') < 0)
        {
            return Empty;
        }
        // A longer one is an attack on time. The parameters up to here are used.
        context.Truncate(raw.Length > LongestField);
        raw = raw[..Math.Min(raw.Length, LongestField)];
        var sections = new List<ParameterSection>();
        var reader = new ParameterReader(raw);
        while (sections.Count < context.Limits.MaxParameters && reader.TryNext(out var section))
        {
            sections.Add(section);
        }

        context.Truncate(reader.TryNext(out _));
        // A name with "*" is meant for those who understand it: RFC 2231 section 4. Of two that are alike, the first counts.
        var groups = sections.GroupBy(static s => s.Name, StringComparer.Ordinal)
            .Select(static g => g.Any(static s => s.Index >= 0)
                ? g.Where(static s => s.Index >= 0).OrderBy(static s => s.Index)
                : g.Take(1))
            .Select(static g => g.DistinctBy(static s => s.Index).ToList()).ToList();
        var boundary = groups.Find(static g => g[0].Name == "boundary");
        var items = Decode(groups, fallback);
        return new(items)
        {
            Boundary = boundary is [{ Index: < 0 } whole] ? whole.Value
                : boundary is null ? null
                : Encoding.UTF8.GetBytes(items.Find(static item => item.Key == "boundary").Value ?? ""),
        };
    }

    // MimeKit puts sections together and decodes them; it is given them in good form.
    private static List<KeyValuePair<string, string>> Decode(List<List<ParameterSection>> groups, Encoding? fallback)
    {
        var text = new ArrayBufferWriter<byte>();
        text.Write("a/b"u8);
        foreach (var section in groups.SelectMany(static g => g).Where(static s => IsToken(s.Name)))
        {
            var number = section.Index < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"*{section.Index}");
            text.Write(Encoding.ASCII.GetBytes($"; {section.Name}{number}{(section.IsEncoded ? "*" : "")}=\""));
            var isBare = section.IsEncoded && section.Index == 0 && section.Value.AsSpan().Count((byte)'\'') < 2;
            text.Write(isBare ? "utf-8''"u8 : default);
            foreach (var c in section.Index < 0 ? HeaderText.WithGoodWords(section.Value, fallback) : section.Value)
            {
                text.Write(c is (byte)'"' or (byte)'\\' ? [(byte)'\\', c] : [c]);
            }

            text.Write("\""u8);
        }

        return !MimeKit.ContentType.TryParse(HeaderText.Options(fallback), text.WrittenSpan.ToArray(), out var type) ? []
            : [.. type.Parameters.Select(
                static p => new KeyValuePair<string, string>(p.Name.ToLowerInvariant(), Clean(p.Value)))];
    }

    private static bool IsToken(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
        && name.AsSpan().IndexOfAny("()<>@,;:\\\"/[]?=*'%") < 0;

    // An encoded-word can be split between the sections of a continued value, which RFC 2231 doesn't cover.
    private static string Clean(string value) =>
        value.Contains("=?", StringComparison.Ordinal)
            ? HeaderText.Decode(Encoding.UTF8.GetBytes(value))
            : HeaderText.Clean(value).Trim();
}
