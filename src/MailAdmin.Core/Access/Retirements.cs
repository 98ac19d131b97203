namespace MailAdmin.Core.Access;

/// <summary>The dates of what Microsoft retires.</summary>
/// <remarks>
/// EWS: https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online (message
/// center MC1227454). SMTP AUTH with basic authentication:
/// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online
/// (MC786329). Mail-Advanced: https://learn.microsoft.com/graph/permissions-reference.
/// </remarks>
internal static class Retirements
{
    /// <summary>EWS is blocked, tenant by tenant, for all apps but those that an organization put on its list.</summary>
    public static readonly DateTimeOffset EwsBlocked = Day(2026, 10, 1);

    /// <summary>EWS is turned off.</summary>
    public static readonly DateTimeOffset EwsGone = Day(2027, 4, 1);

    /// <summary>SMTP AUTH with basic authentication is off by default for existing tenants.</summary>
    public static readonly DateTimeOffset BasicSmtpOff = Day(2026, 12, 31);

    /// <summary>Only apps with Mail-Advanced permissions can change the content of messages that were sent or received.</summary>
    public static readonly DateTimeOffset AdvancedEnforced = Day(2026, 12, 31);

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
