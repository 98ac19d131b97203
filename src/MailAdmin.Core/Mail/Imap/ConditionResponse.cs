using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The five conditions.</summary>
internal enum ImapCondition
{
    /// <summary>Done; untagged, a piece of information.</summary>
    Ok,

    /// <summary>Failed; untagged, a warning.</summary>
    No,

    /// <summary>Not understood, or not possible now.</summary>
    Bad,

    /// <summary>The server is about to close.</summary>
    Bye,

    /// <summary>A greeting: the connection is authenticated already.</summary>
    PreAuth,
}

/// <summary>OK, NO, BAD, BYE or PREAUTH (RFC 9051 section 7.1).</summary>
/// <param name="Tag">The tag of the command that is complete; null when untagged.</param>
/// <param name="Condition">Which of the five.</param>
/// <param name="Code">What stands in brackets, if anything.</param>
/// <param name="Text">For people; control characters are replaced by spaces.</param>
internal sealed record ConditionResponse(string? Tag, ImapCondition Condition, ResponseCode? Code, string Text) : ImapResponse
{
    private const int LongestText = 8000;

    /// <summary>The command that is complete; null when untagged.</summary>
    public ImapCommand? Command { get; init; }

    /// <summary>Recognises the word.</summary>
    /// <param name="word">The word after the tag.</param>
    /// <returns>The condition; null when it is another response.</returns>
    public static ImapCondition? Recognise(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "OK"u8) ? ImapCondition.Ok
        : Ascii.EqualsIgnoreCase(word, "NO"u8) ? ImapCondition.No
        : Ascii.EqualsIgnoreCase(word, "BAD"u8) ? ImapCondition.Bad
        : Ascii.EqualsIgnoreCase(word, "BYE"u8) ? ImapCondition.Bye
        : Ascii.EqualsIgnoreCase(word, "PREAUTH"u8) ? ImapCondition.PreAuth
        : null;

    /// <summary>Reads what follows the word.</summary>
    /// <param name="tag">The tag; null when untagged.</param>
    /// <param name="condition">The word.</param>
    /// <param name="reader">Stands after the word.</param>
    /// <returns>The response.</returns>
    public static ConditionResponse Read(string? tag, ImapCondition condition, ref ImapReader reader)
    {
        reader.Space();
        var code = ResponseCode.TryRead(ref reader);
        reader.Space();
        var text = reader.Rest();
        text = text[..Math.Min(text.Length, LongestText)];
        return new ConditionResponse(tag, condition, code, Printable(Encoding.UTF8.GetString(text)));
    }

    /// <summary>Takes out what would act on a terminal, a log or a mail.</summary>
    /// <param name="text">What a server sent.</param>
    /// <returns>The text with spaces in place of control characters.</returns>
    public static string Printable(string text) => string.Create(text.Length, text, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = char.IsControl(from[i]) ? ' ' : from[i];
        }
    });
}
