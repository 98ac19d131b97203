using System.Text;
using MailAdmin.Tenant.Mailboxes;
using MimeKit.Utils;

namespace MailAdmin.Tenant.Imap;

/// <summary>ENVELOPE: RFC 3501 section 7.4.2.</summary>
internal static class Envelope
{
    /// <summary>The ENVELOPE of a server that can't read the header; the subject is 8-bit.</summary>
    public const string Poor =
        "(NIL \"Gr\u00fc\u00dfe\" ((NIL NIL \"MISSING_MAILBOX\" \"SYNTAX_ERROR\")) NIL NIL NIL NIL NIL NIL NIL)";

    public static string Format(ParsedMessage message)
    {
        var from = Addresses(message.List("From"));
        var sender = Or(Addresses(message.List("Sender")), from);
        var replyTo = Or(Addresses(message.List("Reply-To")), from);
        return $"({Raw(message, "Date")} {Subject(message)} {from} {sender} {replyTo} {Addresses(message.List("To"))} "
            + $"{Addresses(message.List("Cc"))} {Addresses(message.List("Bcc"))} {Raw(message, "In-Reply-To")} "
            + $"{ImapText.NString(message.MessageId ?? Unfolded(message, "Message-ID"))})";
    }

    /// <summary>
    /// Returns the text as in the header, with its encoded-words. 8-bit text, and words that are split in a character, become one
    /// encoded-word, as Exchange rewrites the header of a message.
    /// </summary>
    private static string Subject(ParsedMessage message)
    {
        var raw = Unfolded(message, "Subject");
        var isGood = raw is null
            || (raw.All(char.IsAscii) && Rfc2047.DecodeText(Encoding.ASCII.GetBytes(raw)).Trim() == message.Subject);
        return ImapText.NString(isGood ? raw : ImapText.Encode(message.Subject));
    }

    private static string Raw(ParsedMessage message, string name) => ImapText.NString(Unfolded(message, name));

    private static string? Unfolded(ParsedMessage message, string name) =>
        message.Raw(name) is { } raw ? ImapText.Unfold(raw) : null;

    private static string Or(string list, string other) => list == "NIL" ? other : list;

    private static string Addresses(IEnumerable<(string? Group, EmailAddress[] Mailboxes)> list)
    {
        var text = new StringBuilder();
        foreach (var (group, mailboxes) in list)
        {
            // A group begins with an address that has no host, and ends with one that has nothing.
            text.Append(group is null ? "" : $"(NIL NIL {ImapText.NString(ImapText.Encode(group))} NIL)");
            text.AppendJoin("", mailboxes.Select(Address)).Append(group is null ? "" : "(NIL NIL NIL NIL)");
        }

        return text.Length == 0 ? "NIL" : $"({text})";
    }

    private static string Address(EmailAddress address)
    {
        var at = address.Address.LastIndexOf('@');
        string local = at < 0 ? address.Address : address.Address[..at], host = at < 0 ? "" : address.Address[(at + 1)..];
        var name = string.IsNullOrEmpty(address.Name) ? null : address.Name;
        return $"({ImapText.NString(ImapText.Encode(name))} NIL {ImapText.NString(Utf8(local))} {ImapText.NString(Utf8(host))})";
    }

    // RFC 6532 addresses have no other form than UTF-8.
    private static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
