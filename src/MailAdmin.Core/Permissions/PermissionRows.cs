namespace MailAdmin.Core.Permissions;

// The table: one row for each permission, then one for each family. The first matching row is used.
internal static partial class PermissionTable
{
    private static readonly PermissionRow[] Rows =
    [
        // Graph, application.
        App("Graph", "Calendars.Read") with { Role = "Application Calendars.Read", OpensEveryMailbox = true },
        App("Graph", "Calendars.ReadBasic.All") with { OpensEveryMailbox = true },
        App("Graph", "Calendars.ReadWrite") with { Role = "Application Calendars.ReadWrite", OpensEveryMailbox = true },
        App("Graph", "Contacts.Read") with { Role = "Application Contacts.Read", OpensEveryMailbox = true },
        App("Graph", "Contacts.ReadWrite") with { Role = "Application Contacts.ReadWrite", OpensEveryMailbox = true },
        App("Graph", "Directory.Read.All"),
        App("Graph", "Group.Read.All"),
        App("Graph", "Mail-Advanced.ReadWrite.All") with { Protocol = "Graph", OpensEveryMailbox = true },
        App("Graph", "Mail.Read") with
        {
            Protocol = "Graph", Role = "Application Mail.Read", OpensEveryMailbox = true, ObeysPolicies = true,
        },
        App("Graph", "Mail.ReadBasic") with
        {
            Protocol = "Graph", Role = "Application Mail.ReadBasic", OpensEveryMailbox = true, ObeysPolicies = true,
        },
        App("Graph", "Mail.ReadBasic.All") with
        {
            Protocol = "Graph", Role = "Application Mail.ReadBasic", OpensEveryMailbox = true, ObeysPolicies = true,
        },
        App("Graph", "Mail.ReadWrite") with
        {
            Protocol = "Graph", Role = "Application Mail.ReadWrite", OpensEveryMailbox = true, ObeysPolicies = true,
        },
        App("Graph", "Mail.Send") with
        {
            Protocol = "Graph", Role = "Application Mail.Send", OpensEveryMailbox = true, ObeysPolicies = true,
        },
        App("Graph", "MailboxFolder.Read.All") with { Protocol = "Graph", OpensEveryMailbox = true },
        App("Graph", "MailboxFolder.ReadWrite.All") with { Protocol = "Graph", OpensEveryMailbox = true },
        App("Graph", "MailboxItem.Read.All") with { Protocol = "Graph", OpensEveryMailbox = true },
        App("Graph", "MailboxSettings.Read") with { Role = "Application MailboxSettings.Read", OpensEveryMailbox = true },
        App("Graph", "MailboxSettings.ReadWrite") with
        {
            Role = "Application MailboxSettings.ReadWrite", OpensEveryMailbox = true,
        },
        App("Graph", "Organization.Read.All"),
        App("Graph", "User.Read.All"),
        App("Graph", "User.ReadBasic.All"),

        // Exchange, application: in addition to those of its protocols, it has copies of Graph's, from the Outlook REST API.
        App("Exchange", "Calendars.ReadWrite.All") with { Role = "Application Calendars.ReadWrite", OpensEveryMailbox = true },
        App("Exchange", "full_access_as_app") with
        {
            Protocol = "EWS", Role = RoleNames.Ews, OpensEveryMailbox = true, ObeysPolicies = true,
        },
        App("Exchange", "IMAP.AccessAsApp") with { Protocol = "IMAP", RightNeeded = MailboxAccessRight.FullAccess },
        App("Exchange", "Mail.Read") with { Protocol = OutlookRest, Role = "Application Mail.Read", OpensEveryMailbox = true },
        App("Exchange", "Mail.ReadWrite") with
        {
            Protocol = OutlookRest, Role = "Application Mail.ReadWrite", OpensEveryMailbox = true,
        },
        App("Exchange", "Mail.Send") with { Protocol = OutlookRest, Role = "Application Mail.Send", OpensEveryMailbox = true },
        App("Exchange", "MailboxSettings.Read") with { Role = "Application MailboxSettings.Read", OpensEveryMailbox = true },
        App("Exchange", "POP.AccessAsApp") with { Protocol = "POP", RightNeeded = MailboxAccessRight.FullAccess },
        App("Exchange", "SMTP.SendAsApp") with
        {
            Protocol = "SMTP", Role = RoleNames.Smtp, IsRoleOfGlobalOnly = true, RightNeeded = MailboxAccessRight.SendAs,
        },
        App("Exchange", "User.Read.All"),
        App("Exchange", "Calendars.Read") with { IsKnown = false, Role = "Application Calendars.Read", OpensEveryMailbox = true },
        App("Exchange", "Calendars.ReadWrite") with
        {
            IsKnown = false, Role = "Application Calendars.ReadWrite", OpensEveryMailbox = true,
        },
        App("Exchange", "Contacts.Read") with { IsKnown = false, Role = "Application Contacts.Read", OpensEveryMailbox = true },
        App("Exchange", "Contacts.ReadWrite") with
        {
            IsKnown = false, Role = "Application Contacts.ReadWrite", OpensEveryMailbox = true,
        },
        App("Exchange", "Contacts.ReadWrite.All") with
        {
            IsKnown = false, Role = "Application Contacts.ReadWrite", OpensEveryMailbox = true,
        },
        App("Exchange", "MailboxSettings.ReadWrite") with
        {
            IsKnown = false, Role = "Application MailboxSettings.ReadWrite", OpensEveryMailbox = true,
        },
        App("Exchange", "MailboxSettings.ReadWrite.All") with
        {
            IsKnown = false, Role = "Application MailboxSettings.ReadWrite", OpensEveryMailbox = true,
        },
        App("Exchange", "Mail.ReadBasic") with
        {
            IsKnown = false, Protocol = OutlookRest, Role = "Application Mail.ReadBasic", OpensEveryMailbox = true,
        },
        App("Exchange", "Mail.ReadBasic.All") with
        {
            IsKnown = false, Protocol = OutlookRest, Role = "Application Mail.ReadBasic", OpensEveryMailbox = true,
        },

        // Graph, delegated.
        User("Graph", "Calendars.Read"),
        User("Graph", "Calendars.Read.Shared"),
        User("Graph", "Calendars.ReadWrite"),
        User("Graph", "Calendars.ReadWrite.Shared"),
        User("Graph", "Contacts.Read"),
        User("Graph", "Contacts.ReadWrite"),
        User("Graph", "email"),
        User("Graph", "IMAP.AccessAsUser.All") with { Protocol = "IMAP", IsLeftToAdmins = true },
        User("Graph", "Mail.Read") with { Protocol = "Graph", IsLeftToAdmins = true },
        User("Graph", "Mail.Read.Shared") with { Protocol = "Graph", IsLeftToAdmins = true },
        User("Graph", "Mail.ReadBasic") with { Protocol = "Graph" },
        User("Graph", "Mail.ReadWrite") with { Protocol = "Graph", IsLeftToAdmins = true },
        User("Graph", "Mail.ReadWrite.Shared") with { Protocol = "Graph", IsLeftToAdmins = true },
        User("Graph", "Mail.Send") with { Protocol = "Graph" },
        User("Graph", "Mail.Send.Shared") with { Protocol = "Graph" },
        User("Graph", "MailboxSettings.Read"),
        User("Graph", "MailboxSettings.ReadWrite"),
        User("Graph", "offline_access"),
        User("Graph", "openid"),
        User("Graph", "POP.AccessAsUser.All") with { Protocol = "POP", IsLeftToAdmins = true },
        User("Graph", "profile"),
        User("Graph", "SMTP.Send") with { Protocol = "SMTP" },
        User("Graph", "User.Read"),
        User("Graph", "User.Read.All"),
        User("Graph", "User.ReadBasic.All"),
        User("Graph", "EWS.AccessAsUser.All") with { IsKnown = false, Protocol = "EWS", IsLeftToAdmins = true },

        // Exchange, delegated.
        User("Exchange", "EWS.AccessAsUser.All") with { Protocol = "EWS", IsLeftToAdmins = true },
        User("Exchange", "IMAP.AccessAsUser.All") with { Protocol = "IMAP", IsLeftToAdmins = true },
        User("Exchange", "POP.AccessAsUser.All") with { Protocol = "POP", IsLeftToAdmins = true },
        User("Exchange", "SMTP.Send") with { Protocol = "SMTP" },
        User("Exchange", "Mail.Read") with { IsKnown = false, Protocol = OutlookRest, IsLeftToAdmins = true },
        User("Exchange", "Mail.Read.Shared") with { IsKnown = false, Protocol = OutlookRest, IsLeftToAdmins = true },
        User("Exchange", "Mail.ReadWrite") with { IsKnown = false, Protocol = OutlookRest, IsLeftToAdmins = true },
        User("Exchange", "Mail.ReadWrite.Shared") with { IsKnown = false, Protocol = OutlookRest, IsLeftToAdmins = true },

        // Families: permissions of a tenant that this table doesn't list by name. An app with one of them is assumed to reach all
        // mailboxes.
        App("Graph", "Mail.*") with { IsKnown = false, Protocol = "Graph", OpensEveryMailbox = true },
        User("Graph", "Mail.*") with { IsKnown = false, Protocol = "Graph" },
        App("Graph", "Mail-Advanced.*") with { IsKnown = false, Protocol = "Graph", OpensEveryMailbox = true },
        User("Graph", "Mail-Advanced.*") with { IsKnown = false, Protocol = "Graph" },
        App("Graph", "MailboxItem.*") with { IsKnown = false, Protocol = "Graph", OpensEveryMailbox = true },
        User("Graph", "MailboxItem.*") with { IsKnown = false, Protocol = "Graph" },
        App("Graph", "MailboxFolder.*") with { IsKnown = false, Protocol = "Graph", OpensEveryMailbox = true },
        User("Graph", "MailboxFolder.*") with { IsKnown = false, Protocol = "Graph" },
        App("Graph", "MailboxSettings.*") with { IsKnown = false, OpensEveryMailbox = true },
        App("Graph", "Calendars.*") with { IsKnown = false, OpensEveryMailbox = true },
        App("Graph", "Contacts.*") with { IsKnown = false, OpensEveryMailbox = true },
        App("Graph", "full_access_as_*") with { IsKnown = false, Protocol = "EWS", OpensEveryMailbox = true },
        User("Graph", "full_access_as_*") with { IsKnown = false, Protocol = "EWS" },
        App("Graph", "EWS.*") with { IsKnown = false, Protocol = "EWS" },
        User("Graph", "EWS.*") with { IsKnown = false, Protocol = "EWS" },
        App("Graph", "IMAP.*") with { IsKnown = false, Protocol = "IMAP", RightNeeded = MailboxAccessRight.FullAccess },
        User("Graph", "IMAP.*") with { IsKnown = false, Protocol = "IMAP" },
        App("Graph", "POP.*") with { IsKnown = false, Protocol = "POP", RightNeeded = MailboxAccessRight.FullAccess },
        User("Graph", "POP.*") with { IsKnown = false, Protocol = "POP" },
        App("Graph", "SMTP.*") with { IsKnown = false, Protocol = "SMTP", RightNeeded = MailboxAccessRight.SendAs },
        User("Graph", "SMTP.*") with { IsKnown = false, Protocol = "SMTP" },
        App("Exchange", "Mail.*") with { IsKnown = false, Protocol = OutlookRest, OpensEveryMailbox = true },
        User("Exchange", "Mail.*") with { IsKnown = false, Protocol = OutlookRest },
        App("Exchange", "Mail-Advanced.*") with { IsKnown = false, Protocol = OutlookRest, OpensEveryMailbox = true },
        User("Exchange", "Mail-Advanced.*") with { IsKnown = false, Protocol = OutlookRest },
        App("Exchange", "MailboxItem.*") with { IsKnown = false, Protocol = OutlookRest, OpensEveryMailbox = true },
        User("Exchange", "MailboxItem.*") with { IsKnown = false, Protocol = OutlookRest },
        App("Exchange", "MailboxFolder.*") with { IsKnown = false, Protocol = OutlookRest, OpensEveryMailbox = true },
        User("Exchange", "MailboxFolder.*") with { IsKnown = false, Protocol = OutlookRest },
        App("Exchange", "MailboxSettings.*") with { IsKnown = false, OpensEveryMailbox = true },
        App("Exchange", "Calendars.*") with { IsKnown = false, OpensEveryMailbox = true },
        App("Exchange", "Contacts.*") with { IsKnown = false, OpensEveryMailbox = true },
        App("Exchange", "full_access_as_*") with { IsKnown = false, Protocol = "EWS", OpensEveryMailbox = true },
        User("Exchange", "full_access_as_*") with { IsKnown = false, Protocol = "EWS" },
        App("Exchange", "EWS.*") with { IsKnown = false, Protocol = "EWS" },
        User("Exchange", "EWS.*") with { IsKnown = false, Protocol = "EWS" },
        App("Exchange", "IMAP.*") with { IsKnown = false, Protocol = "IMAP", RightNeeded = MailboxAccessRight.FullAccess },
        User("Exchange", "IMAP.*") with { IsKnown = false, Protocol = "IMAP" },
        App("Exchange", "POP.*") with { IsKnown = false, Protocol = "POP", RightNeeded = MailboxAccessRight.FullAccess },
        User("Exchange", "POP.*") with { IsKnown = false, Protocol = "POP" },
        App("Exchange", "SMTP.*") with { IsKnown = false, Protocol = "SMTP", RightNeeded = MailboxAccessRight.SendAs },
        User("Exchange", "SMTP.*") with { IsKnown = false, Protocol = "SMTP" },
    ];
}
