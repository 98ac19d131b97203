using System.Globalization;
using System.Text;
using MailAdmin.Tenant.Mailboxes;
using MimeKit;

namespace MailAdmin.Tenant.Imap;

/// <summary>BODY and BODYSTRUCTURE: RFC 3501 section 7.4.2.</summary>
/// <param name="octets">The message.</param>
/// <param name="isExtended">True for BODYSTRUCTURE.</param>
internal sealed class BodyStructure(ReadOnlyMemory<byte> octets, bool isExtended)
{
    private readonly StringBuilder _text = new();

    /// <summary>Writes the structure of a message.</summary>
    /// <param name="view">The message.</param>
    /// <param name="isExtended">True for BODYSTRUCTURE.</param>
    public static string Format(MessageView view, bool isExtended)
    {
        var structure = new BodyStructure(view.Octets, isExtended);
        structure.Write(view.Message, view.Message.Root);
        return structure._text.ToString();
    }

    private void Write(ParsedMessage message, MimeEntity part)
    {
        _text.Append('(');
        if (part is Multipart multipart)
        {
            foreach (var child in multipart)
            {
                Write(message, child);
            }

            // The grammar requires a part even if there is none.
            _text.Append(multipart.Count == 0 ? "(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 0 0)" : "").Append(' ')
                .Append(Word(part.ContentType.MediaSubtype));
            _text.Append(isExtended ? $" {Parameters(part.ContentType.Parameters)}" : "");
        }
        else
        {
            WriteSingle(message, part);
        }

        if (isExtended)
        {
            _text.Append(' ').Append(Disposition(part)).Append(' ').Append(Field(part, "Content-Language"));
            _text.Append(' ').Append(Field(part, "Content-Location"));
        }

        _text.Append(')');
    }

    private void WriteSingle(ParsedMessage message, MimeEntity part)
    {
        var (type, place) = (part.ContentType, message.Place(part));
        var encoding = Field(part, "Content-Transfer-Encoding").ToUpperInvariant();
        _text.Append(Word(type.MediaType)).Append(' ').Append(Word(type.MediaSubtype)).Append(' ')
            .Append(Parameters(type.Parameters)).Append(' ')
            .Append(ImapText.NString(part.ContentId is { } id ? $"<{ImapText.Encode(id)}>" : null)).Append(' ')
            .Append(Field(part, "Content-Description")).Append(' ').Append(encoding == "NIL" ? "\"7BIT\"" : encoding)
            .Append(CultureInfo.InvariantCulture, $" {place.End - place.Body}");
        var lines = octets.Span[place.Body..place.End].Count((byte)'\n');
        if (message.Held(part) is { } held)
        {
            _text.Append(' ').Append(Envelope.Format(held)).Append(' ');
            Write(held, held.Root);
            _text.Append(CultureInfo.InvariantCulture, $" {lines}");
        }
        else if (type.IsMimeType("text", "*"))
        {
            _text.Append(CultureInfo.InvariantCulture, $" {lines}");
        }

        _text.Append(isExtended ? $" {Field(part, "Content-MD5")}" : "");
    }

    private static string Disposition(MimeEntity part) => part.ContentDisposition is { Disposition.Length: > 0 } disposition
        ? $"({Word(disposition.Disposition)} {Parameters(disposition.Parameters)})"
        : "NIL";

    private static string Parameters(ParameterList parameters)
    {
        var pairs = parameters.Select(p => $"{ImapText.String(Ascii(p.Name))} {ImapText.NString(Ascii(OneLine(p.Value)))}");
        return parameters.Count == 0 ? "NIL" : $"({string.Join(' ', pairs)})";
    }

    private static string OneLine(string text) => string.Concat(text.Where(static c => c is not ('\r' or '\n' or '\0')));

    private static string Field(MimeEntity part, string name) => ImapText.NString(
        ParsedMessage.Field(part.Headers, name) is { } field ? ImapText.Unfold(field.RawValue) : null);

    private static string Word(string text) => ImapText.String(Ascii(text).ToUpperInvariant());

    private static string Ascii(string text) => ImapText.Encode(text)!;
}
