namespace MailAdmin.Core.Mail.Imap;

/// <summary>Opening a folder on a connection, and searching in it.</summary>
internal static class ImapMailbox
{
    /// <summary>Makes a folder the selected one, unless it is.</summary>
    /// <param name="connection">On which.</param>
    /// <param name="name">Which folder.</param>
    /// <param name="readOnly">Whether reading is enough; then nothing can be changed by mistake.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>What is known about it.</returns>
    public static async Task<MailboxState> SelectAsync(
        ImapConnection connection, MailboxName name, bool readOnly, CancellationToken cancellationToken)
    {
        if (!IsSelected(connection, name, readOnly))
        {
            await connection.ExecuteAsync(ImapCommands.Select(name, readOnly), null, cancellationToken).ConfigureAwait(false);
        }

        return connection.Session.Mailbox!;
    }

    /// <summary>Selects a folder and searches in it, in one round trip.</summary>
    /// <param name="connection">On which.</param>
    /// <param name="name">Which folder.</param>
    /// <param name="search">What to look for.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>The folder, and the UIDs that were found.</returns>
    public static async Task<(MailboxState Mailbox, UidSet Uids)> SearchAsync(
        ImapConnection connection, MailboxName name, ImapSearch search, CancellationToken cancellationToken)
    {
        var session = connection.Session;
        var select = IsSelected(connection, name, readOnly: true) ? null : connection.Send(ImapCommands.Select(name, readOnly: true));
        var find = connection.Send(search.ToCommand(session.Capabilities, session.IsUtf8Accepted));
        ConditionResponse? selected = null;
        if (select is not null)
        {
            selected = await connection.CompleteAsync(select, null, cancellationToken).ConfigureAwait(false);
        }

        var uids = new UidSet();
        var found = await connection.CompleteAsync(find, Note, cancellationToken).ConfigureAwait(false);
        if (selected is { Condition: not ImapCondition.Ok })
        {
            throw ImapErrors.Refused(selected);
        }

        if (found.Condition == ImapCondition.Ok)
        {
            return (session.Mailbox!, uids);
        }

        var refusal = ImapErrors.Refused(found);
        if (!search.NeedsCharset || refusal.Code == "THROTTLED")
        {
            throw refusal;
        }

        // Exchange knows US-ASCII alone: then the server finds too much, and the exact comparison is made here.
        return await SearchAsync(connection, name, search.WithinAscii(), cancellationToken).ConfigureAwait(false);

        void Note(ImapResponse response)
        {
            if (response is SearchResponse result)
            {
                uids = result.Uids;
            }
        }
    }

    /// <summary>Refuses to go on when UIDs have come to mean other messages (RFC 9051 section 2.3.1.1).</summary>
    /// <param name="mailbox">As it is selected now.</param>
    /// <param name="uidValidity">What the UIDs belong to.</param>
    /// <param name="folder">For the message.</param>
    /// <exception cref="ServiceRefusedException">Code UIDVALIDITY.</exception>
    public static void RequireSame(MailboxState mailbox, uint uidValidity, MailFolder folder)
    {
        if (mailbox.UidValidity != uidValidity || uidValidity == 0)
        {
            throw new ServiceRefusedException(uidValidity == 0
                ? $"The server gives '{folder.Path}' no UIDVALIDITY, so its messages cannot be told apart on another connection."
                : $"'{folder.Path}' was rebuilt on the server: its UIDVALIDITY is {mailbox.UidValidity} and was {uidValidity}, "
                    + "so the known UIDs mean other messages.")
            {
                Service = "IMAP",
                Code = "UIDVALIDITY",
                Advice = "List the folder again.",
            };
        }
    }

    private static bool IsSelected(ImapConnection connection, MailboxName name, bool readOnly) =>
        connection.Session is { State: ImapState.Selected, Mailbox: { } mailbox } && mailbox.Name == name && (readOnly || !mailbox.IsReadOnly);
}
