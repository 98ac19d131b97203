using System.Management.Automation;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;
using MailAdmin.Core.Rounds;

namespace MailAdmin.Commands.Mail;

/// <summary>Gets the folders of a mailbox.</summary>
[Cmdlet(VerbsCommon.Get, "MailFolder", DefaultParameterSetName = ByConnection)]
[OutputType(typeof(MailFolder))]
public sealed class GetMailFolder : FolderCmdlet
{
    /// <summary>
    /// Specifies a folder: a well-known name such as Inbox, or a path such as Inbox/Invoices. With -Recurse, also its subfolders.
    /// </summary>
    [Parameter(Position = 0, ParameterSetName = ByConnection)]
    [Parameter(Position = 0, ParameterSetName = ByApp)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? Folder { get; set; }

    /// <summary>Includes subfolders.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>
    /// Specifies the folder on disk with the state of Receive-MailboxMessage: its -StatePath, or .mailadmin in its -Destination.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        await using var store = MailboxAccess.Open(connection);
        var top = ParameterSetName == ByFolder ? MailFolder.Path : Folder;
        if (top is not null)
        {
            WriteObject(await RememberedAsync(await store.GetFolderAsync(top, StopToken), connection));
            if (!Recurse)
            {
                return;
            }
        }

        await foreach (var folder in store.GetFoldersAsync(top, Recurse, StopToken))
        {
            WriteObject(await RememberedAsync(folder, connection));
        }
    }

    private async Task<MailFolder> RememberedAsync(MailFolder folder, MailboxConnection connection)
    {
        if (StatePath is null)
        {
            return folder;
        }

        var options = new ReceivePlaces(null, StatePath, FullPath).In(new ReceiveOptions(), connection);
        var remembered = await ReceiveStores.Of(options, TimeProvider.System).Memory!.LookAsync(folder, StopToken);
        return folder with
        {
            LastChecked = remembered.State?.CheckedAt,
            ReceivedCount = remembered.State is null && remembered.Count == 0 ? null : remembered.Count,
        };
    }
}
