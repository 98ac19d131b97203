using System.Management.Automation;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;

namespace MailAdmin.Commands.Mail;

/// <summary>Gets messages in a mailbox folder, newest first, with bodies, attachments, and header fields if requested.</summary>
[Cmdlet(VerbsCommon.Get, "MailboxMessage", DefaultParameterSetName = ByConnection)]
[OutputType(typeof(MailboxMessage))]
public sealed class GetMailboxMessage : FolderCmdlet
{
    private const string ByMessage = "Message";

    /// <summary>Specifies a listed message to read again with the details that you request.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByMessage, ValueFromPipeline = true)]
    public MailboxMessage Message { get; set; } = null!;

    /// <summary>Specifies the IDs of messages to read.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>Specifies the folder: a well-known name such as Inbox, or a path such as Inbox/Invoices.</summary>
    [Parameter(Position = 0, ParameterSetName = ByConnection, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ByApp, ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string Folder { get; set; } = "Inbox";

    /// <summary>Returns only unread messages.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [Parameter(ParameterSetName = ByFolder)]
    public SwitchParameter Unread { get; set; }

    /// <summary>Returns only messages that were received at or after this time.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [Parameter(ParameterSetName = ByFolder)]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Returns only messages that were received before this time.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [Parameter(ParameterSetName = ByFolder)]
    public DateTimeOffset? Before { get; set; }

    /// <summary>Specifies the complete address of the sender.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [Parameter(ParameterSetName = ByFolder)]
    [AddressText]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? From { get; set; }

    /// <summary>Specifies text that the subject contains.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [Parameter(ParameterSetName = ByFolder)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Subject { get; set; }

    /// <summary>Specifies the maximum number of messages.</summary>
    [Parameter(ParameterSetName = ByConnection)]
    [Parameter(ParameterSetName = ByApp)]
    [Parameter(ParameterSetName = ByFolder)]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Includes the body, as TextBody and HtmlBody.</summary>
    [Parameter]
    public SwitchParameter Body { get; set; }

    /// <summary>Includes the list of attachments: files, items, and references.</summary>
    [Parameter]
    public SwitchParameter Attachment { get; set; }

    /// <summary>Includes the header fields in their order.</summary>
    [Parameter]
    public SwitchParameter InternetHeader { get; set; }

    private MessageDetail Detail => (Body ? MessageDetail.Body : 0) | (Attachment ? MessageDetail.Attachments : 0)
        | (InternetHeader ? MessageDetail.InternetHeaders : 0);

    private protected override IEnumerable<MailboxConnection> Connections => ParameterSetName != ByMessage ? base.Connections
        : [PipedMessages.ConnectionOf(Message)];

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        await using var store = MailboxAccess.Open(connection);
        if (ParameterSetName == ByMessage)
        {
            // The folder where it was found. Over Graph, the ID finds it even if it was moved since.
            await ReadAsync(
                store, connection.Protocol == MailProtocol.Graph
                    ? null
                    : await store.GetFolderAsync(Message.Folder, StopToken, counted: false), [Message.Id]);
        }
        else if (Id.Length > 0)
        {
            RefuseConditions();
            var anywhere = connection.Protocol == MailProtocol.Graph && !MyInvocation.BoundParameters.ContainsKey(nameof(Folder));
            await ReadAsync(store, anywhere ? null : await store.GetFolderAsync(Folder, StopToken, counted: false), Id);
        }
        else
        {
            await ListAsync(store);
        }
    }

    private async Task ReadAsync(IMailStore store, MailFolder? folder, string[] ids)
    {
        foreach (var id in ids)
        {
            await ReadAsync(store, folder, id, $"No message '{id}' was found{(folder is null ? "" : $" in '{folder}'")}.");
        }
    }

    /// <summary>Reads a message. If it doesn't exist or can't be read, an error is written, and the next one is read.</summary>
    private async Task ReadAsync(IMailStore store, MailFolder? folder, string id, string notFound)
    {
        try
        {
            WriteObject(
                await store.FindMessageAsync(folder, id, Detail, StopToken)
                ?? throw new InvalidRequestException("MessageNotFound", notFound)
                {
                    Target = id,
                    Advice = "It was deleted, or moved out of the mailbox; an id is compared case by case. List again.",
                });
        }
        catch (MailAdminException e) when (e is InvalidRequestException { Id: "MessageNotFound" }
            or ServiceRefusedException { Code: ImapCodes.MessageUnreadable })
        {
            WriteFailure(e, id);
        }
    }

    private void RefuseConditions()
    {
        string[] conditions = [nameof(Unread), nameof(Since), nameof(Before), nameof(From), nameof(Subject), nameof(First)];
        if (conditions.FirstOrDefault(IsGiven) is { } given)
        {
            throw new InvalidRequestException("IdAndCondition", $"-Id names the messages; -{given} would choose among them.")
            {
                Target = given,
                Advice = $"Leave -{given} out, or -Id.",
            };
        }
    }

    private async Task ListAsync(IMailStore store)
    {
        var comesWhole = First is null && !Unread && Since is null && Before is null && From is null && Subject is null;
        var path = ParameterSetName == ByFolder ? MailFolder.Path : Folder;
        var folder = await store.GetFolderAsync(path, StopToken, counted: comesWhole);
        var query = new MessageQuery
        {
            Unread = Unread ? true : null,
            Since = Since,
            Before = Before,
            First = First,
            Descending = true,
        }.With(Subject, From);
        var meter = new ProgressMeter("messages", TimeProvider.System)
        {
            Total = First ?? (comesWhole ? folder.TotalItemCount : null),
        };
        await foreach (var message in store.GetMessagesAsync(folder, query, StopToken))
        {
            if (meter.Add())
            {
                ShowProgress($"{meter}", meter.Percent, meter.SecondsLeft);
            }

            if (Detail == MessageDetail.None)
            {
                WriteObject(message);
            }
            else
            {
                await ReadAsync(
                    store, folder, message.Id,
                    $"The message '{message.Subject}' in '{folder}' was listed, and is gone now.");
            }
        }
    }
}
