using System.Text;
using MailAdmin.Core.Apps;

namespace MailAdmin.Tests.Apps;

public sealed class CredentialReminderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly CredentialReminder Example = new(
        "Scanner", "7d0f1c52-9c3e-4f6e-8d11-2c6f2b3a4e51", CredentialKind.Secret, "0f0e0d0c-0b0a-4908-8706-050403020100", Now.AddDays(180));

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_entry_lies_a_month_before_the_end_and_names_app_and_date()
    {
        Assert.Equal(
            """
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//MailAdmin//MailAdmin//EN
            BEGIN:VEVENT
            UID:0f0e0d0c-0b0a-4908-8706-050403020100@mailadmin
            DTSTAMP:20260302T090000Z
            DTSTART;VALUE=DATE:20260730
            SUMMARY:The client secret of Scanner expires on 2026-08-29
            DESCRIPTION:App Scanner\, client ID 7d0f1c52-9c3e-4f6e-8d11-2c6f2b3a4e51\, 
             client secret 0f0e0d0c-0b0a-4908-8706-050403020100\, expires at 2026-08-29
              09:00 UTC.\nTo replace the secret while it is still valid\, run Update-Ma
             ilAppSecret.
            TRANSP:TRANSPARENT
            BEGIN:VALARM
            ACTION:DISPLAY
            DESCRIPTION:The client secret of Scanner expires on 2026-08-29
            TRIGGER:PT9H
            END:VALARM
            END:VEVENT
            END:VCALENDAR

            """.ReplaceLineEndings("\r\n"),
            Example.ToCalendar(Now));
    }

    [Theory]
    [InlineData(20, "20260312")]
    [InlineData(-5, "20260225")]
    public void What_ends_soon_is_reminded_of_halfway(int days, string date) =>
        Assert.Contains($"DTSTART;VALUE=DATE:{date}\r\n", (Example with { ExpiresAt = Now.AddDays(days) }).ToCalendar(Now), StringComparison.Ordinal);

    [Fact]
    public void Names_are_escaped_and_lines_folded_at_75_octets_between_characters()
    {
        const string Name = "Büro; \\ 会計,\r\nEND:VCALENDAR 👩‍💻 Ωμέγα Ωμέγα Ωμέγα Ωμέγα Ωμέγα Ωμέγα Ωμέγα";

        var calendar = (Example with { App = Name }).ToCalendar(Now);

        Assert.All(calendar.Split("\r\n"), line => Assert.True(Encoding.UTF8.GetByteCount(line) <= 75, line));
        Assert.DoesNotContain('�', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(calendar)));
        var unfolded = calendar.Replace("\r\n ", "", StringComparison.Ordinal);
        Assert.Contains("SUMMARY:The client secret of Büro\\; \\\\ 会計\\,\\nEND:VCALENDAR 👩‍💻 Ωμέγα", unfolded, StringComparison.Ordinal);
        Assert.Equal(1, unfolded.Split("\r\n").Count(line => line == "END:VCALENDAR"));
    }

    [Fact]
    public void A_folder_gets_a_file_for_each_credential_and_a_reminder_is_replaced()
    {
        Example.Write(_folder, Now);
        (Example with { KeyId = "another" }).Write(_folder, Now);
        Example.Write(_folder, Now.AddDays(1));

        Assert.Equal(
            ["Scanner 0f0e0d0c-0b0a-4908-8706-050403020100.ics", "Scanner another.ics"],
            Directory.EnumerateFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("DTSTAMP:20260303", File.ReadAllText(Path.Combine(_folder, "Scanner 0f0e0d0c-0b0a-4908-8706-050403020100.ics")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_reminder_is_never_written_over()
    {
        var path = Path.Combine(_folder, "mine.ics");
        File.WriteAllText(path, "BEGIN:VCALENDAR");

        Assert.Equal("ReminderNotWritable", Assert.Throws<InvalidRequestException>(() => Example.Write(path, Now)).Id);
        Assert.Equal("BEGIN:VCALENDAR", File.ReadAllText(path));
        Assert.Equal("ReminderNotWritable", Assert.Throws<InvalidRequestException>(() => CredentialReminder.Check(Path.Combine(_folder, "none", "x.ics"))).Id);
    }
}
