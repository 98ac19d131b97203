namespace MailAdmin.Core.Mail.Imap;

/// <summary>BODYSTRUCTURE and BODY: the parts of a message (RFC 9051 section 7.5.2).</summary>
internal sealed record BodyStructure
{
    /// <summary>"text", "multipart" and so on, in lower case.</summary>
    public string Type { get; private init; } = "";

    /// <summary>"plain", "mixed" and so on, in lower case.</summary>
    public string Subtype { get; private init; } = "";

    /// <summary>The parameters of the type, such as charset and name; keys compare whatever their case.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; private init; } = None;

    /// <summary>Content-ID.</summary>
    public string? ContentId { get; private init; }

    /// <summary>The transfer encoding, in lower case.</summary>
    public string? Encoding { get; private init; }

    /// <summary>Octets in that encoding.</summary>
    public long? Size { get; private init; }

    /// <summary>"attachment" or "inline", in lower case; null where the server does not tell.</summary>
    public string? Disposition { get; private set; }

    /// <summary>The parts of a multipart; the message within a message/rfc822.</summary>
    public IReadOnlyList<BodyStructure> Parts { get; private init; } = [];

    /// <summary>The header of the message within a message/rfc822.</summary>
    public Envelope? Envelope { get; private init; }

    /// <summary>
    /// Whether there is a part that people would call an attachment: one that says so, or one that is neither text nor shown
    /// within the text.
    /// </summary>
    public bool HasAttachments => Type switch
    {
        "multipart" => Parts.Any(static part => part.HasAttachments),
        "text" => Disposition == "attachment",
        _ => Disposition != "inline" && (Disposition == "attachment" || ContentId is null),
    };

    private static readonly Dictionary<string, string> None = [];

    /// <summary>Reads it. The depth is bounded by <see cref="ImapReader.Open"/>.</summary>
    /// <param name="reader">Stands before the "(".</param>
    /// <returns>The structure; null for NIL.</returns>
    public static BodyStructure? Read(ref ImapReader reader)
    {
        if (reader.TryNil())
        {
            return null;
        }

        reader.Open();
        if (reader.Peek == (byte)'(')
        {
            return ReadMultipart(ref reader);
        }

        return ReadPart(ref reader);
    }

    private static BodyStructure ReadMultipart(ref ImapReader reader)
    {
        var parts = new List<BodyStructure>();
        while (reader.Peek == (byte)'(')
        {
            if (Read(ref reader) is { } part)
            {
                parts.Add(part);
            }

            reader.Space();
        }

        var multipart = new BodyStructure { Type = "multipart", Subtype = ReadWord(ref reader) ?? "mixed", Parts = parts };
        if (!reader.TryClose())
        {
            multipart = multipart with { Parameters = ReadParameters(ref reader) };
            ReadExtensions(multipart, ref reader);
        }

        return multipart;
    }

    private static BodyStructure ReadPart(ref ImapReader reader)
    {
        var part = new BodyStructure
        {
            Type = ReadWord(ref reader) ?? "text",
            Subtype = ReadWord(ref reader) ?? "plain",
            Parameters = ReadParameters(ref reader),
            ContentId = ReadText(ref reader),
        };
        ReadText(ref reader); // Content-Description
        part = part with { Encoding = ReadWord(ref reader), Size = ReadSize(ref reader) };
        if (reader.TryClose())
        {
            return part;
        }

        if (part.Type == "message" && reader.Peek == (byte)'(')
        {
            var envelope = Envelope.Read(ref reader);
            reader.Space();
            var inner = Read(ref reader);
            part = part with { Envelope = envelope, Parts = inner is null ? [] : [inner] };
        }

        // A number of lines follows where the type has one.
        reader.Space();
        if (reader.Peek is >= (byte)'0' and <= (byte)'9')
        {
            reader.Number64();
        }

        if (!reader.TryClose())
        {
            reader.SkipValue(); // Content-MD5
            ReadExtensions(part, ref reader);
        }

        return part;
    }

    /// <summary>Disposition, language, location and whatever may come after, up to the end.</summary>
    private static void ReadExtensions(BodyStructure part, ref ImapReader reader)
    {
        if (reader.TryClose())
        {
            return;
        }

        if (reader.Peek == (byte)'(')
        {
            reader.Open();
            part.Disposition = ReadWord(ref reader);
            while (!reader.TryClose())
            {
                reader.SkipValue();
            }
        }
        else
        {
            // NIL; some servers send the bare word.
            var word = reader.TryNil() ? null : System.Text.Encoding.Latin1.GetString(reader.AString());
            part.Disposition = word?.ToLowerInvariant();
        }

        while (!reader.TryClose())
        {
            reader.SkipValue();
        }
    }

    private static Dictionary<string, string> ReadParameters(ref ImapReader reader)
    {
        reader.Space();
        if (reader.TryNil())
        {
            return None;
        }

        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        reader.Open();
        while (!reader.TryClose())
        {
            var name = System.Text.Encoding.UTF8.GetString(reader.AString());
            reader.Space();
            parameters[name] = System.Text.Encoding.UTF8.GetString(reader.NString() ?? []);
        }

        return parameters;
    }

    private static long? ReadSize(ref ImapReader reader)
    {
        reader.Space();
        return reader.TryNil() ? null : reader.Number64();
    }

    private static string? ReadWord(ref ImapReader reader) => ReadText(ref reader)?.ToLowerInvariant();

    private static string? ReadText(ref ImapReader reader)
    {
        reader.Space();
        return reader.NString() is { } octets ? System.Text.Encoding.UTF8.GetString(octets) : null;
    }
}
