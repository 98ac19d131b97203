using System.Management.Automation;
using MailAdmin.Tenant;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet that reads or changes a sandbox directly.</summary>
public abstract class SandboxCmdlet : AsyncCmdlet
{
    /// <summary>Specifies the sandbox. The default is that of the default context.</summary>
    [Parameter(ValueFromPipeline = true)]
    public MailSandbox? Sandbox { get; set; }

    private protected MailSandbox SandboxInUse => Sandbox ?? Contexts.Here.Default?.Sandbox
        ?? throw new InvalidRequestException("NoSandbox", "You aren't connected to a sandbox.")
        {
            Advice = "Run Connect-MailAdmin -Sandbox (or -SandboxUri), or specify a sandbox of New-MailSandbox.",
        };

    private protected ISandbox Tenant => (ISandbox)SandboxInUse.Handle;
}
