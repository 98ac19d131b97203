using System.Globalization;
using System.Text;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>
/// The text that Exchange returns for a message that it can't convert to MIME, as in
/// https://github.com/OfflineIMAP/offlineimap/issues/62 and https://github.com/calcom/cal.com/issues/2429. The affected messages
/// aren't documented; the reported ones had a calendar part. Whether RFC822.SIZE is the size of the substitute is unknown: here
/// it's the message's.
/// </summary>
internal static class SubstituteMessage
{
    /// <summary>Returns the content: the message itself unless it has a calendar part.</summary>
    public static ItemContent InPlaceOf(SeenMessage message, Mailbox mailbox)
    {
        var original = message.View.Message;
        if (!original.Calendars.Any())
        {
            return message.Item.Content;
        }

        var from = original.Addresses("From").FirstOrDefault(new EmailAddress("Not available", "Not available"));
        var sender = $"\"{from.Name}\" (\"{from.Address}\")".Replace("=", "=3D", StringComparison.Ordinal);
        var subject = (original.Subject ?? "").Replace("=", "=3D", StringComparison.Ordinal);
        var date = (original.Date ?? message.Item.ReceivedAt).UtcDateTime;
        var sent = date.ToString("M/d/yyyy h:mm:ss tt", CultureInfo.InvariantCulture);
        var text = $"""
            MIME-Version: 1.0
            Content-Type: text/plain; charset="us-ascii"
            From: Microsoft Exchange Server 2010
            To: {mailbox.Address}
            Subject: Retrieval using the IMAP4 protocol failed for the following message:
             {message.Uid}
            Content-Transfer-Encoding: quoted-printable

            The server couldn't retrieve the following message:

            Subject: "{subject}"
            From: {sender}
            Sent date: {sent}

            The message hasn't been deleted. You might be able to view it using either =
            Outlook or Outlook Web App. You can also contact the sender to find out wha=
            t the message says.=

            """;
        return new MimeContent(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")));
    }
}
