using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>Represents the target folders on the server.</summary>
/// <param name="Move">For <see cref="AfterProcessing.Move"/>.</param>
/// <param name="Failed">For what can't be read.</param>
/// <param name="Deleted">For <see cref="AfterProcessing.Delete"/>, if there is such a folder.</param>
internal sealed record Targets(MailFolder? Move, MailFolder? Copy, MailFolder? Failed, MailFolder? Deleted = null)
{
    /// <summary>Creates the missing folders.</summary>
    /// <exception cref="InvalidRequestException">
    /// Messages must be deleted, and the folder for that can't be identified (DeletedItemsNotFound).
    /// </exception>
    public static async Task<Targets> PrepareAsync(
        IMailStore store, ReceiveOptions options, CancellationToken cancellationToken)
    {
        // Steps that can be refused are before those that create folders.
        await store.RequireAsync(options.AfterProcessing, cancellationToken).ConfigureAwait(false);
        var deleted = options.AfterProcessing == AfterProcessing.Delete
            ? await store.FindFolderAsync("deleteditems", cancellationToken, counted: false).ConfigureAwait(false)
            : null;
        return new(
            await MakeAsync(store, options.MoveTo, cancellationToken).ConfigureAwait(false),
            await MakeAsync(store, options.CopiesToAddress ? null : options.CopyTo, cancellationToken).ConfigureAwait(false),
            await MakeAsync(store, options.MoveFailedTo, cancellationToken).ConfigureAwait(false),
            deleted);
    }

    /// <summary>Returns the target folders on the server for moved and deleted messages.</summary>
    public MailFolder? Of(AfterProcessing action) => action == AfterProcessing.Delete ? Deleted : Move;

    /// <summary>Returns the folder of deleted messages, as <see cref="ReceivedMessage.DeletedTo"/>.</summary>
    /// <remarks>
    /// Delete moves to Deleted Items, and from there to Recoverable Items.
    /// https://learn.microsoft.com/graph/api/message-permanentdelete moves to Purges. Exchange keeps what IMAP expunges in
    /// Recoverable Items: https://learn.microsoft.com/exchange/security-and-compliance/recoverable-items-folder/recoverable-items-folder.
    /// </remarks>
    public string? DeletedTo(AfterProcessing action, MailFolder folder)
    {
        var isExchange = folder.Connection is { Server: null };
        return action switch
        {
            AfterProcessing.Purge when folder.Connection is { Protocol: MailProtocol.Graph } => "Purges",
            AfterProcessing.Delete when Deleted is { } items && items.Id != folder.Id => items.Path,
            AfterProcessing.Purge or AfterProcessing.Delete when isExchange => "Recoverable Items",
            _ => null,
        };
    }

    /// <summary>Whether a folder, or one above it, is one of these.</summary>
    public bool Hold(MailFolder folder) =>
        new[] { Move, Copy, Failed }.OfType<MailFolder>().Any(target => Holds(target, folder));

    /// <summary>Returns whether a folder is the one for deleted messages, or is below it.</summary>
    public bool HoldsDeleted(MailFolder folder) => Deleted is { } deleted && Holds(deleted, folder);

    private static bool Holds(MailFolder target, MailFolder folder) =>
        target.Id == folder.Id || folder.Path.StartsWith($"{target.Path}/", StringComparison.Ordinal);

    private static async Task<MailFolder?> MakeAsync(IMailStore store, string? path, CancellationToken cancellationToken) =>
        path is null ? null : await store.CreateFolderAsync(path, cancellationToken).ConfigureAwait(false);
}
