using System.Globalization;
using System.Text;
using MailAdmin.Core.Imap.Responses;

namespace MailAdmin.Core.Imap;

/// <summary>The one place where the raw octets of an envelope become text, addresses and dates.</summary>
internal static class EnvelopeText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes unstructured text.</summary>
    /// <param name="octets">A Subject or display name as it stands in the header.</param>
    /// <returns>The text; octets that are not UTF-8 are read as Latin-1.</returns>
    public static string Decode(ReadOnlySpan<byte> octets)
    {
        try
        {
            return StrictUtf8.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(octets);
        }
    }

    /// <summary>Reads a Date field.</summary>
    /// <param name="octets">As it stands in the header.</param>
    /// <returns>The time; null when it can't be read.</returns>
    public static DateTimeOffset? Date(ReadOnlySpan<byte> octets) =>
        DateTimeOffset.TryParse(Decode(octets), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Gives the addresses, those within groups included.</summary>
    /// <param name="addresses">From the envelope.</param>
    /// <returns>May be empty.</returns>
    public static IReadOnlyList<EmailAddress> Addresses(EnvelopeAddress[] addresses)
    {
        if (addresses.Length == 0)
        {
            return [];
        }

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

        return list;
    }
}
