using System.Globalization;

namespace MailAdmin.Tenant.Imap;

/// <summary>Which octets of a part are meant.</summary>
internal enum SectionText
{
    /// <summary>The body; of the message itself, all of it.</summary>
    Content,
    Header,
    HeaderFields,
    HeaderFieldsNot,
    Text,
    Mime,
}

/// <summary>section-spec of RFC 3501 section 9: a part, and what of it.</summary>
/// <param name="Part">The numbers that lead to the part; none for the message itself.</param>
/// <param name="Fields">The names of HEADER.FIELDS.</param>
internal sealed record BodySection(IReadOnlyList<int> Part, SectionText Text, IReadOnlyList<string> Fields)
{
    public static BodySection Whole { get; } = new([], SectionText.Content, []);

    public static BodySection Header { get; } = new([], SectionText.Header, []);

    public static BodySection Body { get; } = new([], SectionText.Text, []);

    /// <summary>The text in the brackets.</summary>
    public string Label
    {
        get
        {
            var text = Text switch
            {
                SectionText.Header => "HEADER",
                SectionText.HeaderFields => $"HEADER.FIELDS ({string.Join(' ', Fields.Select(FolderNames.Quote))})",
                SectionText.HeaderFieldsNot => $"HEADER.FIELDS.NOT ({string.Join(' ', Fields.Select(FolderNames.Quote))})",
                SectionText.Text => "TEXT",
                SectionText.Mime => "MIME",
                _ => "",
            };
            var part = string.Join('.', Part);
            return part.Length > 0 && text.Length > 0 ? $"{part}.{text}" : part + text;
        }
    }

    public static BodySection Parse(ImapArguments arguments)
    {
        if (arguments.Next(']'))
        {
            return Whole;
        }

        var words = arguments.ItemName().Split('.');
        var part = words.TakeWhile(w => w.Length > 0 && w.All(char.IsAsciiDigit)).Select(Number).ToList();
        var text = string.Join('.', words.Skip(part.Count)) switch
        {
            "" when part.Count > 0 && part.Count == words.Length => SectionText.Content,
            "HEADER" => SectionText.Header,
            "HEADER.FIELDS" => SectionText.HeaderFields,
            "HEADER.FIELDS.NOT" => SectionText.HeaderFieldsNot,
            "TEXT" => SectionText.Text,
            "MIME" when part.Count > 0 => SectionText.Mime,
            _ => throw ImapRefusal.Syntax(),
        };
        List<string> fields = [];
        if (text is SectionText.HeaderFields or SectionText.HeaderFieldsNot)
        {
            arguments.Space();
            fields = arguments.List(arguments.AString);
        }

        return new(part, text, fields);
    }

    private static int Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw ImapRefusal.Syntax();
}
