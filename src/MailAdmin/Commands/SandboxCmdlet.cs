using System.Management.Automation;
using MailAdmin.Tenant;

namespace MailAdmin.Commands;

/// <summary>A cmdlet that looks at a sandbox, or changes it, from the inside.</summary>
public abstract class SandboxCmdlet : AsyncCmdlet
{
    /// <summary>Which sandbox; the one that this session is signed in to by default.</summary>
    [Parameter(ValueFromPipeline = true)]
    public MailSandbox? Sandbox { get; set; }

    private protected MailSandbox SandboxInUse => Sandbox ?? Contexts.Here.Default?.Sandbox
        ?? throw new InvalidRequestException("NoSandbox", "You aren't connected to a sandbox.")
        {
            Advice = "Run Connect-MailAdmin -Sandbox (or -SandboxUri), or specify a sandbox of New-MailSandbox.",
        };

    private protected ISandbox Tenant => (ISandbox)SandboxInUse.Handle;
}
