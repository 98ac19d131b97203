namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Reads a header section line by line from a window that starts where the section starts. It remembers how far it has come,
/// so that a longer window of the same bytes is not searched again.
/// </summary>
internal sealed class HeaderReader
{
    /// <summary>How the section ended.</summary>
    public enum Result
    {
        /// <summary>It has not: the window is too short.</summary>
        NeedMore,
        /// <summary>By an empty line, or the end of the message.</summary>
        Done,
        /// <summary>By a line that is no field: it is the first of the body.</summary>
        BodyLine,
        /// <summary>By a boundary.</summary>
        Boundary,
    }

    private readonly List<HeaderField> _fields = [];
    private int _line;
    private int _searched;

    /// <summary>What ends a line, perhaps after a CR.</summary>
    public byte LineEnd { get; set; } = (byte)'\n';

    /// <summary>Bytes of the section, the empty line included.</summary>
    public int Length => _line;

    /// <summary>A line was skipped.</summary>
    public bool HasBadLine { get; private set; }

    /// <summary>Fields were left out.</summary>
    public bool HasTooMany { get; private set; }

    /// <summary>Starts a new section.</summary>
    public void Reset()
    {
        _fields.Clear();
        (_line, _searched, HasBadLine, HasTooMany) = (0, 0, false, false);
    }

    /// <summary>The fields that were read, for good.</summary>
    public HeaderField[] TakeFields() => [.. _fields];

    /// <summary>Reads on.</summary>
    /// <param name="window">The section from its start.</param>
    /// <param name="last">Nothing comes after the window.</param>
    /// <param name="maxFields">No more fields than this.</param>
    /// <param name="open">Knows which lines are boundaries.</param>
    public Result Read(ReadOnlySpan<byte> window, bool last, int maxFields, OpenParts open)
    {
        while (true)
        {
            if (!TryGetLine(window, last, _line, out var end, out var next))
            {
                return Result.NeedMore;
            }
            var line = window[_line..end];
            if (next == _line || line.IsEmpty)
            {
                _line = next;
                return Result.Done;
            }
            if (line.StartsWith("--"u8) && open.Find(line, out _) >= 0)
            {
                return Result.Boundary;
            }
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (_fields.Count > 0)
                {
                    Continue(end);
                }
                else if (!TryAddField(window, end - line.TrimStart(" \t"u8).Length, end, maxFields))
                {
                    return Result.BodyLine;
                }
            }
            else if (!TryAddField(window, _line, end, maxFields))
            {
                switch (JudgeBadLine(window, last, line, next))
                {
                    case null:
                        return Result.NeedMore;
                    case false:
                        return Result.BodyLine;
                }
                HasBadLine = true;
                if (EndsOpen(window, line))
                {
                    Continue(end);
                }
            }
            _line = _searched = next;
        }
    }

    /// <summary>Ends the section here, whatever comes: it is longer than it may be.</summary>
    public void Cut(int length)
    {
        if (_fields.Count > 0)
        {
            Continue(length);
        }
        _line = length;
    }

    // The end of the line without its line end, and the start of the next.
    private bool TryGetLine(ReadOnlySpan<byte> window, bool last, int start, out int end, out int next)
    {
        var from = Math.Max(start, _searched);
        var feed = window[from..].IndexOf(LineEnd);
        if (feed < 0)
        {
            _searched = window.Length;
            end = next = window.Length;
            return last;
        }
        (end, next) = (from + feed, from + feed + 1);
        if (end > start && window[end - 1] == '\r')
        {
            end--;
        }
        return true;
    }

    private void Continue(int end) => _fields[^1] = _fields[^1] with { End = end };

    private bool TryAddField(ReadOnlySpan<byte> window, int start, int end, int maxFields)
    {
        var nameLength = NameLength(window[start..end], out var colon);
        if (nameLength == 0)
        {
            return false;
        }
        if (_fields.Count < maxFields)
        {
            _fields.Add(new(start, nameLength, start + colon + 1, end));
        }
        else
        {
            HasTooMany = true;
        }
        return true;
    }

    // RFC 5322 section 2.2: a name is printable ASCII; section 4.5.8 allows white space before the colon.
    private static int NameLength(ReadOnlySpan<byte> line, out int colon)
    {
        colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return 0;
        }
        var name = line[..colon].TrimEnd(" \t"u8);
        return name.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) < 0 ? name.Length : 0;
    }

    // True: skip it, for a field follows. False: the body starts here, as mail servers see it. Null: the window is too short.
    private bool? JudgeBadLine(ReadOnlySpan<byte> window, bool last, ReadOnlySpan<byte> line, int next)
    {
        if (_fields.Count == 0)
        {
            // What mbox files, and what comes out of them, start with.
            return line.StartsWith("From "u8) || line.StartsWith(">From "u8);
        }
        if (EndsOpen(window, line))
        {
            return true;
        }
        var searched = _searched;
        _searched = next;
        var complete = TryGetLine(window, last, next, out var end, out var after);
        _searched = searched;
        if (!complete)
        {
            return null;
        }
        var following = window[next..end];
        return after > next && !following.IsEmpty
            && (following[0] is (byte)' ' or (byte)'\t' || NameLength(following, out _) > 0);
    }

    // A parameter that lost the white space before it: the line before ends in a semicolon, or it looks like one itself.
    private bool EndsOpen(ReadOnlySpan<byte> window, ReadOnlySpan<byte> line)
    {
        var field = _fields.Count == 0 ? default : _fields[^1];
        // A look at the very end is enough, and stays cheap when bad lines follow a long field.
        var value = window[Math.Max(field.ValueStart, field.End - 16)..field.End].TrimEnd(" \t\r\n"u8);
        return value.EndsWith(";"u8) && line.IndexOf((byte)'=') > 0;
    }
}
