namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Marks, moves and deletes messages, many with one command, and tells the outcome for each. What was asked for before the
/// connection was lost is asked for again: a message that is gone already counts as done.
/// </summary>
internal sealed class ImapProcessing(ImapPool pool, ImapFolders folders)
{
    /// <summary>Messages in one command, at most.</summary>
    public const int BatchSize = 250;

    /// <summary>The commands that do something, in their order; each is sent when the one before it was done.</summary>
    private delegate Task<Func<UidSet, ImapCommand>[]> Planner(ImapConnection connection, MailboxState mailbox);

    /// <summary>Does it.</summary>
    /// <param name="folder">Where the messages are.</param>
    /// <param name="messages">Which.</param>
    /// <param name="action">What to do.</param>
    /// <param name="target">Where to, for a move.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public Task<IReadOnlyList<ProcessedMessage>> RunAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailFolder? target,
        CancellationToken cancellationToken) => RunAsync(
            folder, messages, action == AfterProcessing.None ? null
                : (connection, mailbox) => PlanAsync(connection, mailbox, folder, action, target, cancellationToken), cancellationToken);

    /// <summary>Copies messages. One that a command without an answer may have copied is reported, and not copied again.</summary>
    /// <param name="folder">Where the messages are.</param>
    /// <param name="messages">Which.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The outcomes, in the order of the messages.</returns>
    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, MailFolder target, CancellationToken cancellationToken) => RunAsync(
            folder, messages,
            (_, _) => Task.FromResult<Func<UidSet, ImapCommand>[]>([uids => ImapCommands.Copy(uids, new MailboxName(target.Id))]), cancellationToken);

    private async Task<IReadOnlyList<ProcessedMessage>> RunAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, Planner? planner, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, Exception>(StringComparer.Ordinal);
        foreach (var batch in planner is null ? [] : messages.Chunk(BatchSize))
        {
            await RunBatchAsync(folder, batch, planner!, errors, cancellationToken).ConfigureAwait(false);
        }

        return [.. messages.Select(message => new ProcessedMessage(message, errors.GetValueOrDefault(message.Id)))];
    }

    private async Task RunBatchAsync(
        MailFolder folder, MailboxMessage[] batch, Planner planner, Dictionary<string, Exception> errors, CancellationToken cancellationToken)
    {
        try
        {
            // One batch may hold messages from before and after the folder was rebuilt.
            foreach (var same in batch.GroupBy(static message => MessageSummary.ParseId(message).UidValidity))
            {
                var uids = same.DistinctBy(static message => message.Id)
                    .ToDictionary(static message => MessageSummary.ParseId(message).Uid, static message => message.Id);
                await pool.RunAsync(
                    async connection =>
                    {
                        var mailbox = await ImapMailbox.SelectAsync(
                            connection, new MailboxName(folder.Id), readOnly: false, cancellationToken).ConfigureAwait(false);
                        ImapMailbox.RequireSame(mailbox, same.Key, folder);
                        var plan = await planner(connection, mailbox).ConfigureAwait(false);
                        await CarryOutAsync(connection, plan, uids, errors, cancellationToken).ConfigureAwait(false);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ServiceRefusedException e) when (e is { Code: "UIDVALIDITY" or "READ-ONLY" or "NONEXISTENT" or "UIDPLUS" })
        {
            foreach (var message in batch)
            {
                errors.TryAdd(message.Id, e);
            }
        }
    }

    private async Task<Func<UidSet, ImapCommand>[]> PlanAsync(
        ImapConnection connection, MailboxState mailbox, MailFolder folder, AfterProcessing action, MailFolder? target,
        CancellationToken cancellationToken)
    {
        if (mailbox.IsReadOnly)
        {
            throw Cannot("READ-ONLY", $"'{folder.Path}' is read-only for this user.");
        }

        var capabilities = connection.Session.Capabilities;
        switch (action)
        {
            case AfterProcessing.MarkRead:
                return [static uids => ImapCommands.AddFlags(uids, SystemFlags.Seen)];
            case AfterProcessing.Move:
                return target is null
                    ? throw new InvalidRequestException("TargetMissing", "A move needs a folder to move to.")
                    : Move(capabilities, new MailboxName(target.Id));
            case AfterProcessing.Delete:
                // Without a folder for deleted items this throws: what would be left is to expunge, and that is Purge.
                var deleted = await folders.FindDeletedItemsAsync(connection, cancellationToken).ConfigureAwait(false);
                return deleted.Name != mailbox.Name ? Move(capabilities, deleted.Name) : Remove(capabilities);
            case AfterProcessing.Purge:
                return capabilities.Has("UIDPLUS")
                    ? Remove(capabilities)
                    : throw Cannot("UIDPLUS", "The server cannot remove single messages for good: it has no UIDPLUS.");
            default:
                return [];
        }
    }

    private static Func<UidSet, ImapCommand>[] Move(ImapCapabilities capabilities, MailboxName target) => capabilities.Has("MOVE")
        ? [uids => ImapCommands.Move(uids, target)]
        : [uids => ImapCommands.Copy(uids, target), .. Remove(capabilities)];

    /// <summary>Never EXPUNGE without UIDs: it would take what others have marked. Without UIDPLUS the mark has to do.</summary>
    private static Func<UidSet, ImapCommand>[] Remove(ImapCapabilities capabilities) => capabilities.Has("UIDPLUS")
        ? [static uids => ImapCommands.AddFlags(uids, SystemFlags.Deleted), static uids => ImapCommands.Expunge(uids)]
        : [static uids => ImapCommands.AddFlags(uids, SystemFlags.Deleted)];

    private static async Task CarryOutAsync(
        ImapConnection connection, Func<UidSet, ImapCommand>[] plan, Dictionary<uint, string> ids, Dictionary<string, Exception> errors,
        CancellationToken cancellationToken)
    {
        foreach (var step in plan)
        {
            var uids = new UidSet(ids.Keys.Where(uid => !errors.ContainsKey(ids[uid])).Order());
            if (uids.IsEmpty)
            {
                return;
            }

            var refusal = await TryAsync(step(uids)).ConfigureAwait(false);
            if (refusal is null)
            {
                continue;
            }

            // It may be one message that the server objects to, or all of them.
            var isAboutAll = uids.Count == 1 || refusal is ConnectionLostException
                or ServiceRefusedException { Code: "TRYCREATE" or "NONEXISTENT" or "NOPERM" or "CANNOT" };
            foreach (var uid in uids)
            {
                if ((isAboutAll ? refusal : await TryAsync(step(new UidSet([uid]))).ConfigureAwait(false)) is { } error)
                {
                    errors[ids[uid]] = error;
                }
            }
        }

        async Task<MailAdminException?> TryAsync(ImapCommand command)
        {
            try
            {
                await connection.ExecuteAsync(command, null, cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (ServiceRefusedException e) when (e.Code != "THROTTLED")
            {
                return e;
            }
            catch (ConnectionLostException e) when (command.Name == "UID COPY")
            {
                // It may have been carried out: sent again, it would leave a second copy.
                return e;
            }
        }
    }

    private static ServiceRefusedException Cannot(string code, string message) => new(message) { Service = "IMAP", Code = code };
}
