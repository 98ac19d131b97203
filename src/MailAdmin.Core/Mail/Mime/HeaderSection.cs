namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents the fields of a header section, as MimeKit finds them. MimeKit treats every line up to an empty one as a field.
/// Here, other lines are identified: some are skipped, some belong to the previous field, and otherwise the body begins without
/// an empty line.
/// </summary>
/// <param name="start">The position of the section in the message.</param>
internal sealed class HeaderSection(long start)
{
    private readonly List<(int Start, int NameLength)> _lines = [];
    private readonly List<HeaderField> _fields = [];

    /// <summary>The position of the section.</summary>
    public long Start => start;

    /// <summary>The number of lines.</summary>
    public int Lines => _lines.Count;

    /// <summary>Its length in bytes; the body starts after them.</summary>
    public int Length { get; private set; }

    /// <summary>A line that is no field was skipped.</summary>
    public bool HasBadLine { get; private set; }

    /// <summary>The body starts at a line that MimeKit took for a field.</summary>
    public bool EndsEarly { get; private set; }

    /// <summary>Fields are left out.</summary>
    public bool HasTooMany { get; private set; }

    /// <summary>A field, or what MimeKit takes for one.</summary>
    /// <param name="offset">The position in the section.</param>
    /// <param name="nameLength">Up to its colon.</param>
    public void Add(int offset, int nameLength) => _lines.Add((offset, nameLength));

    /// <summary>Evaluates the lines after all were added.</summary>
    /// <param name="bytes">The section with the empty line after it.</param>
    /// <param name="maxFields">No more fields than this.</param>
    /// <returns>The section up to the start of the body.</returns>
    public HeaderBlock Finish(ReadOnlyMemory<byte> bytes, int maxFields)
    {
        Length = bytes.Length;
        var span = bytes.Span;
        for (var i = 0; i < _lines.Count && _lines[i].Start < span.Length; i++)
        {
            var end = i + 1 < _lines.Count ? Math.Min(_lines[i + 1].Start, span.Length) : span.Length;
            var line = span[_lines[i].Start..end];
            if (IsField(line, _lines[i].NameLength))
            {
                Take(_lines[i].Start, _lines[i].NameLength, span[..end].TrimEnd("\r\n"u8).Length, line, maxFields);
                continue;
            }

            var isParameter = EndsOpen(span, line);
            var isFieldNext = i + 1 < _lines.Count && _lines[i + 1].Start < span.Length
                && IsField(span[_lines[i + 1].Start..], _lines[i + 1].NameLength);
            if (isParameter || (_fields.Count == 0 ? IsMboxLine(line) : isFieldNext))
            {
                HasBadLine = true;
                if (isParameter)
                {
                    _fields[^1] = _fields[^1] with { End = span[..end].TrimEnd("\r\n"u8).Length };
                }

                continue;
            }

            (Length, EndsEarly) = (_lines[i].Start, true);
            break;
        }

        return _fields.Count == 0 ? HeaderBlock.Empty : new HeaderBlock(bytes[..Length], [.. _fields]);
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

    private void Take(int start, int nameLength, int end, ReadOnlySpan<byte> text, int maxFields)
    {
        if (_fields.Count == maxFields)
        {
            HasTooMany = true;
            return;
        }

        var value = start + nameLength + 1;
        _fields.Add(new(start, text[..nameLength].TrimEnd(" \t"u8).Length, value, Math.Max(end, value)));
    }

    // A parameter that lost the white space before it: the field before it ends in a semicolon.
    private bool EndsOpen(ReadOnlySpan<byte> section, ReadOnlySpan<byte> line)
    {
        var field = _fields.Count == 0 ? default : _fields[^1];
        // Checking only the end is sufficient, and fast if invalid lines follow a long field.
        var value = section[Math.Max(field.ValueStart, field.End - 16)..field.End].TrimEnd(" \t\r\n"u8);
        return value.EndsWith(";"u8) && line.IndexOf((byte)'=') > 0;
    }
}
