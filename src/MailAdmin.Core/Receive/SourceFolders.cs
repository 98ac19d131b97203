using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>Finds the folders to receive from.</summary>
internal static class SourceFolders
{
    /// <summary>Finds them, each once.</summary>
    /// <param name="store">The mailbox.</param>
    /// <param name="options">Which folders, or which messages in them.</param>
    /// <param name="targets">
    /// The target folders on the server. With <see cref="ReceiveOptions.Recurse"/>, their messages aren't received.
    /// </param>
    /// <param name="counted">Whether the counts of the folders are required.</param>
    /// <param name="missing">Takes the messages that were chosen in folders that no longer exist.</param>
    /// <returns>The folders, and the ids of the messages that were chosen in each; null where none were.</returns>
    /// <exception cref="InvalidRequestException">
    /// The folder wasn't found (FolderNotFound), contains no mail (NotAMailFolder), or is the target of the move
    /// (MoveTargetIsSource).
    /// </exception>
    public static async Task<IReadOnlyList<(MailFolder Folder, IReadOnlyList<string>? Chosen)>> FindAsync(
        IMailStore store, ReceiveOptions options, Targets targets, bool counted, List<Delivery> missing,
        CancellationToken cancellationToken)
    {
        var folders = new List<(MailFolder Folder, IReadOnlyList<string>? Chosen)>();
        foreach (var name in options.Sources)
        {
            var ids = options.Messages?[name];
            var found = ids is null ? await store.GetFolderAsync(name, cancellationToken, counted).ConfigureAwait(false)
                : await store.FindFolderAsync(name, cancellationToken, counted).ConfigureAwait(false);
            if (found is not { } folder)
            {
                missing.AddRange(ids!.Select(id => Delivery.Missing(id, name)));
                continue;
            }

            Check(folder, options, targets);
            folders.Add((folder, ids));
            if (options.Recurse)
            {
                var all = store.GetFoldersAsync(folder.Path, recurse: true, cancellationToken);
                await foreach (var below in all.ConfigureAwait(false))
                {
                    // On some servers, deleted items are below the Inbox. Deleted messages must not be received and deleted
                    // again.
                    if (!targets.HoldsDeleted(below) || targets.HoldsDeleted(folder))
                    {
                        folders.Add((below, null));
                    }
                }
            }
        }

        return
        [
            .. folders.GroupBy(f => f.Folder.Id).Where(g => !options.Recurse || !targets.Hold(g.First().Folder))
                .Select(g => (g.First().Folder, options.Messages is null ? null : AllOf(g.SelectMany(f => f.Chosen!)))),
        ];

        static IReadOnlyList<string>? AllOf(IEnumerable<string> ids) => [.. ids.Distinct(StringComparer.Ordinal)];
    }

    private static void Check(MailFolder folder, ReceiveOptions options, Targets targets)
    {
        MailFolders.RequireMail(folder);
        if (targets.Move?.Id == folder.Id)
        {
            throw new InvalidRequestException("MoveTargetIsSource", $"Can't move messages to '{options.MoveTo}' "
                + $"because it is the folder that they are received from.")
            {
                Target = options.MoveTo,
            };
        }

        if (targets.DeletedTo(options.AfterProcessing, folder) is { } place)
        {
            VerboseLog.Write($"Messages that are deleted from '{folder.Path}' are moved to {place}. They can be "
                + "recovered until the retention time ends, 14 days by default. To show it, use "
                + "RetainDeletedItemsFor of Get-MailboxSetting.");
        }
    }
}
