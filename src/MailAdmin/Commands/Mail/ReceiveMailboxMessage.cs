using System.Management.Automation;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Commands;

/// <summary>Brings the messages of a folder, oldest first, and files them on the server once the pipeline is through with each.</summary>
[Cmdlet(VerbsCommunications.Receive, "MailboxMessage", DefaultParameterSetName = ByConnection, SupportsShouldProcess = true)]
[OutputType(typeof(ReceivedMessage))]
public sealed class ReceiveMailboxMessage : MailboxCmdlet
{
    /// <summary>The folder to receive from: a well-known name such as Inbox, or a path such as Inbox/Invoices.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Path")]
    [ValidateNotNullOrEmpty]
    public string Folder { get; set; } = "Inbox";

    /// <summary>Folder on disk that the .eml files go to; made when it is missing.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Also save the attachments of each message, in a folder beside its .eml file.</summary>
    [Parameter]
    public SwitchParameter SaveAttachment { get; set; }

    /// <summary>What happens to a message on the server once the pipeline is through with it.</summary>
    [Parameter]
    public AfterProcessing AfterProcessing { get; set; }

    /// <summary>The folder that messages are moved to; made when it is missing.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? MoveTo { get; set; }

    /// <summary>Only unread ones; with -AfterProcessing MarkRead that goes without saying.</summary>
    [Parameter]
    public SwitchParameter Unread { get; set; }

    /// <summary>At most so many, and no more than these are touched.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Purge without asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override async Task ProcessAsync(MailboxConnection connection)
    {
        var options = new ReceiveOptions
        {
            Folder = Folder,
            Query = new MessageQuery { Unread = Unread || AfterProcessing == AfterProcessing.MarkRead ? true : null, First = First },
            Destination = Destination is null ? null : FullPath(Destination),
            AfterProcessing = AfterProcessing,
            MoveTo = MoveTo,
            SaveAttachments = SaveAttachment,
        };
        options.RequireSupport(connection);
        await using var store = MailboxAccess.Open(connection);
        var receiver = new MailReceiver(store, options);
        if (!ShouldProcess($"{connection.Mailbox}: {Folder}", Plan()) || !MayPurge(connection))
        {
            return;
        }

        await foreach (var delivery in receiver.ReceiveAsync(StopToken))
        {
            if (delivery.Error is { } error)
            {
                WriteFailure(error, delivery.Message.Id);
                continue;
            }

            // A stage that throws, breaks or wants no more (Select-Object -First) ends this with the same exception, so that
            // none of them can be taken for a yes: the message in hand stays unacknowledged and comes again.
            WriteObject(delivery.Message);
            try
            {
                await delivery.AcknowledgeAsync(StopToken);
            }
            catch (ServiceRefusedException e)
            {
                WriteFailure(e, delivery.Message.Id);
            }
        }
    }

    // What is purged nobody gets back, so it is asked for as if the whole cmdlet were of high impact.
    private bool MayPurge(MailboxConnection connection) =>
        AfterProcessing != AfterProcessing.Purge || Force || MyInvocation.BoundParameters.ContainsKey("Confirm")
        || string.Equals($"{GetVariableValue("ConfirmPreference")}", nameof(ConfirmImpact.None), StringComparison.OrdinalIgnoreCase)
        || ShouldContinue($"Messages of {connection.Mailbox}, folder {Folder}, will be deleted for good once they are received.", "Delete messages for good?");

    private string Plan()
    {
        var to = Destination is null ? "Receive messages" : $"Receive messages to '{Destination}'";
        return AfterProcessing switch
        {
            AfterProcessing.MarkRead => $"{to} and mark them as read",
            AfterProcessing.Move => $"{to} and move them to '{MoveTo}'",
            AfterProcessing.Delete => $"{to} and delete them",
            AfterProcessing.Purge => $"{to} and delete them for good",
            _ => to,
        };
    }
}
