namespace MailAdmin.Core.Access;

/// <summary>
/// Converts the names of time zones: Exchange uses those of Windows, and scripts from other systems use IANA's. .NET converts
/// them with ICU's data. Without ICU (InvariantGlobalization, small container images), Exchange validates the names of Windows,
/// and this class has the zones of most mailboxes.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/windows-hardware/manufacture/desktop/default-time-zones,
/// https://learn.microsoft.com/dotnet/core/extensions/globalization-icu
/// </remarks>
internal static class TimeZones
{
    private const string WindowsEnd = " Standard Time";

    private static readonly Dictionary<string, string> WindowsNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Etc/UTC"] = "UTC",
        ["Etc/GMT"] = "UTC",
        ["Europe/London"] = "GMT Standard Time",
        ["Europe/Dublin"] = "GMT Standard Time",
        ["Europe/Lisbon"] = "GMT Standard Time",
        ["Europe/Berlin"] = "W. Europe Standard Time",
        ["Europe/Amsterdam"] = "W. Europe Standard Time",
        ["Europe/Rome"] = "W. Europe Standard Time",
        ["Europe/Stockholm"] = "W. Europe Standard Time",
        ["Europe/Vienna"] = "W. Europe Standard Time",
        ["Europe/Zurich"] = "W. Europe Standard Time",
        ["Europe/Paris"] = "Romance Standard Time",
        ["Europe/Brussels"] = "Romance Standard Time",
        ["Europe/Copenhagen"] = "Romance Standard Time",
        ["Europe/Madrid"] = "Romance Standard Time",
        ["Europe/Prague"] = "Central Europe Standard Time",
        ["Europe/Budapest"] = "Central Europe Standard Time",
        ["Europe/Warsaw"] = "Central European Standard Time",
        ["Europe/Athens"] = "GTB Standard Time",
        ["Europe/Helsinki"] = "FLE Standard Time",
        ["Europe/Kiev"] = "FLE Standard Time",
        ["Europe/Istanbul"] = "Turkey Standard Time",
        ["Europe/Moscow"] = "Russian Standard Time",
        ["America/New_York"] = "Eastern Standard Time",
        ["America/Toronto"] = "Eastern Standard Time",
        ["America/Chicago"] = "Central Standard Time",
        ["America/Denver"] = "Mountain Standard Time",
        ["America/Phoenix"] = "US Mountain Standard Time",
        ["America/Los_Angeles"] = "Pacific Standard Time",
        ["America/Anchorage"] = "Alaskan Standard Time",
        ["America/Sao_Paulo"] = "E. South America Standard Time",
        ["Pacific/Honolulu"] = "Hawaiian Standard Time",
        ["Pacific/Auckland"] = "New Zealand Standard Time",
        ["Australia/Sydney"] = "AUS Eastern Standard Time",
        ["Australia/Melbourne"] = "AUS Eastern Standard Time",
        ["Australia/Brisbane"] = "E. Australia Standard Time",
        ["Australia/Adelaide"] = "Cen. Australia Standard Time",
        ["Australia/Perth"] = "W. Australia Standard Time",
        ["Asia/Tokyo"] = "Tokyo Standard Time",
        ["Asia/Seoul"] = "Korea Standard Time",
        ["Asia/Shanghai"] = "China Standard Time",
        ["Asia/Hong_Kong"] = "China Standard Time",
        ["Asia/Singapore"] = "Singapore Standard Time",
        ["Asia/Kolkata"] = "India Standard Time",
        ["Asia/Dubai"] = "Arabian Standard Time",
        ["Asia/Jerusalem"] = "Israel Standard Time",
        ["Africa/Johannesburg"] = "South Africa Standard Time",
    };

    // Only with the data of ICU any name is converted.
    private static readonly bool HasData = TimeZoneInfo.TryConvertWindowsIdToIanaId("W. Europe Standard Time", out _);

    /// <summary>The name that Exchange takes.</summary>
    /// <param name="zone">A name of Windows or of IANA.</param>
    /// <returns>The Windows name; null if the time zone doesn't exist.</returns>
    public static string? ToWindows(string zone) =>
        zone == "UTC" || IsWindows(zone) ? zone
        : TimeZoneInfo.TryConvertIanaIdToWindowsId(zone, out var windows) ? windows
        : HasData ? null
        : WindowsNames.GetValueOrDefault(zone);

    /// <summary>The name by IANA; null where none is known.</summary>
    /// <param name="zone">A name of Windows.</param>
    public static string? ToIana(string zone) =>
        TimeZoneInfo.TryConvertWindowsIdToIanaId(zone, out var iana) ? iana
        : WindowsNames.FirstOrDefault(pair => pair.Value.Equals(zone, StringComparison.OrdinalIgnoreCase)).Key;

    private static bool IsWindows(string zone) => HasData ? TimeZoneInfo.TryConvertWindowsIdToIanaId(zone, out _)
        : zone.EndsWith(WindowsEnd, StringComparison.OrdinalIgnoreCase) && !zone.Contains('/', StringComparison.Ordinal);
}
