namespace MailAdmin.Core.Mail;

/// <summary>What every store can do by means of the port.</summary>
internal static class MailStoreExtensions
{
    /// <summary>Finds a folder that has to be there.</summary>
    /// <param name="store">The mailbox.</param>
    /// <param name="folder">A well-known name, a path from the top, or an id.</param>
    /// <param name="counted">Whether its counts are wanted (<see cref="IMailStore.FindFolderAsync"/>).</param>
    /// <exception cref="InvalidRequestException">There is none (FolderNotFound).</exception>
    public static async Task<MailFolder> GetFolderAsync(
        this IMailStore store, string folder, CancellationToken cancellationToken, bool counted = true) =>
        await store.FindFolderAsync(folder, cancellationToken, counted).ConfigureAwait(false) ?? throw NotFound(folder);

    internal static InvalidRequestException NotFound(string folder) =>
        new("FolderNotFound", $"There is no folder '{folder}' in the mailbox.")
        {
            Target = folder,
            Advice = "Get-MailFolder -Recurse lists the paths; a well-known name such as Inbox works in every language.",
        };
}
