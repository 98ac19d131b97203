namespace MailAdmin.Core.Service;

/// <summary>The least role group with which a cmdlet of Exchange can be run.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/permissions-exo/application-rbac: roles of apps need Organization Management, which the
/// directory role Exchange Administrator makes one a member of.
/// https://learn.microsoft.com/powershell/exchange/find-exchange-cmdlet-permissions tells for a tenant of one's own.
/// </remarks>
internal static class ExchangeRoles
{
    public const string Organization = "Organization Management (Exchange Administrator)",
        Recipients = "Recipient Management (Exchange Recipient Administrator)";

    private static readonly string[] OfOrganization =
    [
        "ServicePrincipal", "ManagementScope", "ManagementRoleAssignment", "ApplicationAccessPolicy", "OrganizationCustomization",
    ];

    public static string For(string cmdlet) =>
        OfOrganization.Any(n => cmdlet.EndsWith(n, StringComparison.OrdinalIgnoreCase)) ? Organization : Recipients;

    /// <summary>What is told of a step that the caller may not do.</summary>
    public static MailAdminPending Pending(string cmdlet) => MailAdminPending.ForRole(For(cmdlet), $"for {cmdlet}.");
}
