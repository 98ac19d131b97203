using System.Management.Automation;
using MailAdmin.Tenant;
using static MailAdmin.MailboxArgumentAttribute;

namespace MailAdmin.Commands.Sandbox;

/// <summary>Changes a sandbox: advances its clock, injects faults, and adds apps, mailboxes, and permissions.</summary>
[Cmdlet(VerbsCommon.Set, "MailSandbox", SupportsShouldProcess = true)]
[OutputType(typeof(MailSandbox))]
public sealed class SetMailSandbox : SandboxCmdlet
{
    /// <summary>Advances the tenant's clock. What was due in that time takes effect.</summary>
    [Parameter]
    public TimeSpan? AdvanceTime { get; set; }

    /// <summary>Faults to switch on, by name; those of before stay on.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FaultCompleter))]
    public string[] Fault { get; set; } = [];

    /// <summary>
    /// Specifies the number of requests that each of these faults affects. The default is all, until -ClearFault.
    /// </summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? FaultCount { get; set; }

    /// <summary>Switches all faults off first.</summary>
    [Parameter]
    public SwitchParameter ClearFault { get; set; }

    /// <summary>Client IDs of apps with access to mailboxes over IMAP.</summary>
    [Parameter]
    public string[] ImapAccess { get; set; } = [];

    /// <summary>The mailboxes for -ImapAccess; without it all of them.</summary>
    [Parameter]
    [Alias(Upn, Smtp, Email, Identity)]
    [MailboxArgument]
    [ArgumentCompleter(typeof(MailboxCompleter))]
    public MailboxReference[] Mailbox { get; set; } = [];

    /// <summary>
    /// Specifies what comes into the tenant: the path of a .psd1 or .json file, or a hashtable with the same keys.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public object? Description { get; set; }

    /// <summary>
    /// Names of apps that a user of the tenant who is no administrator registers, with a secret that only the user has.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] OthersApp { get; set; } = [];

    /// <summary>Specifies the only Exchange role groups of the sandbox's admin. The default is Organization Management.</summary>
    [Parameter]
    [ValidateSet("Organization Management", "Recipient Management", "View-Only Organization Management")]
    public string[]? ExchangeRoleGroup { get; set; }

    /// <summary>Emits the sandbox.</summary>
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
