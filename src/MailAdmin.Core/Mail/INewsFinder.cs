namespace MailAdmin.Core.Mail;

/// <summary>Finds the mailboxes with new messages, many with one request, without opening them.</summary>
internal interface INewsFinder : IDisposable
{
    /// <summary>Checks the mailboxes.</summary>
    /// <param name="questions">About one folder each.</param>
    /// <returns>For each in order, whether it can have new messages; true if it's unknown.</returns>
    /// <exception cref="ServiceRefusedException">The service refused all of it.</exception>
    /// <exception cref="ConnectionLostException">The service can't be reached.</exception>
    Task<IReadOnlyList<bool>> LookAsync(IReadOnlyList<NewsQuestion> questions, CancellationToken cancellationToken);
}

/// <summary>Represents a query for new messages in one folder of one mailbox.</summary>
/// <param name="Mailbox">The mailbox, by the ID or name that the service uses.</param>
/// <param name="Folder">The folder, by its well-known name.</param>
/// <param name="Position">Since when (<see cref="FolderCursor"/>); null for whether it holds any message.</param>
/// <param name="IsUnread">Without a position: whether only unread messages count.</param>
internal readonly record struct NewsQuestion(string Mailbox, string Folder, string? Position, bool IsUnread);
