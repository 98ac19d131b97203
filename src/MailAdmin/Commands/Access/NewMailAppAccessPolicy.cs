using System.Management.Automation;
using MailAdmin.Core.Access;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Access;

/// <summary>Creates an application access policy, the legacy way to restrict the access of an app.</summary>
[Cmdlet(VerbsCommon.New, "MailAppAccessPolicy", SupportsShouldProcess = true, DefaultParameterSetName = ByMailbox)]
[OutputType(typeof(MailAppAccessPolicy))]
[LeastPrivilege(
    Permission = "Exchange/Exchange.ManageAsApp, Directory.Read.All", EntraRole = "Exchange Administrator",
    ExchangeRole = "Organization Management")]
public sealed class NewMailAppAccessPolicy : TenantCmdlet
{
    private const string ByMailbox = "Mailbox", ByGroup = "Group";

    /// <summary>Specifies the app: an object that represents an app, a display name, or a client ID.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id", "ClientId", "AppId")]
    [AppArgument]
    [ArgumentCompleter(typeof(AppCompleter))]
    public AppReference App { get; set; } = null!;

    /// <summary>Specifies the mailboxes by email address or ID.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByMailbox)]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>
    /// Specifies a mail-enabled security group, or a mailbox that a user signs in to, by email address, name, or ID.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = ByGroup)]
    [ValidateNotNullOrEmpty]
    public string Group { get; set; } = "";

    /// <summary>Specifies the effect of the policy.</summary>
    [Parameter]
    public MailAppPolicyRight AccessRight { get; set; }

    /// <summary>Specifies a description of the policy.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        var app = await FindAsync(App);
        var scope = ParameterSetName == ByGroup ? Group : string.Join(", ", Mailbox.Select(m => m.Text));
        if (!ShouldProcess(app.ToString(), $"{AccessRight}: {scope}"))
        {
            return;
        }

        var policies = new AccessPolicies(Session);
        var policy = ParameterSetName == ByGroup
            ? await policies.NewAsync(app, AccessRight, Group, Description, StopToken)
            : await policies.NewAsync(app, AccessRight, [.. Mailbox.Select(m => m.Text)], Description, StopToken);
        foreach (var pending in policy.Pending)
        {
            WriteWarning(pending.ToString());
        }

        WriteObject(policy);
    }
}
