using MailAdmin.Core.Base;
using MailAdmin.Core.Permissions;

namespace MailAdmin.Tests.Access;

public sealed class PermissionTableTests
{
    private static readonly Cloud Global = Cloud.Of(MailEnvironment.Global), China = Cloud.Of(MailEnvironment.China);

    public static TheoryData<string, PermissionKind, string?, string?, bool, bool, MailboxAccessRight?, bool> Known { get; } = new()
    {
        { "Graph/Mail.ReadWrite", PermissionKind.Application, "Graph", "Application Mail.ReadWrite", true, true, null, false },
        { "Graph/mail.readbasic.all", PermissionKind.Application, "Graph", "Application Mail.ReadBasic", true, true, null, false },
        { "Graph/MailboxSettings.Read", PermissionKind.Application, null, "Application MailboxSettings.Read", true, false, null, false },
        { "Graph/Mail-Advanced.ReadWrite.All", PermissionKind.Application, "Graph", null, true, false, null, false },
        { "Graph/User.Read.All", PermissionKind.Application, null, null, false, false, null, false },
        { "Exchange/Mail.ReadWrite", PermissionKind.Application, "Outlook REST", "Application Mail.ReadWrite", true, false, null, false },
        { "Exchange/Contacts.ReadWrite.All", PermissionKind.Application, null, "Application Contacts.ReadWrite", true, false, null, false },
        { "Exchange/full_access_as_app", PermissionKind.Application, "EWS", "Application EWS.AccessAsApp", true, true, null, false },
        { "Exchange/IMAP.AccessAsApp", PermissionKind.Application, "IMAP", null, false, false, MailboxAccessRight.FullAccess, false },
        { "Exchange/SMTP.SendAsApp", PermissionKind.Application, "SMTP", "Application SMTP.SendAsApp", false, false, MailboxAccessRight.SendAs, false },
        { "Graph/Mail.Read.Shared", PermissionKind.Delegated, "Graph", null, false, false, null, true },
        { "Graph/Mail.Send", PermissionKind.Delegated, "Graph", null, false, false, null, false },
        { "Graph/IMAP.AccessAsUser.All", PermissionKind.Delegated, "IMAP", null, false, false, null, true },
        { "Exchange/EWS.AccessAsUser.All", PermissionKind.Delegated, "EWS", null, false, false, null, true },
        { "Graph/User.Read", PermissionKind.Delegated, null, null, false, false, null, false },
    };

    [Theory, MemberData(nameof(Known))]
    public void A_row_tells_what_a_permission_does(
        string name, PermissionKind kind, string? protocol, string? role, bool opens, bool obeys, MailboxAccessRight? right, bool admins)
    {
        var permission = PermissionName.Parse(name, kind);
        var row = PermissionTable.Of(permission);
        Assert.Equal(
            (protocol, role, opens, obeys, right, admins),
            (row.Protocol, PermissionTable.RoleFor(permission, Global), row.OpensEveryMailbox, row.ObeysPolicies, row.RightNeeded, row.IsLeftToAdmins));
    }

    [Fact]
    public void The_role_for_SMTP_is_in_the_worldwide_cloud_alone() =>
        Assert.Null(PermissionTable.RoleFor(PermissionName.Parse("Exchange/SMTP.SendAsApp", PermissionKind.Application), China));

    [Theory]
    [InlineData("Graph", "Mail.OfALaterYear", true), InlineData("Graph", "Calendars.OfALaterYear", true)]
    [InlineData("Exchange", "Mail.OfALaterYear", true), InlineData("Another", "Mail.Read", true), InlineData("Another", "full_access_as_app", true)]
    [InlineData("Graph", "IMAP.OfALaterYear", false), InlineData("Graph", "Sites.Read.All", false), InlineData("Another", "Files.Read", false)]
    public void What_the_table_does_not_know_is_taken_to_open_mailboxes_by_its_family(string resource, string name, bool opens)
    {
        var permission = new MailAppPermission(resource, name, PermissionKind.Application);
        Assert.Equal((opens, false), (PermissionName.OpensEveryMailbox(permission), PermissionTable.Of(permission).IsKnown));
        Assert.False(PermissionName.OpensEveryMailbox(permission with { Kind = PermissionKind.Delegated }));
    }

    [Fact]
    public void A_row_agrees_with_its_family_and_is_there_once()
    {
        var rows = PermissionTable.All.Where(r => !r.Name.EndsWith('*')).ToArray();
        Assert.Equal(rows.Length, rows.Select(r => (r.Resource, r.Name.ToUpperInvariant(), r.Kind)).Distinct().Count());
        foreach (var row in rows)
        {
            var family = PermissionTable.All.FirstOrDefault(
                r => r.Name.EndsWith('*') && r.Matches(new MailAppPermission(row.Resource, row.Name, row.Kind)));
            Assert.Equal(
                (family?.Protocol, family?.OpensEveryMailbox ?? false, family?.RightNeeded, $"{row.Resource}/{row.Name}"),
                (row.Protocol, row.OpensEveryMailbox, row.RightNeeded, $"{row.Resource}/{row.Name}"));
        }
    }
}
