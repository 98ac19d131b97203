using System.Buffers;
using System.Collections;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// The parameters of Content-Type or Content-Disposition (RFC 2045 section 5.1, RFC 2183), continued and encoded ones put
/// together (RFC 2231), names in lower case, values decoded. Of a parameter that is there twice the first counts, and an
/// encoded one before a plain one.
/// </summary>
internal sealed class ParameterList : IReadOnlyList<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _items;

    private ParameterList(List<KeyValuePair<string, string>> items) => _items = items;

    /// <summary>None.</summary>
    public static ParameterList Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public KeyValuePair<string, string> this[int index] => _items[index];

    /// <summary>The value of a parameter; null when it is not there.</summary>
    /// <param name="name">Whatever its case.</param>
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

    /// <summary>Whether some were left out.</summary>
    internal bool IsTruncated { get; private init; }

    /// <summary>The bytes of the boundary parameter, which are compared and never decoded.</summary>
    internal byte[]? Boundary { get; private init; }

    /// <summary>Reads the part of a field's value that follows the media type or disposition.</summary>
    internal static ParameterList Parse(ReadOnlySpan<byte> raw, MimeLimits limits, Encoding? fallback)
    {
        if (raw.IndexOf((byte)'=') < 0)
        {
            return Empty;
        }
        var sections = new List<ParameterSection>();
        var reader = new ParameterReader(raw);
        while (sections.Count < limits.MaxParameters && reader.TryNext(out var section))
        {
            sections.Add(section);
        }
        var names = new List<string>();
        var groups = new Dictionary<string, List<ParameterSection>>(StringComparer.Ordinal);
        foreach (var section in sections)
        {
            if (!groups.TryGetValue(section.Name, out var group))
            {
                groups.Add(section.Name, group = []);
                names.Add(section.Name);
            }
            group.Add(section);
        }
        var items = new List<KeyValuePair<string, string>>(names.Count);
        foreach (var name in names)
        {
            items.Add(new(name, Assemble(groups[name], fallback)));
        }
        return new(items)
        {
            Boundary = groups.TryGetValue("boundary", out var boundary) ? BoundaryBytes(boundary) : null,
            IsTruncated = reader.TryNext(out _),
        };
    }

    private static byte[] BoundaryBytes(List<ParameterSection> sections) =>
        sections.Exists(s => s.Index >= 0) ? Encoding.UTF8.GetBytes(Assemble(sections, null)) : sections[0].Value;

    private static IEnumerable<ParameterSection> InOrder(List<ParameterSection> sections) =>
        sections.Where(s => s.Index >= 0).OrderBy(s => s.Index).DistinctBy(s => s.Index);

    private static string Assemble(List<ParameterSection> sections, Encoding? fallback)
    {
        if (!sections.Exists(s => s.Index >= 0))
        {
            return HeaderText.Decode(sections[0].Value, fallback);
        }
        var bytes = new ArrayBufferWriter<byte>();
        string? charset = null;
        var encoded = false;
        foreach (var section in InOrder(sections))
        {
            var value = section.Value.AsSpan();
            if (!section.IsEncoded)
            {
                bytes.Write(value);
                continue;
            }
            // charset'language'text, in the first encoded section: RFC 2231 section 4.
            var first = value.IndexOf((byte)'\'');
            if (!encoded && first >= 0 && value[(first + 1)..].IndexOf((byte)'\'') is var second and >= 0)
            {
                charset = Encoding.ASCII.GetString(value[..first]);
                value = value[(first + second + 2)..];
            }
            encoded = true;
            AppendPercentDecoded(bytes, value);
        }
        return encoded
            ? HeaderText.Clean(CharsetResolver.Decode(bytes.WrittenSpan, charset, fallback)).Trim()
            : HeaderText.Decode(bytes.WrittenSpan, fallback);
    }

    private static int Hex(byte c) => char.IsAsciiHexDigit((char)c) ? Convert.ToInt32($"{(char)c}", 16) : -1;

    private static void AppendPercentDecoded(ArrayBufferWriter<byte> bytes, ReadOnlySpan<byte> value)
    {
        while (value.IndexOf((byte)'%') is var next and >= 0)
        {
            bytes.Write(value[..next]);
            value = value[(next + 1)..];
            var octet = value.Length < 2 ? -1 : Hex(value[0]) << 4 | Hex(value[1]);
            if (octet >= 0)
            {
                bytes.Write([(byte)octet]);
                value = value[2..];
            }
            else
            {
                bytes.Write("%"u8);
            }
        }
        bytes.Write(value);
    }
}
