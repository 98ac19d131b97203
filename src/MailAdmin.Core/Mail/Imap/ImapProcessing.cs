using MailKit;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Marks, moves, and deletes messages, many in one command, and returns the outcome of each. A command before a lost connection
/// is repeated; a message that is gone counts as processed.
/// </summary>
internal sealed class ImapProcessing(ImapPool pool, ImapFolders folders)
{
    /// <summary>Messages in one command, at most.</summary>
    public const int BatchSize = 250;

    /// <summary>A command, and how it is sent for some messages.</summary>
    private sealed record Step(string Command, Func<IList<UniqueId>, CancellationToken, Task> Send);

    /// <summary>The commands, in order; each is sent after the previous one has completed.</summary>
    private delegate Task<Step[]> Planner(MailAdminImapClient client, StreamingFolder mailbox);

    /// <inheritdoc cref="IMailStore.ProcessAsync"/>
    public Task<IReadOnlyList<ProcessedMessage>> RunAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailFolder? target,
        CancellationToken cancellationToken) => RunAsync(
            folder, messages, action == AfterProcessing.None ? null
                : (client, mailbox) => PlanAsync(client, mailbox, folder, action, target, cancellationToken), cancellationToken);

    /// <summary>
    /// Copies messages. If a command without a response might have copied a message, it's reported, and not copied again.
    /// </summary>
    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, MailFolder target,
        CancellationToken cancellationToken) => RunAsync(
            folder, messages,
            async (client, mailbox) =>
                [Copy(client, mailbox, await client.FolderAsync(target.Id, cancellationToken).ConfigureAwait(false))],
            cancellationToken);

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
        MailFolder folder, MailboxMessage[] batch, Planner planner, Dictionary<string, Exception> errors,
        CancellationToken cancellationToken)
    {
        try
        {
            // One batch may hold messages from before and after the folder was rebuilt.
            foreach (var same in batch.GroupBy(static message => MessageSummary.ParseId(message.Id).UidValidity))
            {
                var uids = same.DistinctBy(static message => message.Id)
                    .ToDictionary(static message => MessageSummary.ParseId(message.Id).Uid, static message => message.Id);
                await pool.RunAsync(
                    async client =>
                    {
                        var mailbox = await client.OpenFolderAsync(folder.Id, readOnly: false, cancellationToken)
                            .ConfigureAwait(false);
                        ImapErrors.RequireSame(mailbox.UidValidity, same.Key, folder);
                        var plan = await planner(client, mailbox).ConfigureAwait(false);
                        await CarryOutAsync(client, plan, uids, errors, cancellationToken).ConfigureAwait(false);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ServiceRefusedException e) when (e.Code is ImapCodes.UidValidity or ImapCodes.ReadOnly or ImapCodes.NonExistent
            or ImapCodes.NoUidPlus)
        {
            foreach (var message in batch)
            {
                errors.TryAdd(message.Id, e);
            }
        }
    }

    private async Task<Step[]> PlanAsync(
        MailAdminImapClient client, StreamingFolder mailbox, MailFolder folder, AfterProcessing action, MailFolder? target,
        CancellationToken cancellationToken)
    {
        if (mailbox.Access != FolderAccess.ReadWrite)
        {
            throw ImapErrors.Cannot(ImapCodes.ReadOnly, $"The folder '{folder.Path}' is read-only for this user.");
        }

        switch (action)
        {
            case AfterProcessing.MarkRead:
                return [Mark(mailbox, MailKit.MessageFlags.Seen)];
            case AfterProcessing.Move:
                return target is null
                    ? throw new InvalidRequestException("TargetMissing", "-AfterProcessing Move requires a folder.")
                    : Move(client, mailbox, await client.FolderAsync(target.Id, cancellationToken).ConfigureAwait(false));
            case AfterProcessing.Delete:
                // Without a folder for deleted items this throws: what would be left is to expunge, and that is Purge.
                var deleted = await folders.FindDeletedItemsAsync(client, cancellationToken).ConfigureAwait(false);
                var place = await client.FolderAsync(deleted.Id, cancellationToken).ConfigureAwait(false);
                return ReferenceEquals(place, mailbox) ? Remove(client, mailbox) : Move(client, mailbox, place);
            case AfterProcessing.Purge:
                return HasUidPlus(client)
                    ? Remove(client, mailbox)
                    : throw ImapErrors.Cannot(
                        ImapCodes.NoUidPlus, "Can't permanently delete individual messages because the server "
                            + "doesn't support UIDPLUS.");
            default:
                return [];
        }
    }

    private static bool HasUidPlus(MailAdminImapClient client) => client.Capabilities.HasFlag(ImapCapabilities.UidPlus);

    /// <summary>MOVE only with UIDPLUS: without it MailKit would name the messages by sequence numbers.</summary>
    private static Step[] Move(MailAdminImapClient client, StreamingFolder from, IMailFolder target) =>
        HasUidPlus(client) && client.Capabilities.HasFlag(ImapCapabilities.Move)
            ? [new("UID MOVE", (uids, token) => from.MoveToAsync(uids, target, token))]
            : [Copy(client, from, target), .. Remove(client, from)];

    private static Step Copy(MailAdminImapClient client, StreamingFolder from, IMailFolder target) => HasUidPlus(client)
        ? new("UID COPY", (uids, token) => from.CopyToAsync(uids, target, token))
        : new("UID COPY", (uids, token) => CopyByNumberAsync(from, uids, target, token));

    /// <summary>
    /// Without UIDPLUS, MailKit copies by sequence numbers, and omits messages without one. The commands after the copy would
    /// affect those, too: so either all are copied, or none.
    /// </summary>
    private static async Task CopyByNumberAsync(
        StreamingFolder from, IList<UniqueId> uids, IMailFolder target, CancellationToken cancellationToken)
    {
        var found = await from.FetchAsync(
            uids, new FetchRequest(MessageSummaryItems.UniqueId), cancellationToken).ConfigureAwait(false);
        var numbers = found.Where(summary => uids.Contains(summary.UniqueId)).Select(static summary => summary.Index).ToArray();
        if (numbers.Length < uids.Count)
        {
            throw ImapErrors.Cannot(ImapCodes.NonExistent, "A message doesn't exist anymore.");
        }

        await from.CopyToAsync(numbers, target, cancellationToken).ConfigureAwait(false);
    }

    private static Step Mark(StreamingFolder folder, MailKit.MessageFlags flags) =>
        new("UID STORE", (uids, token) => folder.AddFlagsAsync(uids, flags, silent: true, token));

    /// <summary>Never EXPUNGE without UIDs: it would take what others have marked. Without UIDPLUS the mark has to do.</summary>
    private static Step[] Remove(MailAdminImapClient client, StreamingFolder folder) => HasUidPlus(client)
        ? [Mark(folder, MailKit.MessageFlags.Deleted), new("UID EXPUNGE", (uids, token) => folder.ExpungeAsync(uids, token))]
        : [Mark(folder, MailKit.MessageFlags.Deleted)];

    private static async Task CarryOutAsync(
        MailAdminImapClient client, Step[] plan, Dictionary<uint, string> ids, Dictionary<string, Exception> errors,
        CancellationToken cancellationToken)
    {
        foreach (var step in plan)
        {
            UniqueId[] uids =
                [.. ids.Keys.Where(uid => !errors.ContainsKey(ids[uid])).Order().Select(static uid => new UniqueId(uid))];
            if (uids.Length == 0)
            {
                return;
            }

            var refusal = await TryAsync(step, uids).ConfigureAwait(false);
            if (refusal is null)
            {
                continue;
            }

            // The server's objection can be about one message, or all of them.
            var isAboutAll = uids.Length == 1 || refusal is ConnectionLostException
                or ServiceRefusedException { Code: ImapCodes.TryCreate or ImapCodes.NoPermission or ImapCodes.Cannot };
            foreach (var uid in uids)
            {
                if ((isAboutAll ? refusal : await TryAsync(step, [uid]).ConfigureAwait(false)) is { } error)
                {
                    errors[ids[uid.Id]] = error;
                }
            }
        }

        async Task<MailAdminException?> TryAsync(Step step, UniqueId[] uids)
        {
            try
            {
                await client.DoAsync(step.Command, token => step.Send(uids, token), cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (ServiceRefusedException e) when (e.Code != ImapCodes.Throttled)
            {
                return e;
            }
            catch (ConnectionLostException e) when (step.Command == "UID COPY")
            {
                // It might have been completed: sent again, it would create a second copy.
                return e;
            }
        }
    }
}
