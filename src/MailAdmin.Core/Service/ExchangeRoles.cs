namespace MailAdmin.Core.Service;

/// <summary>The least role group with which a cmdlet of Exchange can be run.</summary>
/// <remarks>
/// https://learn.microsoft.com/exchange/permissions-exo/application-rbac: roles of apps require Organization Management, which
/// the directory role Exchange Administrator includes.
/// https://learn.microsoft.com/powershell/exchange/find-exchange-cmdlet-permissions describes how to find them in a tenant.
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

    /// <summary>Returns the pending work for a step that the caller isn't allowed to run.</summary>
    public static MailAdminPending Pending(string cmdlet) => MailAdminPending.ForRole(For(cmdlet), $"for {cmdlet}.");
}
