using MailAdmin.Tenant.Configuration;

namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>
/// Defines the built-in role groups and their management roles.
/// https://learn.microsoft.com/exchange/permissions-exo/permissions-exo#role-groups. The directory roles Exchange Administrator
/// and Global Administrator include membership in Organization Management.
/// </summary>
internal static class ManagementRoles
{
    public const string OrganizationConfiguration = "Organization Configuration", RoleManagement = "Role Management",
        MailRecipients = "Mail Recipients", DistributionGroups = "Distribution Groups",
        SecurityGroups = "Security Group Creation and Membership",
        ViewOnlyConfiguration = "View-Only Configuration", ViewOnlyRecipients = "View-Only Recipients";

    public static IReadOnlyDictionary<string, string[]> OfGroup { get; } = new Dictionary<string, string[]>(
        StringComparer.OrdinalIgnoreCase)
    {
        [RoleGroups.OrganizationManagement] =
            [
                OrganizationConfiguration, RoleManagement, MailRecipients, DistributionGroups, SecurityGroups,
                ViewOnlyConfiguration, ViewOnlyRecipients,
            ],
        [RoleGroups.RecipientManagement] = [MailRecipients, DistributionGroups, ViewOnlyRecipients],
        [RoleGroups.ViewOnlyOrganizationManagement] = [ViewOnlyConfiguration, ViewOnlyRecipients],
    };

    /// <summary>Returns all management roles of a caller's role groups.</summary>
    public static IReadOnlySet<string> Of(IEnumerable<string> groups) =>
        groups.SelectMany(g => OfGroup.GetValueOrDefault(g) ?? []).ToHashSet(StringComparer.OrdinalIgnoreCase);
}
