using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;
using MailKit;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Requests the summaries of messages in one command. If the server refuses, each half is requested, until the message that
/// causes it is identified (https://github.com/jstedfast/MailKit/issues/358). Missing ones are requested again without their
/// envelopes, and their header sections are read instead. Those still missing are gone, or can't be read.
/// </summary>
/// <param name="uids">Which messages, in ascending order.</param>
/// <param name="items">The items of the summaries.</param>
internal sealed class SummaryBatch(IReadOnlyList<UniqueId> uids, MessageSummaryItems items)
{
    private const int MostNotes = 100_000;

    // Refusals without a result. After more, the refusal isn't about single messages.
    private const int MostRefusals = 64;

    // Octets of a header section: the same as for a received message.
    private const int LongestHeader = 128 * 1024;

    private const MessageSummaryItems Essential = MessageSummaryItems.UniqueId | MessageSummaryItems.Flags
        | MessageSummaryItems.InternalDate | MessageSummaryItems.Size;

    private readonly HashSet<uint> _wanted = [.. uids.Select(static uid => uid.Id)];
    private readonly SortedDictionary<uint, MailboxMessage> _found = [];
    private readonly SortedDictionary<uint, ServiceRefusedException> _refused = [];

    // The messages without an envelope.
    private readonly HashSet<uint> _bare = [];

    // The messages after which a connection was lost: the next one might be the cause.
    private readonly HashSet<uint> _suspects = [];
    private readonly HashSet<uint> _deleted = [];
    private bool _hasAsked;
    private int _noted;
    private int _refusals;

    /// <summary>The summaries with UIDs, in ascending order.</summary>
    public IReadOnlyDictionary<uint, MailboxMessage> Found => _found;

    /// <summary>The messages whose summaries the server refuses, with its refusals.</summary>
    public IReadOnlyDictionary<uint, ServiceRefusedException> Refused => _refused;

    /// <summary>The UIDs without a response that weren't refused. A message marked \Deleted isn't one of them.</summary>
    public IEnumerable<uint> Absent =>
        Missing(uid => !_deleted.Contains(uid) && !_refused.ContainsKey(uid)).Select(static uid => uid.Id);

    /// <summary>Requests missing summaries, until no more can be expected.</summary>
    /// <param name="message">Creates the message from the summary.</param>
    /// <exception cref="ServiceRefusedException">The server refuses all of them.</exception>
    public async Task BringAsync(
        MailAdminImapClient client, StreamingFolder folder, Func<IMessageSummary, MailboxMessage> message,
        CancellationToken cancellationToken)
    {
        folder.Summaries = summary => Note(summary, message);
        try
        {
            await AskAsync(client, folder, Missing(_suspects.Contains), Essential, cancellationToken).ConfigureAwait(false);
            if (!_hasAsked)
            {
                await AskAsync(client, folder, Missing(), items, cancellationToken).ConfigureAwait(false);
                _hasAsked = true;
            }

            _refused.Clear();
            await AskAsync(client, folder, Missing(), Essential, cancellationToken).ConfigureAwait(false);
            await ReadHeadersAsync(client, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionLostException e) when (e.InnerException is ImapProtocolException or InvalidDataException)
        {
            // From a server that violates the protocol, only required items are requested.
            _bare.Clear();
            // The failure wasn't the network's: the first missing message is the one that couldn't be read.
            if (Missing(uid => !_suspects.Contains(uid)) is [var first, ..])
            {
                _suspects.Add(first.Id);
            }

            throw;
        }
        finally
        {
            folder.Summaries = null;
        }
    }

    private async Task AskAsync(
        MailAdminImapClient client, StreamingFolder folder, UniqueId[] missing, MessageSummaryItems what,
        CancellationToken cancellationToken)
    {
        if (missing.Length == 0)
        {
            return;
        }

        var refusal = await client.TryAsync(
            "UID FETCH", token => folder.FetchAsync(missing, new FetchRequest(what), token), cancellationToken)
            .ConfigureAwait(false);
        if (refusal is null)
        {
            return;
        }

        if (_found.Count == 0 && ++_refusals > MostRefusals)
        {
            throw refusal;
        }

        var left = Array.FindAll(missing, uid => !_found.ContainsKey(uid.Id));
        if (left is [var only])
        {
            _refused[only.Id] = refusal;
            return;
        }

        await AskAsync(client, folder, left[..(left.Length / 2)], what, cancellationToken).ConfigureAwait(false);
        await AskAsync(client, folder, left[(left.Length / 2)..], what, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads subject, sender, and other fields from the header sections of messages without an envelope.</summary>
    private async Task ReadHeadersAsync(MailAdminImapClient client, StreamingFolder folder, CancellationToken cancellationToken)
    {
        foreach (var uid in _bare.Order().ToArray())
        {
            // Once, because it might be the cause of the lost connection.
            _bare.Remove(uid);
            byte[] header = [];
            var refusal = await client.TryAsync(
                "UID FETCH",
                async token => header = await HeaderAsync(folder, new UniqueId(uid), token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
            if (refusal is not null)
            {
                VerboseLog.Write($"The server returns neither the envelope of message {uid} nor its header section: "
                    + $"{refusal.Message}");
                continue;
            }

            using var content = Mime.MimeMessage.Parse(header);
            var told = MessageContent.Told(_found[uid], content);
            _found[uid] = told with { ReceivedAt = told.ReceivedAt ?? told.SentAt };
        }
    }

    private async Task<byte[]> HeaderAsync(StreamingFolder folder, UniqueId uid, CancellationToken cancellationToken)
    {
        // News about other messages can arrive in between, but not without limit.
        EventHandler<MessageFlagsChangedEventArgs> news = (_, _) => Count();
        folder.MessageFlagsChanged += news;
        try
        {
            var header = await folder.GetStreamAsync(uid, "HEADER", 0, LongestHeader, cancellationToken).ConfigureAwait(false);
            await using (header.ConfigureAwait(false))
            {
                using var octets = new MemoryStream();
                await header.CopyToAsync(octets, cancellationToken).ConfigureAwait(false);
                return octets.ToArray();
            }
        }
        catch (MessageNotFoundException)
        {
            return [];
        }
        finally
        {
            folder.MessageFlagsChanged -= news;
        }
    }

    private UniqueId[] Missing(Func<uint, bool>? which = null) =>
        [.. uids.Where(uid => !_found.ContainsKey(uid.Id) && which?.Invoke(uid.Id) != false)];

    /// <summary>
    /// Adds a summary. A response without one is unsolicited news about flags. A message marked \Deleted is gone.
    /// </summary>
    private void Note(IMessageSummary summary, Func<IMessageSummary, MailboxMessage> message)
    {
        // MailKit keeps them all.
        Count();
        if (!summary.UniqueId.IsValid || !_wanted.Contains(summary.UniqueId.Id))
        {
            return;
        }

        if (summary.Flags?.HasFlag(MailKit.MessageFlags.Deleted) == true)
        {
            _deleted.Add(summary.UniqueId.Id);
        }
        else if (summary.Size is not null && _found.TryAdd(summary.UniqueId.Id, message(summary)) && summary.Envelope is null)
        {
            _bare.Add(summary.UniqueId.Id);
        }
    }

    private void Count()
    {
        if (++_noted > MostNotes)
        {
            throw new ImapProtocolException("the server returns messages without end");
        }
    }
}
