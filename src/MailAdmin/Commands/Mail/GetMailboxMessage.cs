using System.Management.Automation;
using MailAdmin.Core.Mail;

namespace MailAdmin.Commands;

/// <summary>Lists messages of a folder, newest first.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxMessage", DefaultParameterSetName = ByConnection)]
[OutputType(typeof(MailboxMessage))]
public sealed class GetMailboxMessage : MailboxCmdlet
{
    /// <summary>The folder: a well-known name such as Inbox, or a path such as Inbox/Invoices.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string Folder { get; set; } = "Inbox";

    /// <summary>Only unread ones.</summary>
    [Parameter]
    public SwitchParameter Unread { get; set; }

    /// <summary>Received at this time or later.</summary>
    [Parameter]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Received before this time.</summary>
    [Parameter]
    public DateTimeOffset? Before { get; set; }

    /// <summary>Address of the sender.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>Text that the subject contains.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Subject { get; set; }

    /// <summary>At most so many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        await using var store = MailboxAccess.Open(connection);
        var folder = await store.GetFolderAsync(Folder, StopToken);
        var query = new MessageQuery
        {
            Unread = Unread ? true : null,
            Since = Since,
            Before = Before,
            From = From,
            Subject = Subject,
            First = First,
            Descending = true,
        };
        await foreach (var message in store.GetMessagesAsync(folder, query, StopToken))
        {
            WriteObject(message);
        }
    }
}
