using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tenant.Imap;

/// <summary>ENVELOPE: RFC 3501 section 7.4.2.</summary>
internal static class Envelope
{
    public static string Format(MimeMessage message)
    {
        var from = Addresses(message.From);
        var sender = message.Sender is { } one ? $"({Address(one)})" : from;
        var replyTo = message.ReplyTo.Count > 0 ? Addresses(message.ReplyTo) : from;
        return $"({Raw(message, "Date")} {Raw(message, "Subject")} {from} {sender} {replyTo} {Addresses(message.To)} "
            + $"{Addresses(message.Cc)} "
            + $"{Addresses(message.Bcc)} {Raw(message, "In-Reply-To")} {Raw(message, "Message-ID")})";
    }

    /// <summary>A field as it stands in the header, encoded words and all.</summary>
    public static string Raw(MimeMessage message, string name) => ImapText.NString(
        message.Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } field
            ? ImapText.Unfold(field.RawValue)
            : null);

    private static string Addresses(AddressList list)
    {
        var text = new StringBuilder();
        foreach (var address in list.Where(a => !list.Groups.Any(g => g.Members.Contains(a))))
        {
            text.Append(Address(address));
        }

        foreach (var group in list.Groups)
        {
            // A group begins with an address that has no host, and ends with one that has nothing.
            text.Append("(NIL NIL ").Append(ImapText.NString(ImapText.Encode(group.Name))).Append(" NIL)");
            text.AppendJoin("", group.Members.Select(Address)).Append("(NIL NIL NIL NIL)");
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
