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
}
