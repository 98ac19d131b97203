using System.Management.Automation;
using MailAdmin.Core.Diagnosis;

namespace MailAdmin.Commands.Mail;

/// <summary>Proves that a mailbox can be reached, or says why not and what to do.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MailboxConnection", DefaultParameterSetName = ByConnection)]
[OutputType(typeof(MailboxConnectionTest))]
public sealed class TestMailboxConnection : FolderCmdlet
{
    /// <summary>The folder that has to be there; the Inbox, or the first one of a saved connection, when left out.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string Folder { get; set; } = "Inbox";

    private protected override async Task ProcessAsync(MailboxConnection connection) =>
        WriteObject(await new MailboxTester(connection, FolderOf(connection)).RunAsync(StopToken));

    private string FolderOf(MailboxConnection connection) =>
        ParameterSetName == ByFolder ? MailFolder.Path
        : !IsGiven(nameof(Folder)) && connection.SourceFolder is [var first, ..] ? first : Folder;
}
