using System.Globalization;
using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tenant.Imap;

/// <summary>BODY and BODYSTRUCTURE: RFC 3501 section 7.4.2.</summary>
internal static class BodyStructure
{
    /// <summary>Writes the structure of a message.</summary>
    /// <param name="view">The message.</param>
    /// <param name="isExtended">True for BODYSTRUCTURE.</param>
    public static string Format(MessageView view, bool isExtended)
    {
        var text = new StringBuilder();
        Write(text, view.Message.Root, view.Octets, isExtended);
        return text.ToString();
    }

    private static void Write(StringBuilder text, MimePart part, ReadOnlyMemory<byte> source, bool isExtended)
    {
        var type = part.ContentType.MediaType.ToUpperInvariant().Split('/', 2);
        text.Append('(');
        if (part.IsMultipart)
        {
            foreach (var child in part.Children)
            {
                Write(text, child, source, isExtended);
            }

            // The grammar wants a part where there is none.
            text.Append(part.Children.Count == 0 ? "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 0 0)" : "").Append(' ')
                .Append(ImapText.String(type[1]));
            text.Append(isExtended ? $" {Parameters(part.ContentType.Parameters)}" : "");
        }
        else
        {
            WriteSingle(text, part, type, source, isExtended);
        }

        if (isExtended)
        {
            text.Append(' ').Append(Disposition(part)).Append(' ').Append(Field(part, "Content-Language"));
            text.Append(' ').Append(Field(part, "Content-Location"));
        }

        text.Append(')');
    }

    private static void WriteSingle(
        StringBuilder text, MimePart part, string[] type, ReadOnlyMemory<byte> source, bool isExtended)
    {
        var id = ImapText.NString(part.ContentId is { } contentId ? $"<{ImapText.Encode(contentId)}>" : null);
        var encoding = Field(part, "Content-Transfer-Encoding") is var named && named == "NIL"
            ? "\"7BIT\""
            : named.ToUpperInvariant();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{ImapText.String(type[0])} {ImapText.String(type[1])} {Parameters(part.ContentType.Parameters)} {id} ");
        text.Append(CultureInfo.InvariantCulture, $"{Field(part, "Content-Description")} {encoding} {part.EncodedSize}");
        if (part.Message is { } message)
        {
            text.Append(' ').Append(Envelope.Format(message)).Append(' ');
            Write(text, message.Root, part.TransferEncoding == TransferEncoding.Identity ? source : part.Decode(), isExtended);
            text.Append(CultureInfo.InvariantCulture, $" {Lines(part, source)}");
        }
        else if (type[0] == "TEXT")
        {
            text.Append(CultureInfo.InvariantCulture, $" {Lines(part, source)}");
        }

        text.Append(isExtended ? $" {Field(part, "Content-MD5")}" : "");
    }

    private static int Lines(MimePart part, ReadOnlyMemory<byte> source) =>
        source.Span[(int)part.BodyOffset..(int)part.EndOffset].Count((byte)'\n');

    private static string Disposition(MimePart part) => part.Disposition is { Type.Length: > 0 } disposition
        ? $"({ImapText.String(Ascii(disposition.Type).ToUpperInvariant())} {Parameters(disposition.Parameters)})"
        : "NIL";

    private static string Parameters(ParameterList parameters)
    {
        var pairs = parameters.Select(p => $"{ImapText.String(Ascii(p.Key))} {ImapText.NString(ImapText.Encode(p.Value))}");
        return parameters.Count == 0 ? "NIL" : $"({string.Join(' ', pairs)})";
    }

    private static string Field(MimePart part, string name) => ImapText.NString(
        part.Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } field
            ? ImapText.Unfold(field.RawValue)
            : null);

    private static string Ascii(string text) => ImapText.Encode(text)!;
}
