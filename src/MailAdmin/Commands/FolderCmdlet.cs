using System.Management.Automation;

namespace MailAdmin.Commands;

/// <summary>Represents a cmdlet for a mailbox folder. A piped folder specifies itself.</summary>
public abstract class FolderCmdlet : MailboxCmdlet
{
    private protected const string ByFolder = "MailFolder";

    /// <summary>Specifies a folder, as Get-MailFolder returns it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByFolder, ValueFromPipeline = true)]
    public MailFolder MailFolder { get; set; } = null!;

    private protected override IEnumerable<MailboxConnection> Connections => ParameterSetName != ByFolder ? base.Connections
        : [MailFolder.Connection ?? throw PipedMessages.NoConnection($"The folder '{MailFolder.Path}'", MailFolder.Path)];
}
