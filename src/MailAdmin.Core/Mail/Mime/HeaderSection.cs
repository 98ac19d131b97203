using System.Collections;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents the fields of a header section, decoded on request, as MimeKit finds them. MimeKit treats every line up to an empty
/// one as a field. Here, other lines are identified: some are skipped, some belong to the previous field, and otherwise the body
/// begins without an empty line.
/// </summary>
/// <param name="start">The position of the section in the message.</param>
/// <param name="context">The context of the message.</param>
internal sealed class HeaderSection(long start, MimeContext context) : IReadOnlyList<MailHeader>
{
    private readonly List<(int Start, int NameLength)> _lines = [];
    private readonly List<Field> _fields = [];
    private ReadOnlyMemory<byte> _bytes;

    public long Start => start;

    /// <summary>The number of lines that MimeKit treats as fields.</summary>
    public int Lines => _lines.Count;

    /// <summary>Its length in bytes; the body starts after them.</summary>
    public int Length { get; private set; }

    /// <summary>The body starts at a line that MimeKit took for a field.</summary>
    public bool EndsEarly { get; private set; }

    /// <summary>A line that is no field was skipped, or added to the previous one.</summary>
    public bool HasBadLine { get; private set; }

    public int Count => _fields.Count;

    /// <summary>The name and the bytes of each field, without its line end.</summary>
    public IEnumerable<(string Name, ReadOnlyMemory<byte> Field)> Fields =>
        _fields.Select(f => (Name(f), _bytes[f.Start..f.End]));

    /// <summary>A field with its decoded value.</summary>
    public MailHeader this[int index] => new(
        Name(_fields[index]), HeaderText.Decode(_bytes.Span[_fields[index].Value.._fields[index].End], context.Fallback));

    /// <summary>Returns the decoded value of the first field with a name; null if there is none.</summary>
    /// <param name="name">The name, in any case.</param>
    public string? this[string name] => TryFind(name, out var value) ? HeaderText.Decode(value, context.Fallback) : null;

    /// <summary>Returns the raw value of the first field with a name; false if there is none.</summary>
    public bool TryFind(ReadOnlySpan<char> name, out ReadOnlySpan<byte> value)
    {
        var next = 0;
        return TryFind(name, ref next, out value);
    }

    /// <summary>Returns the raw value of the next field with a name; false if there is none.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="next">The index to search from; set to the one after the found field.</param>
    /// <param name="value">The text after the colon.</param>
    public bool TryFind(ReadOnlySpan<char> name, scoped ref int next, out ReadOnlySpan<byte> value)
    {
        var bytes = _bytes.Span;
        while (next < _fields.Count)
        {
            var field = _fields[next++];
            if (field.NameLength == name.Length && Ascii.EqualsIgnoreCase(bytes.Slice(field.Start, field.NameLength), name))
            {
                value = bytes[field.Value..field.End];
                return true;
            }
        }

        value = default;
        return false;
    }

    public IEnumerator<MailHeader> GetEnumerator() => Enumerable.Range(0, Count).Select(i => this[i]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds a line that MimeKit treats as a field.</summary>
    /// <param name="offset">The position in the section.</param>
    /// <param name="nameLength">The number of bytes before its colon.</param>
    public void Add(int offset, int nameLength) => _lines.Add((offset, nameLength));

    /// <summary>Evaluates the lines after all were added.</summary>
    /// <param name="bytes">The section with the empty line after it.</param>
    /// <param name="maxFields">The number of fields to keep.</param>
    public void Finish(ReadOnlyMemory<byte> bytes, int maxFields)
    {
        Length = bytes.Length;
        var span = bytes.Span;
        for (var i = 0; i < _lines.Count && _lines[i].Start < span.Length && !EndsEarly; i++)
        {
            var (at, nameLength) = _lines[i];
            var next = i + 1 < _lines.Count ? Math.Min(_lines[i + 1].Start, span.Length) : span.Length;
            var end = span[..next].TrimEnd("\r\n"u8).Length;
            var line = span[at..next];
            if (IsField(line, nameLength))
            {
                var value = at + nameLength + 1;
                context.Truncate(Count == maxFields);
                if (Count < maxFields)
                {
                    _fields.Add(new(at, line[..nameLength].TrimEnd(" \t"u8).Length, value, Math.Max(end, value)));
                }
            }
            else if (EndsOpen(span, line))
            {
                (_fields[^1], HasBadLine) = (_fields[^1] with { End = end }, true);
            }
            else if (Count > 0 && next < span.Length && IsField(span[next..], _lines[i + 1].NameLength))
            {
                HasBadLine = true;
            }
            else if (Count > 0 || !IsMboxLine(line))
            {
                (Length, EndsEarly) = (at, true);
            }
        }

        _bytes = bytes[..Length];
        _lines.Clear();
        _lines.TrimExcess();
    }

    /// <summary>
    /// Returns whether a line is the first line of a message in an mbox file. "From :" is the field (RFC 5322 section 4.5.2).
    /// </summary>
    public static bool IsMboxLine(ReadOnlySpan<byte> line) =>
        (line.StartsWith("From "u8) || line.StartsWith(">From "u8)) && !line[5..].TrimStart(" \t"u8).StartsWith(":"u8);

    /// <summary>
    /// Returns whether a line starts with a field name: RFC 5322 section 2.2 (printable ASCII), section 4.5.8 (blanks after it).
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="nameLength">The expected position of its colon.</param>
    public static bool IsField(ReadOnlySpan<byte> line, int nameLength)
    {
        var name = nameLength < 0 || nameLength >= line.Length || line[nameLength] != ':'
            ? default
            : line[..nameLength].TrimEnd(" \t"u8);
        return !name.IsEmpty && name.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) < 0;
    }

    private string Name(Field field) => Encoding.ASCII.GetString(_bytes.Span.Slice(field.Start, field.NameLength));

    // A parameter that lost the white space before it: the field before it ends in a semicolon.
    private bool EndsOpen(ReadOnlySpan<byte> section, ReadOnlySpan<byte> line)
    {
        var field = Count == 0 ? default : _fields[^1];
        // Checking only the end is sufficient, and fast if invalid lines follow a long field.
        var value = section[Math.Max(field.Value, field.End - 16)..field.End].TrimEnd(" \t\r\n"u8);
        return value.EndsWith(";"u8) && line.IndexOf((byte)'=') > 0;
    }

    /// <summary>The positions of a field: its name, its value after the colon, and the end of its last line.</summary>
    private readonly record struct Field(int Start, int NameLength, int Value, int End);
}
