using System.Globalization;

namespace MailAdmin.Core.Base;

/// <summary>Writes points in time for users, in one form in every culture.</summary>
internal static class UtcText
{
    /// <summary>Writes a time to the minute, such as 2026-01-01 14:05 UTC.</summary>
    /// <param name="time">The time; null if unknown.</param>
    public static string? Minutes(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Writes a time to the second, such as 2026-01-01 14:05:09 UTC.</summary>
    /// <param name="time">The time; null if unknown.</param>
    public static string? Seconds(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
