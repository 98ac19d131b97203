using System.Buffers;
using System.Globalization;
using System.Text;
using MimeKit;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>
/// Represents the value of Content-Type (RFC 2045 section 5.1) or Content-Disposition (RFC 2183). MimeKit decodes its parameters,
/// which are rewritten in good form first. Of a repeated one, the first is used, and an encoded one before a plain one.
/// </summary>
internal sealed class StructuredValue
{
    private const int LongestField = 64 * 1024;

    private readonly Lazy<(ParameterList List, byte[]? Boundary)> _parameters;

    private StructuredValue(string value, Lazy<(ParameterList List, byte[]? Boundary)> parameters) =>
        (Value, _parameters) = (value, parameters);

    /// <summary>Content-Type of a part without the field: RFC 2045 section 5.2.</summary>
    public static StructuredValue TextPlain { get; } = new("text/plain", new(() => ([], null)));

    /// <summary>Content-Type of a part without the field in a multipart/digest: RFC 2046 section 5.1.5.</summary>
    public static StructuredValue MessageRfc822 { get; } = new("message/rfc822", new(() => ([], null)));

    /// <summary>Content-Disposition of a part without the field.</summary>
    public static StructuredValue NoDisposition { get; } = new("", new(() => ([], null)));

    /// <summary>The media type or the disposition, in lower case; empty without a disposition.</summary>
    public string Value { get; }

    /// <summary>The decoded value of a parameter; null if it's missing.</summary>
    /// <param name="name">The name, in any case.</param>
    public string? this[string name] => _parameters.Value.List.TryGetValue(name, out string? value) ? value : null;

    /// <summary>The bytes of the boundary parameter, without blanks at its end (RFC 2046 section 5.1.1); null if none.</summary>
    public byte[]? Boundary =>
        _parameters.Value.Boundary.AsSpan().TrimEnd(" \t"u8) is { Length: > 0 } boundary ? boundary.ToArray() : null;

    /// <summary>Whether the media type before the slash is this one.</summary>
    /// <param name="type">In lower case, such as "text".</param>
    public bool IsType(string type) =>
        Value.Length > type.Length && Value[type.Length] == '/' && Value.StartsWith(type, StringComparison.Ordinal);

    public override string ToString() => Value;

    /// <summary>Reads Content-Type. If it has no media type, the most likely one is used.</summary>
    public static StructuredValue ContentType(ReadOnlySpan<byte> raw, MimeContext context)
    {
        var position = 0;
        var type = ReadToken(raw, ref position);
        var slash = position < raw.Length && raw[position] == '/';
        position += slash ? 1 : 0;
        var subtype = slash ? ReadToken(raw, ref position) : "";
        var parameters = Parameters(raw[position..], context);
        return new(
            (type, subtype) switch
            {
                ({ Length: > 0 }, { Length: > 0 }) => $"{type}/{subtype}",
                ("text", _) => "text/plain",
                ("multipart", _) => "multipart/mixed",
                ("", "") when parameters.Value.List.Count == 0 => "text/plain",
                _ => "application/octet-stream",
            },
            parameters);
    }

    /// <summary>Reads Content-Disposition.</summary>
    public static StructuredValue Disposition(ReadOnlySpan<byte> raw, MimeContext context)
    {
        var position = 0;
        var type = ReadToken(raw, ref position);
        // "filename=x" without a disposition before it.
        var isMissing = position < raw.Length && raw[position] == '=';
        return new(isMissing ? "" : type, Parameters(raw[(isMissing ? 0 : position)..], context));
    }

    /// <summary>Reads a token in lower case, and the white space and comments around it.</summary>
    private static string ReadToken(ReadOnlySpan<byte> raw, ref int position)
    {
        position = Comment.SkipBlank(raw, position, " \t\r\n\""u8);
        var rest = raw[position..];
        var end = rest.IndexOfAny("/;=, \t\r\n\"("u8);
        var token = rest[..Math.Min(end < 0 ? rest.Length : end, 128)];
        position = Comment.SkipBlank(raw, position + (end < 0 ? rest.Length : end), " \t\r\n\""u8);
        return HeaderText.Clean(Encoding.ASCII.GetString(token)).Trim().ToLowerInvariant();
    }

    private static Lazy<(ParameterList List, byte[]? Boundary)> Parameters(ReadOnlySpan<byte> raw, MimeContext context)
    {
        // A longer one is an attack on time. The parameters up to here are used.
        var bytes = raw[..Math.Min(raw.Length, LongestField)].ToArray();
        context.Truncate(bytes.Length < raw.Length);
        return new(() => ReadParameters(bytes, context), LazyThreadSafetyMode.None);
    }

    private static (ParameterList List, byte[]? Boundary) ReadParameters(byte[] raw, MimeContext context)
    {
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
        var list = Decode(groups.SelectMany(static g => g), context.Fallback);
        // A whole boundary is compared byte by byte, and never decoded.
        return (list, groups.Find(static g => g[0].Name == "boundary") switch
        {
            null => null,
            [{ Index: < 0 } whole] => whole.Value,
            _ => list.TryGetValue("boundary", out string? boundary) ? Encoding.UTF8.GetBytes(boundary) : null,
        });
    }

    private static ParameterList Decode(IEnumerable<ParameterSection> sections, Encoding? fallback)
    {
        var text = new ArrayBufferWriter<byte>();
        text.Write("a/b"u8);
        foreach (var section in sections.Where(static s => IsToken(s.Name)))
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

        if (!MimeKit.ContentType.TryParse(HeaderText.Options(fallback), text.WrittenSpan.ToArray(), out var type))
        {
            return [];
        }

        foreach (var parameter in type.Parameters)
        {
            parameter.Value = Clean(parameter.Value);
        }

        return type.Parameters;
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
