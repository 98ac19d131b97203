using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Turns the text of a complete response into an <see cref="ImapResponse"/>.</summary>
internal static class ImapResponseParser
{
    /// <summary>Reads one response.</summary>
    /// <param name="frame">Its text, with the last line end.</param>
    /// <param name="streamed">Where in it the announcements of streamed literals begin.</param>
    /// <param name="quirks">What to tolerate.</param>
    /// <param name="limits">What to bound.</param>
    /// <returns>The response; an <see cref="UnreadableResponse"/> for what is unknown.</returns>
    /// <exception cref="ImapSyntaxException">It does not follow the grammar.</exception>
    public static ImapResponse Parse(ReadOnlySpan<byte> frame, ReadOnlySpan<int> streamed, ImapQuirks quirks, ImapLimits limits)
    {
        var reader = new ImapReader(TrimLineEnd(frame), streamed, quirks, limits.Nesting);
        if (reader.Try('+'))
        {
            return ContinuationResponse.Read(ref reader);
        }

        var tag = reader.Atom();
        reader.Space();
        if (!tag.SequenceEqual("*"u8))
        {
            var word = reader.Atom();
            return ConditionResponse.Recognise(word) is { } condition and not (ImapCondition.Bye or ImapCondition.PreAuth)
                ? ConditionResponse.Read(Encoding.Latin1.GetString(tag), condition, ref reader)
                : throw reader.Error("a tag is not followed by OK, NO or BAD");
        }

        return ParseUntagged(ref reader);
    }

    /// <summary>Reads a FETCH response up to the announcement of a streamed literal, with which the text ends.</summary>
    /// <param name="frame">The text so far.</param>
    /// <param name="streamed">Where in it the announcements of streamed literals begin.</param>
    /// <param name="quirks">What to tolerate.</param>
    /// <param name="limits">What to bound.</param>
    /// <returns>What is about to come.</returns>
    /// <exception cref="ImapSyntaxException">It does not follow the grammar.</exception>
    public static FetchLiteral ParseUpToLiteral(
        ReadOnlySpan<byte> frame, ReadOnlySpan<int> streamed, ImapQuirks quirks, ImapLimits limits)
    {
        var reader = new ImapReader(frame, streamed, quirks, limits.Nesting);
        reader.Expect('*');
        reader.Space();
        var number = reader.Number();
        reader.Space();
        reader.Atom();
        return FetchResponse.ReadUpToLiteral(number, ref reader);
    }

    private static ImapResponse ParseUntagged(ref ImapReader reader)
    {
        if (reader.Peek == (byte)'[' && reader.Quirks.HasFlag(ImapQuirks.BareResponseCodes))
        {
            return ConditionResponse.Read(null, ImapCondition.Ok, ref reader);
        }

        if (reader.Peek is >= (byte)'0' and <= (byte)'9')
        {
            return ParseNumbered(ref reader);
        }

        var word = reader.Atom();
        if (ConditionResponse.Recognise(word) is { } condition)
        {
            return ConditionResponse.Read(null, condition, ref reader);
        }

        return Encoding.Latin1.GetString(word).ToUpperInvariant() switch
        {
            "CAPABILITY" => CapabilityResponse.Read(ref reader),
            "ENABLED" => EnabledResponse.Read(ref reader),
            "FLAGS" => FlagsResponse.Read(ref reader),
            "ID" => IdResponse.Read(ref reader),
            "LIST" or "LSUB" or "XLIST" => ListResponse.Read(ref reader),
            "NAMESPACE" => NamespaceResponse.Read(ref reader),
            "STATUS" => MailboxStatusResponse.Read(ref reader),
            "VANISHED" => VanishedResponse.Read(ref reader),
            _ => new UnreadableResponse("it is of an unknown kind"),
        };
    }

    private static ImapResponse ParseNumbered(ref ImapReader reader)
    {
        var number = reader.Number();
        reader.Space();
        var word = reader.Atom();
        return Ascii.EqualsIgnoreCase(word, "FETCH"u8) ? FetchResponse.Read(number, ref reader)
            : Ascii.EqualsIgnoreCase(word, "EXISTS"u8) ? new ExistsResponse(number)
            : Ascii.EqualsIgnoreCase(word, "EXPUNGE"u8) ? new ExpungeResponse(number)
            : Ascii.EqualsIgnoreCase(word, "RECENT"u8) ? new RecentResponse(number)
            : new UnreadableResponse("it is of an unknown kind");
    }

    private static ReadOnlySpan<byte> TrimLineEnd(ReadOnlySpan<byte> frame) =>
        frame.EndsWith("\r\n"u8) ? frame[..^2] : frame.EndsWith("\n"u8) ? frame[..^1] : frame;
}
