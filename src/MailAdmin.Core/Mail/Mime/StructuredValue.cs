using System.Text;

namespace MailAdmin.Core.Mail.Mime;

/// <summary>The value of Content-Type: RFC 2045 section 5. What can't be read is taken for what it most likely is.</summary>
internal sealed class ContentType
{
    private readonly Lazy<ParameterList> _parameters;

    private ContentType(string mediaType, Lazy<ParameterList> parameters) => (MediaType, _parameters) = (mediaType, parameters);

    /// <summary>"type/subtype" in lower case; "application/octet-stream" when the field has none.</summary>
    public string MediaType { get; }

    /// <summary>Its parameters, read on first use.</summary>
    public ParameterList Parameters => _parameters.Value;

    /// <summary>The charset parameter as written; null if there is none.</summary>
    public string? Charset => Parameters["charset"];

    /// <summary>text/plain, what a part without the field is (RFC 2045 section 5.2).</summary>
    public static ContentType TextPlain { get; } = new("text/plain", new(ParameterList.Empty));

    /// <summary>message/rfc822, the default type in a multipart/digest (RFC 2046 section 5.1.5).</summary>
    public static ContentType MessageRfc822 { get; } = new("message/rfc822", new(ParameterList.Empty));

    /// <summary>Whether the type before the slash is this one.</summary>
    /// <param name="type">In lower case, such as "text".</param>
    public bool IsType(string type) =>
        MediaType.Length > type.Length && MediaType[type.Length] == '/' && MediaType.StartsWith(type, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => MediaType;

    internal static ContentType Parse(ReadOnlySpan<byte> raw, MimeContext context, Encoding? fallback)
    {
        var position = 0;
        var type = StructuredValue.ReadToken(raw, ref position);
        var slash = position < raw.Length && raw[position] == '/';
        position += slash ? 1 : 0;
        var subtype = slash ? StructuredValue.ReadToken(raw, ref position) : "";
        var rest = raw.Slice(position, Math.Min(raw.Length - position, ParameterList.LongestField + 1)).ToArray();
        var parameters = new Lazy<ParameterList>(() => ParameterList.Parse(rest, context, fallback), LazyThreadSafetyMode.None);
        var mediaType = (type, subtype) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => $"{type}/{subtype}",
            ("text", _) => "text/plain",
            ("multipart", _) => "multipart/mixed",
            ("", "") when parameters.Value.Count == 0 => "text/plain",
            _ => "application/octet-stream",
        };
        return new(mediaType, parameters);
    }
}

/// <summary>The value of Content-Disposition: RFC 2183.</summary>
internal sealed class ContentDisposition
{
    private ContentDisposition(string type, ParameterList parameters) => (Type, Parameters) = (type, parameters);

    /// <summary>"attachment", "inline", or another value, in lower case; empty if the field has none.</summary>
    public string Type { get; }

    /// <summary>Its parameters.</summary>
    public ParameterList Parameters { get; }

    /// <inheritdoc/>
    public override string ToString() => Type;

    internal static ContentDisposition Parse(ReadOnlySpan<byte> raw, MimeContext context, Encoding? fallback)
    {
        var position = 0;
        var type = StructuredValue.ReadToken(raw, ref position);
        // "filename=x" without a disposition before it.
        if (position < raw.Length && raw[position] == '=')
        {
            (type, position) = ("", 0);
        }
        return new(type, ParameterList.Parse(raw[position..], context, fallback));
    }
}

/// <summary>Common parsing of structured fields.</summary>
internal static class StructuredValue
{
    /// <summary>Reads a token in lower case, and the white space and comments around it.</summary>
    public static string ReadToken(ReadOnlySpan<byte> raw, ref int position)
    {
        SkipBlank(raw, ref position);
        var rest = raw[position..];
        var end = rest.IndexOfAny("/;=, \t\r\n\"("u8);
        var token = rest[..Math.Min(end < 0 ? rest.Length : end, 128)];
        position += end < 0 ? rest.Length : end;
        SkipBlank(raw, ref position);
        return HeaderText.Clean(Encoding.ASCII.GetString(token)).Trim().ToLowerInvariant();
    }

    private static void SkipBlank(ReadOnlySpan<byte> raw, ref int position)
    {
        while (position < raw.Length)
        {
            if (raw[position] == '(')
            {
                position = Comment.Skip(raw, position);
            }
            else if (raw[position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'"')
            {
                position++;
            }
            else
            {
                return;
            }
        }
    }
}
