using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The one place where the raw octets of an envelope become text, addresses and dates: as in a message's own header.</summary>
internal static class EnvelopeText
{
    /// <summary>Decodes unstructured text.</summary>
    /// <param name="octets">A Subject or display name as it stands in the header.</param>
    /// <returns>The text.</returns>
    public static string Decode(ReadOnlySpan<byte> octets) => HeaderText.Decode(octets);

    /// <summary>Reads a Date field.</summary>
    /// <param name="octets">As it stands in the header.</param>
    /// <returns>The time; null when it can't be read.</returns>
    public static DateTimeOffset? Date(ReadOnlySpan<byte> octets) => DateParser.Parse(octets);

    /// <summary>Gives the addresses, those within groups included.</summary>
    /// <param name="addresses">From the envelope.</param>
    /// <returns>May be empty.</returns>
    public static EmailAddress[] Addresses(EnvelopeAddress[] addresses)
    {
        var list = new List<EmailAddress>(addresses.Length);
        foreach (var (name, mailbox, host) in addresses)
        {
            // Without a host it is the beginning or the end of a group (RFC 9051 section 7.5.2).
            if (host is not null)
            {
                var address = host.Length == 0 ? Decode(mailbox) : $"{Decode(mailbox)}@{Decode(host)}";
                list.Add(new EmailAddress(name is null ? null : Decode(name), address));
            }
        }

        return [.. list];
    }
}
