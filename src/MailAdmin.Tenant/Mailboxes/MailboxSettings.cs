using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// The settings of a mailbox, in the shape in which Graph shows them:
/// https://learn.microsoft.com/graph/api/resources/mailboxsettings.
/// Graph and Exchange's cmdlets read and change the same ones.
/// </summary>
internal static class MailboxSettings
{
    /// <summary>Returns the settings of a mailbox, which are created on first use.</summary>
    public static JsonObject Of(Mailbox mailbox)
    {
        if (mailbox.Settings.Count > 0)
        {
            return mailbox.Settings;
        }

        foreach (var (name, value) in New(mailbox))
        {
            mailbox.Settings[name] = value?.DeepClone();
        }

        return mailbox.Settings;
    }

    /// <summary>A shared mailbox of a new tenant was never opened: it has no language and no time zone yet.</summary>
    private static JsonObject New(Mailbox mailbox)
    {
        var culture = mailbox.WasOpened ? CultureInfo.GetCultureInfo(mailbox.Language) : null;
        return new()
        {
            ["archiveFolder"] = mailbox.WellKnown("archive").Id,
            ["automaticRepliesSetting"] = new JsonObject
            {
                ["status"] = "disabled",
                ["externalAudience"] = "all",
                ["scheduledStartDateTime"] = Time(mailbox.Now),
                ["scheduledEndDateTime"] = Time(mailbox.Now.AddDays(1)),
                ["internalReplyMessage"] = "",
                ["externalReplyMessage"] = "",
            },
            ["timeZone"] = mailbox.WasOpened ? mailbox.TimeZone ?? "UTC" : "",
            ["language"] = new JsonObject
            {
                ["locale"] = culture?.Name ?? "",
                ["displayName"] = culture?.EnglishName ?? "",
            },
            ["workingHours"] = new JsonObject
            {
                ["daysOfWeek"] = Json.Array("monday", "tuesday", "wednesday", "thursday", "friday"),
                ["startTime"] = "08:00:00.0000000",
                ["endTime"] = "17:00:00.0000000",
                ["timeZone"] = new JsonObject { ["name"] = mailbox.TimeZone ?? "Pacific Standard Time" },
            },
            // A plain text in practice, in spite of the documentation: microsoftgraph/msgraph-sdk-php#1565.
            ["userPurpose"] = Purpose(mailbox.Kind),
            ["dateFormat"] = culture?.DateTimeFormat.ShortDatePattern ?? "",
            ["timeFormat"] = culture?.DateTimeFormat.ShortTimePattern.Replace('\u202f', ' ') ?? "",
            ["delegateMeetingMessageDeliveryOptions"] = "sendToDelegateOnly",
        };
    }

    private static string Purpose(MailboxKind kind) => kind switch
    {
        MailboxKind.Shared => "shared",
        MailboxKind.Room => "room",
        MailboxKind.Equipment => "equipment",
        _ => "user",
    };

    private static JsonObject Time(DateTimeOffset time) => new()
    {
        ["dateTime"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:00:00.0000000", CultureInfo.InvariantCulture),
        ["timeZone"] = "UTC",
    };
}
