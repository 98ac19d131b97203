using System.Globalization;
using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Files;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Writes a calendar entry for the expiration of a credential: its app, name, and date; never the credential itself.
/// </summary>
/// <param name="App">Display name of the app.</param>
/// <param name="Kind">Secret or certificate.</param>
/// <param name="KeyId">The credential's id; the entry's id follows from it, so a calendar takes a second import for the same
/// entry.</param>
/// <param name="ExpiresAt">When the credential ends.</param>
/// <remarks>RFC 5545</remarks>
internal sealed record CredentialReminder(
    string App, string ClientId, CredentialKind Kind, string KeyId, DateTimeOffset ExpiresAt)
{
    private const string Product = "PRODID:-//MailAdmin//MailAdmin//EN";

    /// <summary>The time between the reminder and the expiration; half of the remaining lifetime if that is less.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    /// <summary>Checks that a reminder can be written, so that no credential is created without one.</summary>
    /// <param name="path">A file, or an existing folder.</param>
    /// <exception cref="InvalidRequestException">The folder is missing, or the file exists and isn't a reminder.</exception>
    public static void Check(string path)
    {
        try
        {
            if (!Directory.Exists(path) && !Directory.Exists(Path.GetDirectoryName(path)))
            {
                throw NotWritable(path, "its folder does not exist", null);
            }

            if (File.Exists(path) && !TextFile.Read(path).Contains(Product, StringComparison.Ordinal))
            {
                throw NotWritable(path, "the existing file isn't a reminder of MailAdmin", null);
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw NotWritable(path, e.Message, e);
        }
    }

    /// <summary>Writes the entry; one that MailAdmin wrote there before is replaced.</summary>
    /// <param name="path">A file; in a folder, the file is named after app and credential.</param>
    /// <param name="now">The time of writing.</param>
    /// <exception cref="InvalidRequestException">It can't be written there.</exception>
    public void Write(string path, DateTimeOffset now)
    {
        Check(path);
        var file = Directory.Exists(path) ? Path.Combine(path, SafeFileName.From($"{App} {KeyId}.ics", "text/calendar")) : path;
        try
        {
            OwnFile.Replace(file, Encoding.UTF8.GetBytes(ToCalendar(now)));
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw NotWritable(file, e.Message, e);
        }
    }

    /// <summary>
    /// Returns the calendar: an all-day event with an alarm at 9:00 in the time zone of the user who imports it.
    /// </summary>
    /// <param name="now">The time of writing.</param>
    /// <returns>RFC 5545 text, its lines ended by CRLF and folded at 75 octets (section 3.1).</returns>
    public string ToCalendar(DateTimeOffset now)
    {
        var left = ExpiresAt - now;
        var half = left > TimeSpan.Zero ? left / 2 : TimeSpan.Zero;
        var day = ExpiresAt - (left > Notice * 2 ? Notice : half);
        var what = Kind == CredentialKind.Secret ? "client secret" : "certificate";
        var summary = string.Create(
            CultureInfo.InvariantCulture, $"The {what} of {App} expires on {ExpiresAt.UtcDateTime:yyyy-MM-dd}");
        var advice = Kind == CredentialKind.Secret ? "To replace the secret while it is still valid, run Update-MailAppSecret."
            : "To add a certificate while this one is still valid, run New-MailAppCertificate.";
        var description = string.Create(
            CultureInfo.InvariantCulture,
            $"App {App}, client ID {ClientId}, {what} {KeyId}, expires at {UtcText.Minutes(ExpiresAt)}.\n{advice}");
        string[] lines =
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            Product,
            "BEGIN:VEVENT",
            $"UID:{KeyId}@mailadmin",
            string.Create(CultureInfo.InvariantCulture, $"DTSTAMP:{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}"),
            string.Create(CultureInfo.InvariantCulture, $"DTSTART;VALUE=DATE:{day.UtcDateTime:yyyyMMdd}"),
            $"SUMMARY:{Text(summary)}",
            $"DESCRIPTION:{Text(description)}",
            "TRANSP:TRANSPARENT",
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            $"DESCRIPTION:{Text(summary)}",
            "TRIGGER:PT9H",
            "END:VALARM",
            "END:VEVENT",
            "END:VCALENDAR",
        ];
        return string.Concat(lines.Select(line => Fold(line) + "\r\n"));
    }

    /// <summary>Section 3.3.11.</summary>
    private static string Text(string value)
    {
        var text = new StringBuilder();
        foreach (var c in value.ReplaceLineEndings("\n"))
        {
            text.Append(c switch
            {
                '\\' => "\\\\",
                ';' => "\\;",
                ',' => "\\,",
                '\n' => "\\n",
                _ when char.IsControl(c) => " ",
                _ => c.ToString(),
            });
        }

        return text.ToString();
    }

    private static string Fold(string line)
    {
        var (folded, octets) = (new StringBuilder(), 0);
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > 75)
            {
                folded.Append("\r\n ");
                octets = 1;
            }

            folded.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        return folded.ToString();
    }

    private static InvalidRequestException NotWritable(string path, string why, Exception? inner) =>
        new("ReminderNotWritable", $"Can't write the reminder to '{path}' because {why}.", inner)
    {
        Target = path,
        Advice = "Specify an existing folder, or a new .ics file in it.",
    };
}
