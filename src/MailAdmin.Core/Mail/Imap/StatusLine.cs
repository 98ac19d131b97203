namespace MailAdmin.Core.Mail.Imap;

/// <summary>The end of a command, or an untagged OK, NO, BAD, BYE or PREAUTH (RFC 9051 section 7.1).</summary>
/// <param name="Tag">The tag of the command; null if it's untagged.</param>
/// <param name="Condition">OK, NO, BAD, BYE or PREAUTH.</param>
/// <param name="Code">The response code's name in upper case; null for none.</param>
/// <param name="Arguments">The text after the name; can be empty.</param>
/// <param name="Text">The readable text.</param>
internal sealed record StatusLine(string? Tag, string Condition, string? Code, string Arguments, string Text)
{
    /// <summary>Reads a line without its end; null if it isn't one.</summary>
    public static StatusLine? Parse(string line)
    {
        var words = line.Split(' ', 3);
        var condition = words.ElementAtOrDefault(1)?.ToUpperInvariant();
        if (condition is not ("OK" or "NO" or "BAD" or "BYE" or "PREAUTH"))
        {
            return null;
        }

        var tag = words[0] == "*" ? null : words[0];
        var text = words.ElementAtOrDefault(2) ?? "";
        if (!text.StartsWith('[') || text.IndexOf(']', StringComparison.Ordinal) is var end && end < 0)
        {
            return new StatusLine(tag, condition, null, "", text);
        }

        var code = text[1..end].Split(' ', 2);
        return new StatusLine(
            tag, condition, code[0].ToUpperInvariant(), code.ElementAtOrDefault(1) ?? "", text[(end + 1)..].TrimStart());
    }

    /// <summary>A server's text with spaces for what would act on a terminal, a log or a mail.</summary>
    public static string Printable(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c));
}
