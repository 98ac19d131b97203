using System.Globalization;

namespace MailAdmin.Tenant.Imap;

/// <summary>Specifies the data items of FETCH.</summary>
internal enum FetchKind
{
    Flags,
    Uid,
    InternalDate,
    Size,
    Envelope,
    Body,
    BodyStructure,
    Section,
}

/// <summary>Represents one data item of FETCH: RFC 3501 section 6.4.5.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Label">Its name in the answer.</param>
internal sealed record FetchItem(FetchKind Kind, string Label)
{
    /// <summary>The section in the brackets of BODY[...] and the old RFC822 forms.</summary>
    public BodySection Section { get; init; } = BodySection.Whole;

    /// <summary>The requested octets; null for all.</summary>
    public (uint Offset, uint Count)? Partial { get; init; }

    /// <summary>True when fetching it marks the message as read.</summary>
    public bool MarksRead { get; init; }

    public static FetchItem Flags { get; } = new(FetchKind.Flags, "FLAGS");

    public static FetchItem Uid { get; } = new(FetchKind.Uid, "UID");

    private static FetchItem InternalDate { get; } = new(FetchKind.InternalDate, "INTERNALDATE");

    private static FetchItem Size { get; } = new(FetchKind.Size, "RFC822.SIZE");

    private static FetchItem Envelope { get; } = new(FetchKind.Envelope, "ENVELOPE");

    private static FetchItem Body { get; } = new(FetchKind.Body, "BODY");

    /// <summary>Reads one item, a macro, or a list of items.</summary>
    public static List<FetchItem> ParseAll(ImapArguments arguments) =>
        arguments.Next('(') ? [.. arguments.List(() => Parse(arguments))] : Macro(arguments);

    private static List<FetchItem> Macro(ImapArguments arguments) => arguments.ItemName() switch
    {
        "ALL" => [Flags, InternalDate, Size, Envelope],
        "FAST" => [Flags, InternalDate, Size],
        "FULL" => [Flags, InternalDate, Size, Envelope, Body],
        var name => [Parse(arguments, name)],
    };

    private static FetchItem Parse(ImapArguments arguments) => Parse(arguments, arguments.ItemName());

    private static FetchItem Parse(ImapArguments arguments, string name) => name switch
    {
        "FLAGS" => Flags,
        "UID" => Uid,
        "INTERNALDATE" => InternalDate,
        "RFC822.SIZE" => Size,
        "ENVELOPE" => Envelope,
        "BODYSTRUCTURE" => new(FetchKind.BodyStructure, name),
        "RFC822" => new(FetchKind.Section, name) { MarksRead = true },
        "RFC822.HEADER" => new(FetchKind.Section, name) { Section = BodySection.Header },
        "RFC822.TEXT" => new(FetchKind.Section, name) { Section = BodySection.Body, MarksRead = true },
        "BODY" when !arguments.Next('[') => Body,
        "BODY" or "BODY.PEEK" => Bracketed(arguments, marksRead: name == "BODY"),
        _ => throw ImapRefusal.Syntax(),
    };

    private static FetchItem Bracketed(ImapArguments arguments, bool marksRead)
    {
        arguments.Expect('[');
        var section = BodySection.Parse(arguments);
        arguments.Expect(']');
        (uint Offset, uint Count)? partial = null;
        var origin = "";
        if (arguments.Take('<'))
        {
            var offset = arguments.Number();
            arguments.Expect('.');
            var count = arguments.Number();
            arguments.Expect('>');
            partial = count > 0 ? (offset, count) : throw ImapRefusal.Syntax();
            origin = string.Create(CultureInfo.InvariantCulture, $"<{offset}>");
        }

        return new(FetchKind.Section, $"BODY[{section.Label}]{origin}")
        {
            Section = section,
            Partial = partial,
            MarksRead = marksRead,
        };
    }
}
