namespace MailAdmin.Tenant.ExchangeAdmin;

/// <summary>Every cmdlet that the sandbox answers.</summary>
internal static class AdminCommands
{
    private static readonly string[] Roles = [ManagementRoles.RoleManagement];
    private static readonly string[] SeeRoles = [ManagementRoles.RoleManagement, ManagementRoles.ViewOnlyConfiguration];
    private static readonly string[] Organization = [ManagementRoles.OrganizationConfiguration];
    private static readonly string[] SeeOrganization =
    [
        ManagementRoles.OrganizationConfiguration, ManagementRoles.ViewOnlyConfiguration,
    ];
    private static readonly string[] Mailboxes = [ManagementRoles.MailRecipients];
    private static readonly string[] SeeRecipients = [ManagementRoles.MailRecipients, ManagementRoles.ViewOnlyRecipients];
    private static readonly string[] Groups = [ManagementRoles.DistributionGroups];

    private static readonly string[] Identity = ["Identity"];
    private static readonly string[] List = ["Identity", "Filter", "ResultSize", "RecipientTypeDetails"];
    private static readonly string[] Mailbox = [.. List, "SoftDeletedMailbox"];
    private static readonly string[] Scopes = ["CustomResourceScope", "RecipientGroupScope", "RecipientAdministrativeUnitScope"];

    public static IReadOnlyDictionary<string, AdminCommand> All { get; } = new AdminCommand[]
    {
        new("New-ServicePrincipal", Roles, ["AppId", "ObjectId", "ServiceId", "DisplayName"], ServicePrincipalCommands.New),
        new("Get-ServicePrincipal", SeeRoles, Identity, ServicePrincipalCommands.Get),
        new("Remove-ServicePrincipal", Roles, Identity, ServicePrincipalCommands.Remove),

        new("Add-MailboxPermission", Mailboxes, ["Identity", "User", "AccessRights", "AutoMapping", "InheritanceType"],
            PermissionCommands.AddMailbox),
        new("Get-MailboxPermission", SeeRecipients, ["Identity", "User", "ResultSize"], PermissionCommands.GetMailbox),
        new("Remove-MailboxPermission", Mailboxes, ["Identity", "User", "AccessRights", "InheritanceType"],
            PermissionCommands.RemoveMailbox),
        new("Add-RecipientPermission", Mailboxes, ["Identity", "Trustee", "AccessRights"], PermissionCommands.AddRecipient),
        new("Get-RecipientPermission", SeeRecipients, ["Identity", "Trustee", "AccessRights", "ResultSize"],
            PermissionCommands.GetRecipient),
        new("Remove-RecipientPermission", Mailboxes, ["Identity", "Trustee", "AccessRights"], PermissionCommands.RemoveRecipient),

        new("New-ManagementScope", Roles, ["Name", "RecipientRestrictionFilter"], ScopeCommands.New)
        {
            NeedsCustomization = true,
        },
        new("Get-ManagementScope", SeeRoles, Identity, ScopeCommands.Get),
        new("Set-ManagementScope", Roles, ["Identity", "Name", "RecipientRestrictionFilter"], ScopeCommands.Set)
        {
            NeedsCustomization = true,
        },
        new("Remove-ManagementScope", Roles, Identity, ScopeCommands.Remove),

        new("New-ManagementRoleAssignment", Roles, ["App", "Role", "Name", .. Scopes], AssignmentCommands.New)
        {
            NeedsCustomization = true,
        },
        new("Get-ManagementRoleAssignment", SeeRoles, ["Identity", "RoleAssignee", "RoleAssigneeType", "Role"],
            AssignmentCommands.Get),
        new("Set-ManagementRoleAssignment", Roles, ["Identity", .. Scopes], AssignmentCommands.Set) { NeedsCustomization = true },
        new("Remove-ManagementRoleAssignment", Roles, Identity, AssignmentCommands.Remove),
        new("Test-ServicePrincipalAuthorization", SeeRoles, ["Identity", "Resource"], AssignmentCommands.Test),

        new("New-ApplicationAccessPolicy", Organization, ["AppId", "PolicyScopeGroupId", "AccessRight", "Description"],
            PolicyCommands.New),
        new("Get-ApplicationAccessPolicy", SeeOrganization, Identity, PolicyCommands.Get),
        new("Remove-ApplicationAccessPolicy", Organization, Identity, PolicyCommands.Remove),
        new("Test-ApplicationAccessPolicy", SeeOrganization, ["Identity", "AppId"], PolicyCommands.Test),

        new("New-DistributionGroup", Groups,
            ["Name", "DisplayName", "Alias", "Type", "PrimarySmtpAddress", "Members", "IgnoreNamingPolicy", "Notes"],
            GroupCommands.New),
        new("Get-DistributionGroup", [.. Groups, ManagementRoles.ViewOnlyRecipients], ["Identity", "ResultSize"],
            GroupCommands.Get),
        new("Remove-DistributionGroup", Groups, ["Identity", "BypassSecurityGroupManagerCheck"], GroupCommands.Remove),
        new("Get-DistributionGroupMember", [.. Groups, ManagementRoles.ViewOnlyRecipients], ["Identity", "ResultSize"],
            GroupCommands.GetMembers),
        new("Add-DistributionGroupMember", Groups, ["Identity", "Member", "BypassSecurityGroupManagerCheck"],
            GroupCommands.AddMember),
        new("Remove-DistributionGroupMember", Groups, ["Identity", "Member", "BypassSecurityGroupManagerCheck"],
            GroupCommands.RemoveMember),

        new("Get-Mailbox", SeeRecipients, Mailbox, RecipientCommands.GetMailbox),
        new("Set-Mailbox", Mailboxes,
            [
                "Identity", "RetainDeletedItemsFor", "MaxSendSize", "ProhibitSendReceiveQuota", "GrantSendOnBehalfTo", "Type",
                "LitigationHoldEnabled", "RetentionHoldEnabled", "ForwardingSmtpAddress", "DeliverToMailboxAndForward",
                .. RecipientCommands.CustomAttributes,
            ],
            RecipientCommands.SetMailbox),
        new("Get-MailboxStatistics", SeeRecipients, Identity, StatisticsCommands.Get),
        new("Get-InboxRule", SeeRecipients, ["Mailbox", "Identity"], StatisticsCommands.Rules),
        new("Disable-InboxRule", Mailboxes, ["Mailbox", "Identity"], StatisticsCommands.Disable),
        new("Get-Recipient", SeeRecipients, List, RecipientCommands.GetRecipient),
        new("Get-CASMailbox", SeeRecipients, List, RecipientCommands.GetCas),
        new("Set-CASMailbox", Mailboxes, ["Identity", "ImapEnabled", "PopEnabled", "SmtpClientAuthenticationDisabled"],
            RecipientCommands.SetCas),
        new("Get-MailboxRegionalConfiguration", SeeRecipients, Identity, RecipientCommands.GetRegional),
        new("Set-MailboxRegionalConfiguration", Mailboxes,
            ["Identity", "Language", "TimeZone", "DateFormat", "TimeFormat", "LocalizeDefaultFolderName"],
            RecipientCommands.SetRegional),

        new("Get-ManagementRole", SeeRoles, ["Identity", "RoleType"], RoleGroupCommands.Roles),
        new("Get-RoleGroupMember", SeeRoles, ["Identity", "ResultSize"], RoleGroupCommands.Get),
        new("Add-RoleGroupMember", Roles, ["Identity", "Member", "BypassSecurityGroupManagerCheck"], RoleGroupCommands.Add),
        new("Remove-RoleGroupMember", Roles, ["Identity", "Member", "BypassSecurityGroupManagerCheck"],
            RoleGroupCommands.Remove),

        new("Get-AcceptedDomain", SeeOrganization, ["Identity", "ResultSize"], OrganizationCommands.Domains),
        new("Get-OrganizationConfig", SeeOrganization, Identity, OrganizationCommands.Get),
        new("Set-OrganizationConfig", Organization,
            ["EwsEnabled", "EwsAllowedAppIDs", "DefaultAuthenticationPolicy", "SendFromAliasEnabled"], OrganizationCommands.Set),
        new("Enable-OrganizationCustomization", Organization, [], OrganizationCommands.Enable),
        new("Get-TransportConfig", SeeOrganization, [], OrganizationCommands.Transport),
    }.ToDictionary(c => c.Name, StringComparer.OrdinalIgnoreCase);
}
