using System.Collections;
using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>A header field: RFC 5322 section 2.2.</summary>
internal sealed class MimeHeader
{
    private readonly ReadOnlyMemory<byte> _name;
    private readonly MimeContext _context;

    internal MimeHeader(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> rawValue, MimeContext context) =>
        (_name, RawValue, _context) = (name, rawValue, context);

    /// <summary>Its name as written.</summary>
    public string Name => Encoding.ASCII.GetString(_name.Span);

    /// <summary>The bytes after the colon, folds included, up to the end of the last line.</summary>
    public ReadOnlyMemory<byte> RawValue { get; }

    /// <summary>The value unfolded and decoded; it has no control character in it.</summary>
    public string Value => HeaderText.Decode(RawValue.Span, _context.Fallback);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Value}";
}

/// <summary>The fields of a header section in their order.</summary>
internal sealed class MimeHeaderList : IReadOnlyList<MimeHeader>
{
    private readonly HeaderBlock _block;
    private readonly MimeContext _context;

    internal MimeHeaderList(HeaderBlock block, MimeContext context) => (_block, _context) = (block, context);

    /// <inheritdoc/>
    public int Count => _block.Count;

    /// <inheritdoc/>
    public MimeHeader this[int index] => _block.Field(index, _context);

    /// <summary>Returns the decoded value of the first field with a name; null if there is none.</summary>
    /// <param name="name">The name, in any case.</param>
    public string? this[string name] => _block.TryFind(name, out var value) ? HeaderText.Decode(value, _context.Fallback) : null;

    /// <inheritdoc/>
    public IEnumerator<MimeHeader> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
