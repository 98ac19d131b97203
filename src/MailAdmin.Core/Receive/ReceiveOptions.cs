using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>What to receive, where to put it, and what to do with it afterwards.</summary>
public sealed record ReceiveOptions
{
    /// <summary>The folder to receive from: a well-known name, a path or an id.</summary>
    public string Folder { get; init; } = "Inbox";

    /// <summary>Which of its messages.</summary>
    public MessageQuery Query { get; init; } = new();

    /// <summary>Folder on disk that the .eml files go to, made when it is missing; null to bring the listing only.</summary>
    public string? Destination { get; init; }

    /// <summary>What happens on the server once a message is acknowledged.</summary>
    public AfterProcessing AfterProcessing { get; init; }

    /// <summary>Where to, for <see cref="AfterProcessing.Move"/>; made when it is missing.</summary>
    public string? MoveTo { get; init; }

    /// <summary>Whether the attachments go into a folder beside the .eml file, named as it is without its extension.</summary>
    public bool SaveAttachments { get; init; }

    /// <summary>Refuses what a mailbox can't be asked to do, before anything is received from it.</summary>
    /// <param name="connection">The mailbox.</param>
    /// <exception cref="InvalidRequestException">Purging over Graph in a cloud that does not have it (PurgeNotAvailable).</exception>
    /// <remarks>https://learn.microsoft.com/graph/api/message-permanentdelete has the table of the clouds.</remarks>
    public void RequireSupport(MailboxConnection connection)
    {
        if (AfterProcessing == AfterProcessing.Purge && connection is { Protocol: MailProtocol.Graph, Environment: not MailEnvironment.Global })
        {
            throw new InvalidRequestException("PurgeNotAvailable", $"Microsoft Graph can't delete messages for good in the cloud {connection.Environment}.")
            {
                Target = connection.Mailbox,
                Advice = "Use -AfterProcessing Delete, and let the retention of Recoverable Items do the rest. Nothing was received.",
            };
        }
    }
}
