using System.Management.Automation;
using MailAdmin.Tenant;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Sandbox;

/// <summary>Changes a sandbox: advances its clock, injects faults, and adds apps, mailboxes, and permissions.</summary>
[Cmdlet(VerbsCommon.Set, "MailSandbox", SupportsShouldProcess = true)]
[OutputType(typeof(MailSandbox))]
public sealed class SetMailSandbox : SandboxCmdlet
{
    /// <summary>Specifies how far to advance the clock of the tenant.</summary>
    [Parameter]
    public TimeSpan? AdvanceTime { get; set; }

    /// <summary>Specifies the faults to enable, by name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FaultCompleter))]
    public string[] Fault { get; set; } = [];

    /// <summary>Specifies how many requests each of these faults affects.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? FaultCount { get; set; }

    /// <summary>Disables all faults first.</summary>
    [Parameter]
    public SwitchParameter ClearFault { get; set; }

    /// <summary>
    /// Specifies the client IDs of apps that get a service principal in Exchange and FullAccess to the mailboxes of -Mailbox.
    /// </summary>
    [Parameter]
    public string[] ImapAccess { get; set; } = [];

    /// <summary>Specifies the addresses of the mailboxes for -ImapAccess.</summary>
    [Parameter]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>
    /// Specifies what to add to the tenant: the path of a .psd1 or .json file, or a hashtable with the same keys.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public object? Description { get; set; }

    /// <summary>Specifies the names of apps that a user without a role registers, with a secret that only the user has.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] OthersApp { get; set; } = [];

    /// <summary>Specifies the role groups of the sandbox's admin in Exchange.</summary>
    [Parameter]
    [ValidateSet("Organization Management", "Recipient Management", "View-Only Organization Management")]
    public string[]? ExchangeRoleGroup { get; set; }

    /// <summary>Returns the sandbox.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync()
    {
        string[] mailboxes = [.. Mailbox.Select(m => m.Text)];
        if (!ShouldProcess(SandboxInUse.Domain, "Change the sandbox"))
        {
            return;
        }

        var described = Description is null ? null : SandboxDescription.Read(this, Description);
        SandboxInUse.Fault = await Tenant.ChangeAsync(
            new SandboxChange
            {
                ClearFaults = ClearFault,
                Faults = Fault,
                FaultCount = FaultCount,
                ImapAccess = ImapAccess,
                Mailboxes = mailboxes,
                Description = described?.Json,
                DescriptionSource = described?.Source,
                DescriptionFolder = described?.Folder,
                OthersApps = OthersApp,
                ExchangeRoleGroups = ExchangeRoleGroup,
                AdvanceTime = AdvanceTime,
            },
            StopToken);
        if (PassThru)
        {
            WriteObject(SandboxInUse);
        }
    }
}
