using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>Represents the position of a field in its header section.</summary>
/// <param name="NameStart">Its first byte.</param>
/// <param name="NameLength">Up to the colon, without the white space before that.</param>
/// <param name="ValueStart">After the colon.</param>
/// <param name="End">Before the line end of its last line.</param>
internal readonly record struct HeaderField(int NameStart, int NameLength, int ValueStart, int End);

/// <summary>Represents a header section: its bytes and the positions of its fields.</summary>
internal sealed class HeaderBlock(ReadOnlyMemory<byte> bytes, HeaderField[] fields)
{
    public static HeaderBlock Empty { get; } = new(default, []);

    public int Count => fields.Length;

    public MimeHeader Field(int index, MimeContext context)
    {
        var field = fields[index];
        return new(bytes.Slice(field.NameStart, field.NameLength), bytes[field.ValueStart..field.End], context);
    }

    /// <summary>Returns the raw value of the first field with a name; false if there is none.</summary>
    public bool TryFind(ReadOnlySpan<char> name, out ReadOnlySpan<byte> value)
    {
        var next = 0;
        return TryFind(name, ref next, out value);
    }

    /// <summary>Returns the raw value of the next field with a name; false if there is none.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <param name="next">The position to search from; set to the position after the found field.</param>
    /// <param name="value">The text after the colon.</param>
    public bool TryFind(ReadOnlySpan<char> name, scoped ref int next, out ReadOnlySpan<byte> value)
    {
        var span = bytes.Span;
        while (next < fields.Length)
        {
            var field = fields[next++];
            if (field.NameLength == name.Length && Ascii.EqualsIgnoreCase(span.Slice(field.NameStart, field.NameLength), name))
            {
                value = span[field.ValueStart..field.End];
                return true;
            }
        }
        value = default;
        return false;
    }
}
