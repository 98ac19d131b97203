namespace MailAdmin.Tenant.Configuration;

/// <summary>
/// The role groups of those who administer Exchange:
/// https://learn.microsoft.com/exchange/permissions-exo/permissions-exo#role-groups.
/// </summary>
internal static class RoleGroups
{
    public const string OrganizationManagement = "Organization Management", RecipientManagement = "Recipient Management",
        ViewOnlyOrganizationManagement = "View-Only Organization Management";

    public static IReadOnlyList<string> All { get; } =
        [OrganizationManagement, RecipientManagement, ViewOnlyOrganizationManagement];
}
