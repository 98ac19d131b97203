namespace MailAdmin.Tests.Tenant.ExchangeAdmin;

/// <summary>A cmdlet as a published source calls it, and what the source reads of the answer.</summary>
/// <param name="Cmdlet">Its name.</param>
/// <param name="Parameters">The parameters as JSON; what stands in braces is of the world that it runs in.</param>
/// <param name="Answer">What one object of the answer has to be like; null where the cmdlet says nothing.</param>
/// <param name="Source">Who publishes it.</param>
public sealed record AdminExample(string Cmdlet, string Parameters, string? Answer, string Source);

internal static class AdminExamples
{
    private const string Docs = "https://learn.microsoft.com/powershell/module/exchange/";
    private const string Rbac = "tiredithumans/azapptoolkit crates/azapptoolkit-exchange/src/client/rbac.rs, models.rs";
    private const string Groups = "tiredithumans/azapptoolkit crates/azapptoolkit-exchange/src/client/groups.rs, models.rs";
    private const string Cipp = "KelvinTegelaar/CIPP-API Modules/CIPPCore/Public/";

    /// <summary>In an order in which they can run one after the other.</summary>
    public static readonly AdminExample[] All =
    [
        new("Get-OrganizationConfig", "{}", """{"IsDehydrated":true}""", Docs + "enable-organizationcustomization, \"Get-OrganizationConfig | Format-List IsDehydrated\""),
        new("Enable-OrganizationCustomization", "{}", null, Docs + "enable-organizationcustomization, example 1"),
        new("New-ServicePrincipal", """{"AppId":"{app}","ObjectId":"{principal}","DisplayName":"Demo"}""",
            """{"AppId":"{app}","ObjectId":"{principal}","DisplayName":"Demo","Identity":"{principal}"}""", Rbac),
        new("Get-ServicePrincipal", """{"Identity":"{app}"}""", """{"AppId":"{app}","ObjectId":"{principal}","DisplayName":"Demo"}""", Rbac),

        new("Add-MailboxPermission", """{"Identity":"{mailbox}","User":"{principal}","AccessRights":["FullAccess"],"AutoMapping":false,"InheritanceType":"All"}""",
            """{"User":"{principal}","AccessRights":["FullAccess"],"Deny":"False","IsInherited":false}""", Cipp + "Set-CIPPMailboxAccess.ps1"),
        new("Get-MailboxPermission", """{"Identity":"{mailbox}"}""", """{"User":"{principal}","AccessRights":["FullAccess"]}""", Docs + "get-mailboxpermission, example 1"),
        new("Remove-MailboxPermission", """{"Identity":"{mailbox}","User":"{principal}","AccessRights":["FullAccess"],"Confirm":false}""", null, Docs + "remove-mailboxpermission, example 1"),
        new("Add-RecipientPermission", """{"Identity":"{mailbox}","Trustee":"{principal}","AccessRights":["SendAs"],"Confirm":false}""",
            """{"Trustee":"{principal}","AccessRights":["SendAs"],"AccessControlType":"Allow"}""", Docs + "add-recipientpermission, example 1"),
        new("Get-RecipientPermission", """{"Identity":"{mailbox}"}""", """{"Trustee":"{principal}","AccessRights":["SendAs"]}""", Docs + "get-recipientpermission, example 2"),
        new("Get-RecipientPermission", """{"Trustee":"{principal}","ResultSize":"Unlimited"}""", """{"Trustee":"{principal}","AccessRights":["SendAs"]}""",
            Docs + "get-recipientpermission, example 1 and -ResultSize"),
        new("Remove-RecipientPermission", """{"Identity":"{mailbox}","Trustee":"{principal}","AccessRights":["SendAs"],"Confirm":false}""", null, Docs + "remove-recipientpermission, example 1"),

        new("New-ManagementScope", """{"Name":"Scope","RecipientRestrictionFilter":"UserPrincipalName -eq '{mailbox}'"}""",
            """{"Name":"Scope","Identity":"Scope","RecipientFilter":"UserPrincipalName -eq '{mailbox}'"}""", Rbac),
        new("Get-ManagementScope", """{"Identity":"Scope"}""", """{"Name":"Scope","RecipientFilter":"UserPrincipalName -eq '{mailbox}'"}""", Rbac),
        new("Set-ManagementScope", """{"Identity":"Scope","RecipientRestrictionFilter":"PrimarySmtpAddress -eq '{mailbox}'","Confirm":false}""", null, Rbac),
        new("New-ManagementRoleAssignment", """{"App":"{app}","Role":"Application Mail.Read","CustomResourceScope":"Scope"}""",
            """{"Role":"Application Mail.Read","CustomResourceScope":"Scope","RoleAssigneeName":"{principal}"}""", Rbac),
        new("Get-ManagementRoleAssignment", """{"RoleAssignee":"{app}"}""", """{"Role":"Application Mail.Read","CustomResourceScope":"Scope"}""", Rbac),
        new("Get-ManagementRoleAssignment", "{}", """{"Role":"Application Mail.Read","RoleAssigneeType":"ServicePrincipal"}""", Docs + "get-managementroleassignment"),
        new("New-ManagementRoleAssignment", """{"App":"{app}","Role":"Application SMTP.SendAsApp","RecipientAdministrativeUnitScope":"{unit}"}""",
            """{"Role":"Application SMTP.SendAsApp","RecipientAdministrativeUnitScope":"{unit}"}""",
            "https://learn.microsoft.com/exchange/permissions-exo/application-rbac, \"resource scopes\""),
        new("Test-ServicePrincipalAuthorization", """{"Identity":"{app}","Resource":"{mailbox}"}""",
            """{"RoleName":"Application Mail.Read","GrantedPermissions":"Mail.Read","AllowedResourceScope":"Scope","ScopeType":"CustomRecipientScope","InScope":"True"}""",
            Docs + "test-serviceprincipalauthorization, example 1"),
        new("Set-ManagementRoleAssignment", """{"Identity":"{assignment}","CustomResourceScope":"Scope"}""", null, Docs + "set-managementroleassignment"),
        new("Remove-ManagementRoleAssignment", """{"Identity":"{assignment}","Confirm":false}""", null, Rbac),
        new("Remove-ManagementScope", """{"Identity":"Scope","Confirm":false}""", null, Docs + "remove-managementscope, example 1"),

        new("New-DistributionGroup", """{"Name":"Mail readers","Alias":"mailreaders","Type":"Security","IgnoreNamingPolicy":true}""",
            """{"Name":"Mail readers","PrimarySmtpAddress":"mailreaders@contoso.onmicrosoft.com","RecipientTypeDetails":"MailUniversalSecurityGroup"}""", Groups),
        new("Get-DistributionGroup", """{"Identity":"Mail readers"}""",
            """{"Name":"Mail readers","DistinguishedName":"CN=Mail readers,OU=contoso.onmicrosoft.com,OU=Microsoft Exchange Hosted Organizations,DC=NAMPR00A001,DC=PROD,DC=OUTLOOK,DC=COM"}""", Groups),
        new("Add-DistributionGroupMember", """{"Identity":"Mail readers","Member":"{mailbox}"}""", null, Groups),
        new("Get-DistributionGroupMember", """{"Identity":"Mail readers","ResultSize":"Unlimited"}""", """{"PrimarySmtpAddress":"{mailbox}"}""",
            Docs + "get-distributiongroupmember, -ResultSize"),
        new("Get-DistributionGroupMember", """{"Identity":"Mail readers"}""", """{"PrimarySmtpAddress":"{mailbox}","RecipientType":"UserMailbox"}""", Groups),
        new("New-DistributionGroup", """{"Name":"Managers","Type":"Security","Members":["{mailbox}"]}""", """{"Name":"Managers","RecipientTypeDetails":"MailUniversalSecurityGroup"}""",
            Docs + "new-distributiongroup, -Members"),
        new("Add-DistributionGroupMember", """{"Identity":"Managers","Member":"Mail readers","BypassSecurityGroupManagerCheck":true}""", null,
            Docs + "add-distributiongroupmember, -BypassSecurityGroupManagerCheck"),
        new("New-ApplicationAccessPolicy", """{"AccessRight":"RestrictAccess","AppId":["{app}"],"PolicyScopeGroupId":"mailreaders@contoso.onmicrosoft.com","Description":"Restrict"}""",
            """{"AppId":"{app}","ScopeName":"Mail readers","AccessRight":"RestrictAccess","Description":"Restrict"}""", Docs + "new-applicationaccesspolicy, example 2"),
        new("Get-ApplicationAccessPolicy", "{}", """{"AppId":"{app}","ScopeName":"Mail readers","ScopeIdentity":"Mail readers","AccessRight":"RestrictAccess"}""", Rbac),
        new("Test-ApplicationAccessPolicy", """{"AppId":"{app}","Identity":"{mailbox}"}""", """{"AppId":"{app}","AccessCheckResult":"Granted"}""", Rbac),
        new("Remove-ApplicationAccessPolicy", """{"Identity":"{policy}","Confirm":false}""", null, Rbac),
        new("Remove-DistributionGroupMember", """{"Identity":"Mail readers","Member":"{mailbox}","Confirm":false,"BypassSecurityGroupManagerCheck":true}""", null, Groups),
        new("Remove-DistributionGroup", """{"Identity":"Mail readers","Confirm":false,"BypassSecurityGroupManagerCheck":true}""", null, Groups),

        new("Get-ManagementRole", """{"Identity":"Mail Recipients"}""", """{"Name":"Mail Recipients","RoleType":"MailRecipients"}""", Docs + "get-managementrole, example 5"),
        new("Add-RoleGroupMember", """{"Identity":"Recipient Management","Member":"{mailbox}"}""", null, Docs + "add-rolegroupmember, example 1"),
        new("Get-RoleGroupMember", """{"Identity":"Recipient Management"}""", """{"PrimarySmtpAddress":"{mailbox}"}""", Docs + "get-rolegroupmember, example 1"),
        new("Remove-RoleGroupMember", """{"Identity":"Recipient Management","Member":"{mailbox}","Confirm":false}""", null, Docs + "remove-rolegroupmember, example 1"),
        new("Set-OrganizationConfig", """{"EwsEnabled":true,"EwsAllowedAppIDs":"{app}"}""", null, Docs + "set-organizationconfig, -EwsEnabled, -EwsAllowedAppIDs"),
        new("Get-OrganizationConfig", "{}", """{"EwsEnabled":true,"EwsAllowedAppIDs":"{app}"}""", Docs + "get-organizationconfig"),
        new("Get-AcceptedDomain", "{}", """{"DomainName":"contoso.onmicrosoft.com","DomainType":"Authoritative","Default":true}""", Docs + "get-accepteddomain, examples 1 and 2"),

        new("Get-Mailbox", """{"Identity":"{mailbox}"}""",
            """{"UserPrincipalName":"{mailbox}","PrimarySmtpAddress":"{mailbox}","RecipientTypeDetails":"SharedMailbox","RetainDeletedItemsFor":"14.00:00:00"}""", Docs + "get-mailbox"),
        new("Get-Mailbox", """{"ResultSize":"Unlimited"}""", """{"PrimarySmtpAddress":"{mailbox}"}""", Docs + "get-mailbox, example 1"),
        new("Set-Mailbox", """{"Identity":"{mailbox}","RetainDeletedItemsFor":"30.00:00:00"}""", null, Docs + "set-mailbox, -RetainDeletedItemsFor"),
        new("Get-MailboxStatistics", """{"Identity":"{mailbox}"}""", """{"DeletedItemCount":0,"TotalDeletedItemSize":"0 B (0 bytes)"}""", Docs + "get-mailboxstatistics, example 1"),
        new("Get-InboxRule", """{"Mailbox":"{mailbox}"}""", """{"Name":"Move To Junk","Enabled":true,"MoveToFolder":"Robots"}""", Docs + "get-inboxrule, example 1"),
        new("Get-InboxRule", """{"Mailbox":"{mailbox}","Identity":"Move To Junk"}""", """{"Name":"Move To Junk"}""", Docs + "get-inboxrule, example 2"),
        new("Disable-InboxRule", """{"Identity":"Move To Junk","Mailbox":"{mailbox}","Confirm":false}""", null, Docs + "disable-inboxrule, example 1"),
        new("Get-Recipient", """{"Identity":"{mailbox}"}""", """{"PrimarySmtpAddress":"{mailbox}","IsValidSecurityPrincipal":false}""",
            Docs + "new-applicationaccesspolicy, \"Get-Recipient | Select-Object IsValidSecurityPrincipal\""),
        new("Get-Recipient", """{"Filter":"PrimarySmtpAddress -eq '{mailbox}'","ResultSize":"Unlimited"}""", """{"PrimarySmtpAddress":"{mailbox}"}""",
            Docs + "get-recipient, example 1"),
        new("Get-Recipient", """{"Filter":"PrimarySmtpAddress -eq '{mailbox}'"}""", """{"PrimarySmtpAddress":"{mailbox}"}""", Docs + "get-recipient, -Filter"),
        new("Get-CASMailbox", """{"Identity":"{mailbox}"}""", """{"ImapEnabled":true,"PopEnabled":true,"SmtpClientAuthenticationDisabled":null}""", Docs + "get-casmailbox"),
        new("Get-CASMailbox", """{"ResultSize":"Unlimited"}""", """{"ImapEnabled":true}""", Docs + "get-casmailbox, -ResultSize"),
        new("Set-CASMailbox", """{"Identity":"{mailbox}","ImapEnabled":false,"SmtpClientAuthenticationDisabled":false}""", null, Docs + "set-casmailbox"),
        new("Get-MailboxRegionalConfiguration", """{"Identity":"{mailbox}"}""", """{"Language":null,"TimeZone":null}""", Docs + "get-mailboxregionalconfiguration, example 1"),
        new("Set-MailboxRegionalConfiguration", """{"Identity":"{mailbox}","Language":"de-DE","TimeZone":"W. Europe Standard Time"}""", null,
            Docs + "set-mailboxregionalconfiguration"),
        new("Get-TransportConfig", "{}", """{"SmtpClientAuthenticationDisabled":true}""", Docs + "get-transportconfig"),
        new("Remove-ServicePrincipal", """{"Identity":"{app}","Confirm":false}""", null, Docs + "remove-serviceprincipal, example 1"),
    ];
}
