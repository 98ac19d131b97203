using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>Opening a folder on a connection, and searching in it.</summary>
internal static class ImapMailbox
{
    /// <summary>Opens a folder, unless it is open.</summary>
    /// <param name="client">On which connection.</param>
    /// <param name="id">Which folder.</param>
    /// <param name="readOnly">Whether reading is enough; then nothing can be changed by mistake.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>The folder.</returns>
    public static async Task<StreamingFolder> OpenAsync(
        MailAdminImapClient client, string id, bool readOnly, CancellationToken cancellationToken)
    {
        var folder = await client.FolderAsync(id, cancellationToken).ConfigureAwait(false);
        if (!folder.IsOpen || (!readOnly && folder.Access != FolderAccess.ReadWrite))
        {
            var access = readOnly ? FolderAccess.ReadOnly : FolderAccess.ReadWrite;
            await client.DoAsync(readOnly ? "EXAMINE" : "SELECT", token => folder.OpenAsync(access, token), cancellationToken)
                .ConfigureAwait(false);
        }

        return (StreamingFolder)folder;
    }

    /// <summary>Searches in a folder that is open.</summary>
    /// <param name="client">On which connection.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="search">What to look for.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>The UIDs that were found.</returns>
    public static async Task<IList<UniqueId>> SearchAsync(
        MailAdminImapClient client, StreamingFolder folder, ImapSearch search, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.DoAsync(
                "UID SEARCH", token => folder.SearchAsync(search.ToQuery(), token), cancellationToken)
                .ConfigureAwait(false);
            if (client.Words.Refusal is null)
            {
                return found;
            }
        }
        catch (ServiceRefusedException e) when (search.NeedsCharset && e.Code != "THROTTLED")
        {
            // Exchange knows US-ASCII alone.
        }

        // MailKit asks again with other letters where the server does not know them: that finds too little. This finds too much,
        // and the exact comparison is made here.
        return await SearchAsync(client, folder, search.WithinAscii(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses to go on when UIDs have come to mean other messages (RFC 9051 section 2.3.1.1).</summary>
    /// <param name="current">The UIDVALIDITY as the folder is open now; 0 for none.</param>
    /// <param name="uidValidity">What the UIDs belong to.</param>
    /// <param name="folder">For the message.</param>
    /// <exception cref="ServiceRefusedException">Code UIDVALIDITY.</exception>
    public static void RequireSame(uint current, uint uidValidity, MailFolder folder)
    {
        if (current != uidValidity || uidValidity == 0)
        {
            throw new ServiceRefusedException(uidValidity == 0
                ? $"The server gives '{folder.Path}' no UIDVALIDITY, so its messages cannot be told apart on another connection."
                : $"'{folder.Path}' was rebuilt on the server: its UIDVALIDITY is {current} and was {uidValidity}, "
                    + "so the known UIDs mean other messages.")
            {
                Service = "IMAP",
                Code = "UIDVALIDITY",
                Advice = "List the folder again.",
            };
        }
    }
}
