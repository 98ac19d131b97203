using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Grants an app or a user FullAccess or SendAs on mailboxes, as IMAP, POP, and SMTP require.</summary>
[Cmdlet(VerbsSecurity.Grant, "MailboxAccess", SupportsShouldProcess = true, DefaultParameterSetName = ByApp)]
[OutputType(typeof(MailboxGrant))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Exchange Administrator",
    ExchangeRole = "Organization Management")]
public sealed class GrantMailboxAccess : MailboxGrantCmdlet
{
    /// <summary>Creates the service principal of the app in Exchange again if its object ID is incorrect.</summary>
    [Parameter(ParameterSetName = ByApp)]
    public SwitchParameter Force { get; set; }

    /// <summary>Lets Outlook of the user open the mailbox automatically, with all its messages.</summary>
    [Parameter(ParameterSetName = ByUser)]
    public SwitchParameter AutoMapping { get; set; }

    private protected override string Question(string grantee) => $"Grant {string.Join(", ", Rights)} to {grantee}";

    private protected override Task<MailboxGrant> ChangeAsync(MailAppRegistration? app, string mailbox) => app is null
        ? new MailboxAccessGrants(Session).GrantUserAsync(User, mailbox, Rights, AutoMapping, StopToken)
        : new MailboxAccessGrants(Session).GrantAsync(app, mailbox, Rights, Force, StopToken);
}
