using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Revokes FullAccess or SendAs on mailboxes from an app or a user.</summary>
[Cmdlet(VerbsSecurity.Revoke, "MailboxAccess", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = ByApp)]
[OutputType(typeof(MailboxGrant))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Exchange Administrator",
    ExchangeRole = "Recipient Management and View-Only Organization Management")]
public sealed class RevokeMailboxAccess : MailboxGrantCmdlet
{
    private protected override string Question(string grantee) => $"Revoke {string.Join(", ", Rights)} from {grantee}";

    private protected override Task<MailboxGrant> ChangeAsync(MailAppRegistration? app, string mailbox) => app is null
        ? new MailboxAccessGrants(Session).RevokeUserAsync(User, mailbox, Rights, StopToken)
        : new MailboxAccessGrants(Session).RevokeAsync(app, mailbox, Rights, StopToken);
}
