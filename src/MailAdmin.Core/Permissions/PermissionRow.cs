namespace MailAdmin.Core.Permissions;

/// <summary>Represents a row of the <see cref="PermissionTable"/>: the properties of a permission.</summary>
/// <param name="Resource">"Graph" or "Exchange".</param>
/// <param name="Name">
/// Its name. A name that ends with "*" is for all that begin so and have no row of their own, such as those of a later year.
/// </param>
/// <param name="Kind">Application or delegated.</param>
internal sealed record PermissionRow(string Resource, string Name, PermissionKind Kind)
{
    /// <summary>Whether a recipe can request the permission: it's for mail, calendars, contacts, or people.</summary>
    public bool IsKnown { get; init; } = true;

    /// <summary>The protocol over which it gives access to mail; null if it doesn't.</summary>
    public string? Protocol { get; init; }

    /// <summary>The role in Exchange that replaces it, for some mailboxes; null if there is none.</summary>
    /// <remarks>https://learn.microsoft.com/exchange/permissions-exo/application-rbac#supported-application-roles</remarks>
    public string? Role { get; init; }

    /// <summary>Whether only the worldwide cloud has that role.</summary>
    public bool IsRoleOfGlobalOnly { get; init; }

    /// <summary>
    /// Whether it lets an app into every mailbox of the tenant by itself. IMAP, POP and SMTP need a right on the mailbox, too.
    /// </summary>
    public bool OpensEveryMailbox { get; init; }

    /// <summary>Whether application access policies apply to the permission.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/graph/auth-limit-mailbox-access#supported-permissions-and-additional-resources
    /// </remarks>
    public bool ObeysPolicies { get; init; }

    /// <summary>The mailbox permission that it also requires; null if it requires none.</summary>
    public MailboxAccessRight? RightNeeded { get; init; }

    /// <summary>Whether users can't consent to it where Microsoft manages the consent settings, which is the default.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/entra/identity/enterprise-apps/manage-app-consent-policies,
    /// microsoft-user-default-recommended: since late 2025, it excludes mail permissions, over Microsoft Graph and over IMAP,
    /// POP, and EWS. A tenant with its own policy decides otherwise.
    /// </remarks>
    public bool IsLeftToAdmins { get; init; }

    /// <summary>Returns whether this row is for a permission.</summary>
    public bool Matches(MailAppPermission permission) =>
        permission.Kind == Kind && permission.Resource == Resource
        && (Name.EndsWith('*')
            ? permission.Name.StartsWith(Name[..^1], StringComparison.OrdinalIgnoreCase)
            : permission.Name.Equals(Name, StringComparison.OrdinalIgnoreCase));
}
