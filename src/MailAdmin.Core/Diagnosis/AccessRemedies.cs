using System.Text.RegularExpressions;
using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Core.Diagnosis;

/// <summary>The next steps that give an app access to a mailbox, least privilege first.</summary>
/// <param name="clientId">The app.</param>
/// <param name="mailbox">An address of the mailbox.</param>
/// <param name="objectId">The mailbox's object ID; null if it isn't known.</param>
internal sealed partial class AccessRemedies(string clientId, string mailbox, string? objectId = null)
{
    private const string Consents = "Cloud Application Administrator", Exchange = "ExchangeOnlineManagement";

    private readonly string _app = CommandText.Of(clientId), _mailbox = CommandText.Of(mailbox);

    /// <summary>A role for the mailbox.</summary>
    /// <param name="permission">The permission that the role replaces, such as "Graph/Mail.Read".</param>
    public Remedy Role(string permission) => Organization($"Limit-MailApp -App {_app} -Add {_mailbox} -Permission {permission}");

    /// <summary>The entry in Exchange with the right object ID, and the roles that it had; no right on the mailbox.</summary>
    public Remedy RepairRoles() => Organization($"Grant-MailboxAccess -Mailbox {_mailbox} -App {_app} -AccessRight @() -Force");

    /// <summary>Adds a role for the mailbox, in addition to roles whose scopes aren't lists of mailboxes.</summary>
    /// <remarks>
    /// https://learn.microsoft.com/powershell/module/exchange/new-managementscope (a name has at most 64 characters),
    /// https://learn.microsoft.com/powershell/module/exchange/new-managementroleassignment
    /// </remarks>
    public Remedy RoleBeside(string permission)
    {
        var name = permission[(permission.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var scope = CommandText.Of($"{AppFacts.ScopeName(clientId)} {name}");
        return Organization(
            $"New-ManagementScope -Name {scope} -RecipientRestrictionFilter "
                + $"{CommandText.Of(RecipientFilterText.OfAddress(mailbox))}; New-ManagementRoleAssignment -App {_app} "
                + $"-Role 'Application {name}' -CustomResourceScope {scope}") with { Module = Exchange };
    }

    /// <summary>Adds a role for this mailbox only, instead of other scopes.</summary>
    public Remedy OnlyRole(string permission) =>
        Organization($"Limit-MailApp -App {_app} -Mailbox {_mailbox} -Permission {permission}");

    /// <summary>The permission for IMAP, which opens no mailbox by itself.</summary>
    public Remedy ImapPermission() =>
        new($"Grant-MailAppConsent -App {_app} -ApplicationPermission Exchange/IMAP.AccessAsApp") { RequiredRole = Consents };

    /// <summary>The entry in Exchange, with a right on the mailbox.</summary>
    public Remedy Right(MailboxAccessRight right) => Organization(
        $"Grant-MailboxAccess -Mailbox {_mailbox} -App {_app}"
            + (right == MailboxAccessRight.SendAs ? " -AccessRight SendAs" : ""));

    /// <summary>A right of a user on the mailbox.</summary>
    public Remedy UserRight(string user, bool sends) => new(
        $"Grant-MailboxAccess -Mailbox {_mailbox} -User {CommandText.Of(user)}{(sends ? " -AccessRight SendAs" : "")}")
    {
        RequiredRole = ExchangeRoles.Recipients,
    };

    /// <summary>The entry in Exchange with the right object ID.</summary>
    public Remedy Repair() => Organization($"Grant-MailboxAccess -Mailbox {_mailbox} -App {_app} -Force");

    public Remedy Imap() => Recipients($"Set-MailboxSetting -Mailbox {_mailbox} -ImapEnabled $true");

    public Remedy SmtpAuth() => Recipients($"Set-MailboxSetting -Mailbox {_mailbox} -SmtpAuth Enabled");

    /// <summary>Returns the command for an administrator with read permissions.</summary>
    public Remedy Look(MailProtocol protocol) => new($"Test-MailAppAccess -App {_app} -Mailbox {_mailbox} -Protocol {protocol}")
    {
        RequiredRole = "Global Reader",
    };

    /// <summary>Shows who has a permission on the mailbox.</summary>
    public Remedy Members() =>
        new($"Get-MailboxAccess -Mailbox {_mailbox}") { RequiredRole = "View-Only Organization Management" };

    public Remedy ServicePrincipal(string name) =>
        new($"New-MailAppRegistration -Name {CommandText.Of(name)} -App {_app}") { RequiredRole = Consents };

    public Remedy Enable() => new($"Set-MailAppRegistration -App {_app} -Enabled $true") { RequiredRole = Consents };

    /// <summary>The mailbox as a direct member of a group.</summary>
    public Remedy Join(string group) => Recipients(
        $"Add-DistributionGroupMember -Identity {CommandText.Of(group)} -Member {_mailbox}") with { Module = Exchange };

    /// <summary>The mailbox no longer a member of a group.</summary>
    public Remedy Leave(string group) => Recipients(
        $"Remove-DistributionGroupMember -Identity {CommandText.Of(group)} -Member {_mailbox}") with { Module = Exchange };

    /// <summary>Adds a policy that restricts the app to this mailbox, too.</summary>
    public Remedy Policy() => Organization(
        $"New-MailAppAccessPolicy -App {_app} -AccessRight RestrictAccess -Mailbox {_mailbox}");

    /// <summary>The end of a policy about one mailbox.</summary>
    public Remedy EndOfPolicy(string scope) => Organization(
        $"Get-MailAppAccessPolicy -App {_app} | Where-Object Scope -EQ {CommandText.Of(scope)} | Remove-MailAppAccessPolicy");

    /// <summary>
    /// Puts the mailbox into the scope of a role, as that is: a list of mailboxes, a group, an attribute, or any other filter.
    /// </summary>
    /// <param name="assignment">The role assignment.</param>
    /// <param name="filter">The filter of its management scope; null if it has none.</param>
    /// <param name="permission">The permission that the role replaces.</param>
    public Remedy? Scope(ExchangeObject assignment, string? filter, string permission)
    {
        var scope = assignment.Text("CustomResourceScope");
        if (assignment.Text("RecipientGroupScope") is { Length: > 0 } group)
        {
            return Join(group);
        }

        if (assignment.Text("RecipientAdministrativeUnitScope") is { Length: > 0 } unit && objectId is not null)
        {
            return new Remedy(
                $"New-MgDirectoryAdministrativeUnitMemberByRef -AdministrativeUnitId {CommandText.Of(unit)} -OdataId "
                    + $"'https://graph.microsoft.com/v1.0/users/{objectId}'")
            {
                Module = "Microsoft.Graph.Identity.DirectoryManagement",
                RequiredRole = "Privileged Role Administrator",
            };
        }

        if (scope is not { Length: > 0 } || filter is null)
        {
            return null;
        }

        if (RecipientFilterText.MailboxesIn(filter) is not null && scope == AppFacts.ScopeName(clientId))
        {
            return Role(permission);
        }

        return Group().Match(filter) is { Success: true } members ? Join(members.Groups[1].Value)
            : Attribute().Match(filter) is { Success: true } attribute
            ? Recipients($"Set-Mailbox -Identity {_mailbox} -{attribute.Groups[1].Value} "
                + CommandText.Of(attribute.Groups[2].Value)) with { Module = Exchange }
            : Organization(
                $"Set-ManagementScope -Identity {CommandText.Of(scope)} -RecipientRestrictionFilter "
                    + CommandText.Of($"({filter}) -or ({RecipientFilterText.OfAddress(mailbox)})"))
                with { Module = Exchange };
    }

    private static Remedy Organization(string line) => new(line) { RequiredRole = ExchangeRoles.Organization };

    private static Remedy Recipients(string line) => new(line) { RequiredRole = ExchangeRoles.Recipients };

    // In a filter, a group is specified by its distinguished name, which cmdlets accept as an identity.
    [GeneratedRegex(@"^\(?\s*MemberOfGroup -eq '([^']+)'\s*\)?$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Group();

    [GeneratedRegex(
        @"^\(?\s*(CustomAttribute\d{1,2}) -eq '([^']+)'\s*\)?$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Attribute();
}
