namespace MailAdmin.Tenant.Configuration;

/// <summary>
/// The application roles of Exchange and the permissions that each replaces:
/// https://learn.microsoft.com/exchange/permissions-exo/application-rbac#supported-application-roles.
/// </summary>
internal static class ApplicationRoles
{
    public static IReadOnlyDictionary<string, string[]> Permissions { get; } = new Dictionary<string, string[]>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["Application Mail.Read"] = ["Mail.Read"],
        ["Application Mail.ReadBasic"] = ["Mail.ReadBasic", "Mail.ReadBasic.All"],
        ["Application Mail.ReadWrite"] = ["Mail.ReadWrite"],
        ["Application Mail.Send"] = ["Mail.Send"],
        ["Application MailboxSettings.Read"] = ["MailboxSettings.Read"],
        ["Application MailboxSettings.ReadWrite"] = ["MailboxSettings.ReadWrite"],
        ["Application Calendars.Read"] = ["Calendars.Read"],
        ["Application Calendars.ReadWrite"] = ["Calendars.ReadWrite"],
        ["Application Contacts.Read"] = ["Contacts.Read"],
        ["Application Contacts.ReadWrite"] = ["Contacts.ReadWrite"],
        ["Application Mail Full Access"] = ["Mail.ReadWrite", "Mail.Send"],
        ["Application Exchange Full Access"] =
            ["Mail.ReadWrite", "Mail.Send", "MailboxSettings.ReadWrite", "Calendars.ReadWrite", "Contacts.ReadWrite"],
        ["Application EWS.AccessAsApp"] = ["EWS.AccessAsApp"],
        ["Application SMTP.SendAsApp"] = ["SMTP.SendAsApp"],
    };

    /// <summary>Returns the name as Exchange writes it; null if the role doesn't exist.</summary>
    public static string? Canonical(string role) => Permissions.Keys.FirstOrDefault(r => ExchangeConfiguration.Same(r, role));
}
