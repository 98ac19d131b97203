using System.Management.Automation;
using MailAdmin.Core.Connections;

namespace MailAdmin.Commands.Mail;

/// <summary>Creates folders in a mailbox, including missing parent folders.</summary>
[Cmdlet(VerbsCommon.New, "MailFolder", DefaultParameterSetName = ByConnection, SupportsShouldProcess = true)]
[OutputType(typeof(MailFolder))]
public sealed class NewMailFolder : FolderCmdlet
{
    /// <summary>Specifies the paths from the top level of the mailbox.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        if (ParameterSetName == ByFolder && IsGiven(nameof(Path)))
        {
            throw new InvalidRequestException(
                "InputNotAccepted", $"A path starts at the top of the mailbox, not below the folder '{MailFolder.Path}'.")
            {
                Target = MailFolder.Path,
                Advice = "Specify -Connection, and the whole path with -Path.",
            };
        }

        await using var store = MailboxAccess.Open(connection);
        foreach (var path in Path)
        {
            try
            {
                if (ShouldProcess($"{connection.Mailbox}: {path}", "Make the folder where it is missing"))
                {
                    WriteObject(await store.CreateFolderAsync(path, StopToken));
                }
            }
            catch (InvalidRequestException e)
            {
                // An invalid path doesn't affect the next one.
                WriteFailure(e, path);
            }
        }
    }
}
