using System.Management.Automation;
using MailAdmin.Core.Access;

namespace MailAdmin.Commands.Access;

/// <summary>Makes an application access policy, the legacy way to keep an app out of mailboxes.</summary>
[Cmdlet(VerbsCommon.New, "MailAppAccessPolicy", SupportsShouldProcess = true, DefaultParameterSetName = ByMailbox)]
[OutputType(typeof(MailAppAccessPolicy))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Exchange Administrator",
    ExchangeRole = "Organization Management")]
public sealed class NewMailAppAccessPolicy : TenantCmdlet
{
    private const string ByMailbox = "Mailbox", ByGroup = "Group";

    /// <summary>The app, as New-MailAppRegistration or Get-MailAppRegistration give it; or its client id or object id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AppOrId]
    [ArgumentCompleter(typeof(AppCompleter))]
    public object App { get; set; } = null!;

    /// <summary>Mailboxes, by any address or id, of which a mail-enabled security group is made.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMailbox)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public string[] Mailbox { get; set; } = [];

    /// <summary>A mail-enabled security group, or a mailbox that a person signs in to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGroup)]
    [ValidateNotNullOrEmpty]
    public string Group { get; set; } = "";

    /// <summary>What the policy does.</summary>
    [Parameter]
    public MailAppPolicyRight AccessRight { get; set; }

    /// <summary>What to write about it; it takes of the small space that a tenant has for policies.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = await AppCmdlet.FindAsync(App, Session, ContextInUse.Tenant, StopToken);
        if (!ShouldProcess(
            app.ToString(), $"{AccessRight}: {(ParameterSetName == ByGroup ? Group : string.Join(", ", Mailbox))}"))
        {
            return;
        }

        var policies = new AccessPolicies(Session);
        var policy = ParameterSetName == ByGroup
            ? await policies.NewAsync(app, AccessRight, Group, Description, StopToken)
            : await policies.NewAsync(app, AccessRight, Mailbox, Description, StopToken);
        foreach (var pending in policy.Pending)
        {
            WriteWarning(pending.ToString());
        }

        WriteObject(policy);
    }
}
