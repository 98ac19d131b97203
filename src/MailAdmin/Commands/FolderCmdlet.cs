using System.Management.Automation;

namespace MailAdmin.Commands;

/// <summary>A cmdlet that works on a folder of a mailbox: a folder from the pipeline is that folder.</summary>
public abstract class FolderCmdlet : MailboxCmdlet
{
    private protected const string ByFolder = "MailFolder";

    /// <summary>A folder, as Get-MailFolder gives it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByFolder, ValueFromPipeline = true)]
    public MailFolder MailFolder { get; set; } = null!;

    private protected override IEnumerable<MailboxConnection> Connections => ParameterSetName != ByFolder ? base.Connections
        : [MailFolder.Connection ?? throw PipedMessages.NoConnection($"The folder '{MailFolder.Path}'", MailFolder.Path)];
}
