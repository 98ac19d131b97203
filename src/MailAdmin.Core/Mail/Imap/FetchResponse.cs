using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>FETCH: data about one message (RFC 9051 section 7.5.2). What the server did not send is null.</summary>
internal sealed record FetchResponse : ImapResponse
{
    private const int MaximumSections = 100;

    /// <summary>The message's number, which holds until the next EXPUNGE.</summary>
    public required uint SequenceNumber { get; init; }

    /// <summary>Its UID.</summary>
    public uint? Uid { get; private set; }

    /// <summary>Its flags.</summary>
    public MessageFlags? Flags { get; private set; }

    /// <summary>When the server took it.</summary>
    public DateTimeOffset? InternalDate { get; private set; }

    /// <summary>RFC822.SIZE: its octets, as the server reckons.</summary>
    public long? Size { get; private set; }

    /// <summary>MODSEQ (RFC 7162).</summary>
    public long? ModSeq { get; private set; }

    /// <summary>Its envelope.</summary>
    public Envelope? Envelope { get; private set; }

    /// <summary>Its structure.</summary>
    public BodyStructure? BodyStructure { get; private set; }

    /// <summary>The parts that were fetched.</summary>
    public IReadOnlyList<FetchedSection> Sections => _sections ?? (IReadOnlyList<FetchedSection>)[];

    private List<FetchedSection>? _sections;

    /// <summary>Reads it.</summary>
    /// <param name="sequenceNumber">The number before FETCH.</param>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static FetchResponse Read(uint sequenceNumber, ref ImapReader reader)
    {
        var response = new FetchResponse { SequenceNumber = sequenceNumber };
        reader.Space();
        reader.Open();
        while (!reader.TryClose())
        {
            response.ReadItem(ref reader);
        }

        return response;
    }

    /// <summary>Reads one that has come as far as the announcement of a streamed literal.</summary>
    /// <param name="sequenceNumber">The number before FETCH.</param>
    /// <param name="reader">Stands after the word, over the frame so far.</param>
    /// <returns>What is about to come.</returns>
    public static FetchLiteral ReadUpToLiteral(uint sequenceNumber, ref ImapReader reader)
    {
        var response = new FetchResponse { SequenceNumber = sequenceNumber };
        reader.Space();
        reader.Open();
        while (!reader.AtEnd)
        {
            response.ReadItem(ref reader);
            reader.Space();
        }

        return response._sections is [.., { StreamedSize: { } size } last]
            ? new FetchLiteral(response.Uid, last.Section, last.Origin, size)
            : throw reader.Error("a literal is not where one belongs");
    }

    private void ReadItem(ref ImapReader reader)
    {
        var item = reader.Atom();
        if (item.IndexOf((byte)'[') is var bracket and >= 0)
        {
            ReadSection(item, bracket, ref reader);
            return;
        }

        reader.Space();
        if (Ascii.EqualsIgnoreCase(item, "UID"u8))
        {
            var uid = reader.Number();
            Uid = uid > 0 && Uid is null ? uid : throw reader.Error("a message has no UID, or two");
        }
        else if (Ascii.EqualsIgnoreCase(item, "FLAGS"u8))
        {
            Flags = MessageFlags.Read(ref reader);
        }
        else if (Ascii.EqualsIgnoreCase(item, "INTERNALDATE"u8))
        {
            InternalDate = ImapDate.Parse(reader.String());
        }
        else if (Ascii.EqualsIgnoreCase(item, "RFC822.SIZE"u8))
        {
            Size = reader.Number64();
        }
        else if (Ascii.EqualsIgnoreCase(item, "ENVELOPE"u8))
        {
            Envelope = Envelope.Read(ref reader);
        }
        else if (Ascii.EqualsIgnoreCase(item, "BODYSTRUCTURE"u8) || Ascii.EqualsIgnoreCase(item, "BODY"u8))
        {
            BodyStructure = ReadBodyStructure(ref reader);
        }
        else if (Ascii.EqualsIgnoreCase(item, "MODSEQ"u8))
        {
            reader.Open();
            ModSeq = reader.Number64();
            reader.Expect(')');
        }
        else if (Ascii.EqualsIgnoreCase(item, "RFC822"u8))
        {
            AddSection("", null, ref reader);
        }
        else if (Ascii.EqualsIgnoreCase(item, "RFC822.HEADER"u8))
        {
            AddSection("HEADER", null, ref reader);
        }
        else if (Ascii.EqualsIgnoreCase(item, "RFC822.TEXT"u8))
        {
            AddSection("TEXT", null, ref reader);
        }
        else
        {
            reader.SkipValue();
        }
    }

    /// <summary>BODY[HEADER.FIELDS (FROM "TO")]&lt;0&gt; and what it is worth; the atom ends at a space or quote within the brackets.</summary>
    private void ReadSection(ReadOnlySpan<byte> item, int bracket, ref ImapReader reader)
    {
        string name, after;
        if (item.LastIndexOf((byte)']') is var end && end > bracket)
        {
            name = Encoding.Latin1.GetString(item[(bracket + 1)..end]);
            after = Encoding.Latin1.GetString(item[(end + 1)..]);
        }
        else
        {
            var section = new StringBuilder(Encoding.Latin1.GetString(item[(bracket + 1)..]));
            while (!reader.Try(']'))
            {
                section.Append(Encoding.Latin1.GetString(reader.Until("\"]"u8)));
                if (reader.Peek != (byte)']')
                {
                    section.Append(Encoding.Latin1.GetString(reader.String()));
                }
            }

            name = section.ToString();
            after = Encoding.Latin1.GetString(reader.Until(" "u8));
        }

        reader.Space();
        AddSection(name.ToUpperInvariant(), ReadOrigin(after, ref reader), ref reader);
    }

    private static long? ReadOrigin(string text, ref ImapReader reader) =>
        text.Length == 0 ? null
        : text is ['<', .. var number, '>'] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var origin)
            ? origin
            : throw reader.Error("the origin of a part cannot be read");

    private static BodyStructure? ReadBodyStructure(ref ImapReader reader)
    {
        var start = reader;
        try
        {
            return BodyStructure.Read(ref reader);
        }
        catch (ImapSyntaxException) when (reader.Quirks.HasFlag(ImapQuirks.MalformedBodyStructure))
        {
            reader = start;
            reader.SkipValue();
            return null;
        }
    }

    private void AddSection(string section, long? origin, ref ImapReader reader)
    {
        if (_sections?.Exists(other => other.Section == section && other.Origin == origin) == true)
        {
            // The announced size of the first was wrong, and the next response was swallowed up to its content.
            throw reader.Error("a message holds the same part twice");
        }

        if (_sections?.Count == MaximumSections)
        {
            throw reader.Error("a message holds too many parts");
        }

        var fetched = reader.TryStreamed(out var size)
            ? new FetchedSection(section, origin, size, null)
            : new FetchedSection(section, origin, null, reader.NString());
        (_sections ??= []).Add(fetched);
    }
}
