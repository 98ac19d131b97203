namespace MailAdmin.Tenant.Directory;

/// <summary>
/// Defines the permissions that users can consent to, by the name of the policy:
/// https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies
/// (docs/identity/enterprise-apps/manage-app-consent-policies.md of MicrosoftDocs/entra-docs, 01/22/2026).
/// </summary>
internal static class UserConsentPolicies
{
    public const string Low = "microsoft-user-default-low", Legacy = "microsoft-user-default-legacy",
        Recommended = "microsoft-user-default-recommended", MailClients = "microsoft-user-default-allow-consent-apps";

    /// <summary>The default policies of a tenant.</summary>
    public static IReadOnlyList<string> Managed { get; } = [Recommended, MailClients];

    public static IReadOnlyList<string> All { get; } = [Recommended, MailClients, Low, Legacy];

    /// <summary>The mail clients of the page, by client ID.</summary>
    public static IReadOnlyDictionary<string, string> Clients { get; } = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase)
    {
        ["f8d98a96-0999-43f5-8af3-69971c7bb423"] = "Apple Mail",
        ["b50c1dbd-1855-4e54-b07c-d3c3029e93d3"] = "Spark Email",
        ["e9a7fea1-1cc0-4cd9-a31b-9137ca5deedd"] = "eM Client",
        ["8acd33ea-7197-4a96-bc33-d7cc7101262f"] = "Android-Samsung",
        ["2cee05de-2b8f-45a2-8289-2a06ca32c4c8"] = "Android-Mail",
        ["9e5f94bc-e8a4-4e73-b8be-63364c29d753"] = "Thunderbird",
    };

    /// <summary>
    /// The permissions that the recommended policy reserves for administrators, except for the listed mail clients.
    /// </summary>
    private static readonly HashSet<string> Mail = new(StringComparer.OrdinalIgnoreCase)
    {
        "Files.Read.All", "Files.ReadWrite.All", "Sites.Read.All", "Sites.ReadWrite.All", "Mail.Read", "Mail.ReadWrite",
        "Mail.ReadBasic", "Mail.Read.Shared", "Mail.ReadBasic.Shared", "Mail.ReadWrite.Shared", "MailboxItem.Read",
        "Calendars.Read", "Calendars.ReadBasic", "Calendars.ReadWrite", "Calendars.Read.Shared", "Calendars.ReadWrite.Shared",
        "Chat.Read", "Chat.ReadWrite", "OnlineMeetings.Read", "OnlineMeetings.ReadWrite", "MailboxFolder.Read",
        "MailboxFolder.ReadWrite", "MailboxSettings.Read", "MailboxSettings.ReadWrite", "Contacts.ReadWrite",
        "Contacts.Read.Shared", "Contacts.ReadWrite.Shared", "Tasks.Read", "Tasks.Read.Shared", "Tasks.ReadWrite",
        "Tasks.ReadWrite.Shared", "People.Read", "EAS.AccessAsUser.All", "EWS.AccessAsUser.All", "IMAP.AccessAsUser.All",
        "POP.AccessAsUser.All",
    };

    /// <summary>
    /// The permissions that are usually classified as low:
    /// https://learn.microsoft.com/entra/identity/enterprise-apps/configure-permission-classifications.
    /// </summary>
    private static readonly HashSet<string> LowRisk = new(StringComparer.OrdinalIgnoreCase)
    {
        "User.Read", "offline_access", "openid", "profile", "email",
    };

    /// <summary>
    /// Whether a user may consent. Each policy is looked at by itself, and one that allows is enough. Permissions that only an
    /// admin can consent to are the caller's affair.
    /// </summary>
    /// <param name="assigned">The policies of the tenant.</param>
    /// <param name="appId">The app's client ID.</param>
    /// <param name="isOfVendor">Whether another organization without a verified publisher registered it.</param>
    /// <param name="scopes">The requested scopes.</param>
    public static bool Allow(
        IEnumerable<string> assigned, string appId, bool isOfVendor, IReadOnlyCollection<string> scopes) =>
        assigned.Any(policy => policy switch
        {
            MailClients => Clients.ContainsKey(appId) && scopes.All(s => Mail.Contains(s) || LowRisk.Contains(s)),
            // https://learn.microsoft.com/entra/identity/enterprise-apps/configure-risk-based-step-up-consent: an app of a vendor
            // without a verified publisher is a risk under each of the other policies.
            _ when isOfVendor => false,
            Recommended => !scopes.Any(Mail.Contains),
            Low => scopes.All(LowRisk.Contains),
            Legacy => true,
            _ => false,
        });
}
