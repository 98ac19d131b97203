// Longer than 250 lines: one order of search, list and fetch, with all that may interrupt it.
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using MailAdmin.Core.Mail.Mime;
using MailKit;
using MailKit.Search;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Reads the messages of a folder: searches, lists in batches, and fetches the required content, all listed messages with one
/// command. If the connection is lost, or the server requires a delay, it continues with another connection at the same place.
/// Returned messages aren't returned again, and none is skipped. It runs a few messages ahead of the caller.
/// </summary>
internal sealed class ImapReading
{
    private const int FirstBatch = 250;
    private const int SmallestBatch = 25;
    private const int LargestBatch = 2000;
    private const int MostAhead = 16;

    private readonly ImapPool _pool;
    private readonly MailFolder _folder;
    private readonly MessageQuery _query;
    private readonly ImapQuery _filter;
    private readonly IncomingMessages? _incoming;
    private readonly ImapRecovery _recovery;
    private readonly Channel<FetchedMessage> _ready = Channel.CreateUnbounded<FetchedMessage>();
    private readonly SemaphoreSlim _taken = new(0, 1);

    // The listed messages whose content isn't received yet.
    private readonly SortedDictionary<uint, MailboxMessage> _expected = [];
    private readonly string _section;
    private readonly MessageSummaryItems _items = MessageSummaryItems.UniqueId | MessageSummaryItems.Flags
        | MessageSummaryItems.InternalDate | MessageSummaryItems.Size | MessageSummaryItems.Envelope;
    private IEnumerator<UniqueId[]>? _rest;
    private SummaryBatch? _listing;
    private uint _uidValidity;
    private uint _highest;
    private int _left;

    /// <param name="openSink">
    /// Opens the sink for the content, with its size; null for summaries only. This disposes a <see cref="Spool"/> that it didn't
    /// return.
    /// </param>
    /// <param name="section">The section to fetch as content: empty for the message, or HEADER.</param>
    /// <param name="known">A UID, and the UIDVALIDITY that it belongs to, where no search is needed to find it.</param>
    public ImapReading(
        ImapPool pool, MailFolder folder, MessageQuery query, Func<MailboxMessage, long, Stream?>? openSink, string section = "",
        (uint UidValidity, uint Uid)? known = null)
    {
        (_pool, _folder, _query, _filter, _section) = (pool, folder, query, new ImapQuery(query), section);
        _recovery = pool.NewRecovery();
        _incoming = openSink is null ? null : new IncomingMessages(
            section, openSink, number => _expected.GetValueOrDefault(number), Finish);
        _left = query.First ?? int.MaxValue;
        if (openSink is null || section.Length > 0)
        {
            // Otherwise the content determines whether there are attachments.
            _items |= MessageSummaryItems.BodyStructure;
        }

        if (known is var (uidValidity, uid))
        {
            (_uidValidity, _rest) = (uidValidity, Cut([new UniqueId(uid)]).GetEnumerator());
        }
    }

    /// <summary>
    /// The position after all messages were read. Null if there are more, and if UIDs aren't permanent: without UIDVALIDITY, they
    /// can't be recognized (RFC 9051 section 2.3.1.1).
    /// </summary>
    public string? End => _left > 0 && _uidValidity > 0 ? MessageSummary.Id(_uidValidity, _highest) : null;

    /// <summary>Returns the messages, once. A caller that stops early closes the connection.</summary>
    public async IAsyncEnumerable<FetchedMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = Task.Run(() => RunAsync(leaving.Token), CancellationToken.None);
        try
        {
            while (await _ready.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                _ready.Reader.TryRead(out var next);
                // First the messages that are being read, then those that arrived in the meantime.
                var coming = _incoming?.Coming;
                var follower = _ready.Reader.TryPeek(out var ahead) ? ahead.Message : coming;
                if (_taken.CurrentCount == 0)
                {
                    _taken.Release();
                }

                yield return _incoming is null ? next! : next! with { FollowerSize = follower?.Size };
            }
        }
        finally
        {
            await leaving.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
            _rest?.Dispose();
            _taken.Dispose();
            _incoming?.Dispose();
            while (_ready.Reader.TryRead(out var left))
            {
                (left.Content as Spool)?.Dispose();
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!await TryAsync(cancellationToken).ConfigureAwait(false))
            {
                // Another connection.
            }

            _ready.Writer.Complete();
        }
        catch (Exception e)
        {
            _ready.Writer.Complete(e);
        }
    }

    /// <summary>Continues on one connection.</summary>
    /// <returns>True at the end; false when the connection was lost and another is worth an attempt.</returns>
    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        MailAdminImapClient? client = null;
        MailAdminException error;
        var isQuiet = false;
        try
        {
            client = await _pool.RentAsync(cancellationToken).ConfigureAwait(false);
            var folder = await client.OpenFolderAsync(_folder.Id, readOnly: true, cancellationToken).ConfigureAwait(false);
            await BeginAsync(client, folder, cancellationToken).ConfigureAwait(false);
            while (await StepAsync(client, folder, cancellationToken).ConfigureAwait(false))
            {
                await LetTakeAsync(_incoming is null ? 1 : MostAhead, cancellationToken).ConfigureAwait(false);
            }

            isQuiet = true;
            return true;
        }
        catch (MailAdminException e)
        {
            (error, isQuiet) = (e, client?.IsBroken == false);
        }
        finally
        {
            if (client is not null)
            {
                await _pool.ReturnAsync(client, isQuiet).ConfigureAwait(false);
            }
        }

        if (_incoming?.Lose(error) == true)
        {
            _recovery.Progress();
        }
        else if (!_recovery.IsWorthAnother(error))
        {
            ExceptionDispatchInfo.Throw(error);
        }

        await _recovery.WaitAsync(error, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private async Task BeginAsync(MailAdminImapClient client, StreamingFolder folder, CancellationToken cancellationToken)
    {
        if (_rest is not null)
        {
            ImapErrors.RequireSame(folder.UidValidity, _uidValidity, _folder);
            return;
        }

        _uidValidity = folder.UidValidity;
        if (_filter.UidValidity is { } known)
        {
            ImapErrors.RequireSame(_uidValidity, known, _folder);
        }

        var uids = await client.SearchAsync(folder, _filter, cancellationToken).ConfigureAwait(false);
        _highest = Math.Max(_filter.After, uids.Count == 0 ? 0 : uids.Max(static uid => uid.Id));
        _rest = Cut(uids).GetEnumerator();
    }

    /// <summary>Fetches the listed messages, or lists the next ones.</summary>
    /// <returns>False at the end.</returns>
    private async Task<bool> StepAsync(MailAdminImapClient client, StreamingFolder folder, CancellationToken cancellationToken)
    {
        if (_expected.Count > 0)
        {
            await FetchAsync(client, folder, [.. _expected.Keys.Select(static uid => new UniqueId(uid))], cancellationToken)
                .ConfigureAwait(false);
            return true;
        }

        if (_listing is null)
        {
            if (_left <= 0 || !_rest!.MoveNext())
            {
                return false;
            }

            _listing = new SummaryBatch(_rest.Current, _items);
        }

        var before = _listing.Found.Count;
        try
        {
            await _listing.BringAsync(client, folder, data => MessageSummary.From(data, _folder, _uidValidity), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            if (_listing.Found.Count > before)
            {
                _recovery.Progress();
            }
        }

        var unreadable = await UnreadableAsync(client, folder, _listing, cancellationToken).ConfigureAwait(false);
        Select(_query.Descending ? _listing.Found.Reverse() : _listing.Found);
        _listing = null;
        foreach (var (uid, failed) in unreadable.Take(_left))
        {
            _left--;
            Finish(uid, failed);
        }

        return true;
    }

    /// <summary>
    /// Returns the messages whose summaries the server refuses, and those without a response that still exist. They must not be
    /// skipped silently.
    /// </summary>
    private async Task<IReadOnlyList<(uint Uid, FetchedMessage Failed)>> UnreadableAsync(
        MailAdminImapClient client, StreamingFolder folder, SummaryBatch listing, CancellationToken cancellationToken)
    {
        UniqueId[] absent = [.. listing.Absent.Select(static uid => new UniqueId(uid))];
        var there = await StillThereAsync(client, folder, absent, cancellationToken).ConfigureAwait(false);
        return
        [
            .. listing.Refused.Select(one => Failed(one.Key, Says(one.Value)))
                .Concat(there.Intersect(absent).Select(uid => Failed(uid.Id, "the server lists it but returns no data")))
                .OrderBy(static one => one.Uid),
        ];

        (uint Uid, FetchedMessage Failed) Failed(uint uid, string reason)
        {
            var message = MessageSummary.From(uid, _folder, _uidValidity);
            return (uid, new FetchedMessage(message, null, ImapErrors.Unreadable(message, reason)));
        }
    }

    /// <summary>Hands on the summaries in their order; what doesn't match exactly falls out.</summary>
    private void Select(IEnumerable<KeyValuePair<uint, MailboxMessage>> found)
    {
        foreach (var (uid, message) in found.Where(one => _filter.Matches(one.Value)).Take(_left))
        {
            _left--;
            if (_incoming is null)
            {
                _ready.Writer.TryWrite(new FetchedMessage(message, null));
            }
            else
            {
                _expected.Add(uid, message);
            }
        }
    }

    private static string Says(ServiceRefusedException refusal) => $"the server returned \"{refusal.Message}\"";

    /// <summary>
    /// Requests the content of all. If that is refused, requests each half of the missing ones, until the message that the server
    /// can't return is identified.
    /// </summary>
    private async Task FetchAsync(
        MailAdminImapClient client, StreamingFolder folder, UniqueId[] uids, CancellationToken cancellationToken)
    {
        ServiceRefusedException? refusal;
        folder.Incoming = _incoming;
        try
        {
            refusal = await client.TryAsync("UID FETCH", token => BringAsync(folder, uids, token), cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            folder.Incoming = null;
        }

        _incoming!.End();
        var absent = Array.FindAll(uids, uid => _expected.ContainsKey(uid.Id));
        if (refusal is not null && absent.Length > 1)
        {
            var half = absent.Length / 2;
            await FetchAsync(client, folder, absent[..half], cancellationToken).ConfigureAwait(false);
            await FetchAsync(client, folder, absent[half..], cancellationToken).ConfigureAwait(false);
            return;
        }

        var there = refusal is not null ? []
            : await StillThereAsync(client, folder, absent, cancellationToken).ConfigureAwait(false);
        foreach (var uid in absent)
        {
            var message = _expected[uid.Id];
            var reason = refusal is not null ? Says(refusal)
                : there.Contains(uid) ? "the server returned no content, although it is still in the folder"
                : "it doesn't exist anymore";
            Finish(uid.Id, new FetchedMessage(message, null, ImapErrors.Unreadable(message, reason)));
        }
    }

    /// <summary>
    /// Returns which of the missing messages are in the folder: a server can respond without the content of an existing message
    /// (https://github.com/jstedfast/MailKit/issues/908).
    /// </summary>
    private static async Task<IList<UniqueId>> StillThereAsync(
        MailAdminImapClient client, StreamingFolder folder, UniqueId[] absent, CancellationToken cancellationToken)
    {
        IList<UniqueId> found = [];
        if (absent.Length > 0)
        {
            var which = SearchQuery.Uids(absent).And(SearchQuery.NotDeleted);
            await client.TryAsync(
                "UID SEARCH", async token => found = await folder.SearchAsync(which, token).ConfigureAwait(false),
                cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private async Task BringAsync(StreamingFolder folder, UniqueId[] uids, CancellationToken cancellationToken)
    {
        if (_section.Length == 0)
        {
            await folder.GetStreamsAsync(uids, TakeAsync, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (var uid in uids)
        {
            try
            {
                await folder.GetStreamAsync(uid, _section, cancellationToken).ConfigureAwait(false);
                _incoming!.Take(uid.Id);
            }
            catch (MessageNotFoundException)
            {
                // It is no longer there.
            }
        }

        // While MailKit waits for this, it reads no more: that is the brake.
        Task TakeAsync(IMailFolder from, int index, UniqueId uid, Stream stream, CancellationToken token)
        {
            _incoming!.Take(uid.Id);
            return LetTakeAsync(MostAhead, token);
        }
    }

    /// <summary>Waits until fewer messages are ready.</summary>
    private async Task LetTakeAsync(int most, CancellationToken cancellationToken)
    {
        while (_ready.Reader.Count >= most)
        {
            await _taken.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A message is dealt with. A server need not send in the order of UIDs: before a position nothing is still to come.
    /// </summary>
    private void Finish(uint uid, FetchedMessage message)
    {
        _recovery.Progress();
        _expected.Remove(uid);
        var isPosition = _query.Cursor is not null && _uidValidity > 0 && _expected.Keys.FirstOrDefault(uint.MaxValue) > uid;
        _ready.Writer.TryWrite(message with
        {
            Position = isPosition ? message.Message.Id : null,
            Numbering = _uidValidity == 0 ? null : _uidValidity.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>
    /// Splits the found messages into batches for listing: small ones first if they are displayed, as many as fit if content
    /// follows. UIDs are in ascending order in each.
    /// </summary>
    private IEnumerable<UniqueId[]> Cut(IList<UniqueId> uids)
    {
        // Copied as a whole: access by index is linear in MailKit's set, and LINQ would use it.
        var all = new List<UniqueId>(uids);
        all.Sort();
        if (_query.Descending && _incoming is null)
        {
            all.Reverse();
        }

        var size = _query.First is { } first ? Math.Clamp(first, SmallestBatch, LargestBatch)
            : _incoming is null ? FirstBatch : LargestBatch;
        for (var at = 0; at < all.Count; size = Math.Min(size * 4, LargestBatch))
        {
            var piece = all.GetRange(at, Math.Min(size, all.Count - at));
            at += piece.Count;
            piece.Sort();
            yield return [.. piece];
        }
    }
}
