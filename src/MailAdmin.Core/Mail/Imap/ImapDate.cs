using System.Globalization;
using System.Text;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>The two date forms of the protocol (RFC 9051 section 9: date-time and date).</summary>
internal static class ImapDate
{
    private static readonly string[] Forms = ["d-MMM-yyyy HH:mm:ss zzz", "d-MMM-yyyy H:mm:ss zzz"];

    /// <summary>Reads the INTERNALDATE "17-Jul-1996 02:44:25 -0700".</summary>
    /// <param name="octets">What stood in quotes.</param>
    /// <returns>The time; null when it is none.</returns>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> octets)
    {
        // "-0700" becomes "-07:00", the only form that .NET reads.
        var text = Encoding.Latin1.GetString(octets).Trim();
        if (text.Length > 5 && text[^5] is '+' or '-')
        {
            text = text.Insert(text.Length - 2, ":");
        }

        return DateTimeOffset.TryParseExact(
            text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out var time) ? time : null;
    }

    /// <summary>Writes a date-time, without its quotes.</summary>
    /// <param name="time">The time.</param>
    /// <returns>" 7-Jul-1996 02:44:25 -0700".</returns>
    public static string Format(DateTimeOffset time) =>
        time.ToString("dd-MMM-yyyy HH:mm:ss zzz", CultureInfo.InvariantCulture).Remove(24, 1);

    /// <summary>Writes a date.</summary>
    /// <param name="date">The date.</param>
    /// <returns>"7-Jul-1996".</returns>
    public static string Format(DateOnly date) => date.ToString("d-MMM-yyyy", CultureInfo.InvariantCulture);
}
