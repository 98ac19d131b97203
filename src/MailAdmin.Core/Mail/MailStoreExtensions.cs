namespace MailAdmin.Core.Mail;

/// <summary>Operations that every store supports through the port.</summary>
internal static class MailStoreExtensions
{
    private static readonly string[] WellKnown = ["DeletedItems", "SentItems", "JunkEmail", "RecoverableItems"];

    /// <summary>Finds a folder that has to be there.</summary>
    /// <param name="store">The mailbox.</param>
    /// <param name="folder">A well-known name, a path from the top, or an ID.</param>
    /// <param name="counted">Whether the counts are required (<see cref="IMailStore.FindFolderAsync"/>).</param>
    /// <exception cref="InvalidRequestException">The folder wasn't found (FolderNotFound).</exception>
    public static async Task<MailFolder> GetFolderAsync(
        this IMailStore store, string folder, CancellationToken cancellationToken, bool counted = true) =>
        await store.FindFolderAsync(folder, cancellationToken, counted).ConfigureAwait(false) ?? throw NotFound(folder);

    internal static InvalidRequestException NotFound(string folder) =>
        new("FolderNotFound", $"The folder '{folder}' wasn't found in the mailbox.")
        {
            Target = folder,
            Advice = "To list the paths, run Get-MailFolder -Recurse. A well-known name such as Inbox works in every "
                + "language.",
        };

    /// <summary>
    /// Rejects a new folder with the well-known name of a default folder. If the default folder can't be identified, the new one
    /// would replace it, and its messages would be overlooked.
    /// </summary>
    /// <param name="path">The path that wasn't found.</param>
    /// <exception cref="InvalidRequestException">The name is a well-known name (FolderNotFound).</exception>
    internal static void RefuseWellKnown(string path)
    {
        if (WellKnown.Contains(path.Trim('/'), StringComparer.OrdinalIgnoreCase))
        {
            throw new InvalidRequestException("FolderNotFound", $"The folder of the mailbox for '{path}' can't be identified.")
            {
                Target = path,
                Advice = "Specify the folder by its path. To list the paths, run Get-MailFolder -Recurse.",
            };
        }
    }

    internal static InvalidRequestException NoDeletedItems(string mailbox) =>
        new("DeletedItemsNotFound", $"The Deleted Items folder of {mailbox} can't be identified.")
        {
            Target = mailbox,
            Advice = "Nothing was deleted. Use -AfterProcessing Move -MoveTo with the folder for deleted messages, "
                + "or -AfterProcessing Purge to permanently delete messages.",
        };
}
