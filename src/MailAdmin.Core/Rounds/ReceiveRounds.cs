// Longer than 250 lines: a round is one unit, from the check of all mailboxes to the saved state of each.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Graph;
using MailAdmin.Core.Receive;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Rounds;

/// <summary>
/// Receives from more mailboxes than are open at a time, once or in rounds. Over Graph, it finds those with new messages, twenty
/// in one request, and opens only those. A mailbox without new messages requires no lease and no write. Its position is read
/// together with that of all others.
/// </summary>
/// <param name="mailboxes">All mailboxes.</param>
/// <param name="most">The maximum number of open mailboxes.</param>
/// <param name="interval">The delay between two rounds; null for one round.</param>
/// <param name="isShared">Whether other runs have the same list.</param>
internal sealed class ReceiveRounds(
    IEnumerable<(MailboxConnection Connection, ReceiveOptions Options)> mailboxes, int most, TimeSpan? interval, bool isShared)
    : IDisposable
{
    /// <summary>
    /// The number of positions that are written together. If the run is interrupted, at most this many mailboxes are opened
    /// again.
    /// </summary>
    private const int MostUnsaved = 200;

    /// <summary>The same if other runs share the list and read the positions.</summary>
    private const int MostUnsavedOfShared = 20;

    /// <summary>The number of mailboxes that are checked again before they are opened, if other runs work on the list.</summary>
    private const int LookAhead = 20;

    /// <summary>The time for which the result is used.</summary>
    private static readonly TimeSpan LongestBelief = TimeSpan.FromSeconds(2);

    private readonly List<Source> _sources = [.. mailboxes.Select(m => new Source(m.Connection, m.Options))];
    private readonly Dictionary<object, TokenSource> _tokens = [];

    /// <summary>Represents one mailbox for as long as the command runs.</summary>
    internal sealed class Source(MailboxConnection connection, ReceiveOptions options)
    {
        public MailboxConnection Connection { get; } = connection;

        public ReceiveOptions Options { get; set; } = options;

        public MailReceiver? Receiver { get; set; }

        public bool IsOver { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset NotBefore { get; set; }

        /// <summary>Whether another run has received from it, or is receiving.</summary>
        public bool IsTaken { get; set; }

        public string Key { get; } = PositionIndex.KeyOf(connection.Mailbox, options.Folders[0]);
    }

    /// <summary>Returns whether a mailbox can be closed and opened again in each round, without state in memory.</summary>
    public static bool CanLeave(ReceiveOptions options) => options is { Messages: null, Kinds: null, Query.First: null }
        && (options.AfterProcessing != AfterProcessing.None || (options.StateFolder is not null && !options.IsSelective));

    /// <summary>Returns whether one question is sufficient to check for new messages.</summary>
    private static bool CanLook(ReceiveOptions options) => CanLeave(options) && options is { Folders.Length: 1, Recurse: false };

    /// <summary>Opens a mailbox; mailboxes of one app share its tokens.</summary>
    private IMailStore Open(MailboxConnection connection) => MailboxAccess.Open(connection, TokensOf(connection));

    /// <summary>Receives from one mailbox.</summary>
    public async IAsyncEnumerable<Delivery> ReceiveAsync(
        Source source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var store = Open(source.Connection);
        await using (store.ConfigureAwait(false))
        {
            var receiver = new MailReceiver(store, source.Options, MailboxAccess.TimeOf(source.Connection));
            source.Receiver = receiver;
            await foreach (var delivery in receiver.ReceiveAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return delivery;
            }
        }
    }

    /// <summary>Receives.</summary>
    /// <param name="receive">Starts receiving from one.</param>
    /// <returns>
    /// Each delivery, which the caller acknowledges or not before it requests the next one; and the errors that ended a mailbox.
    /// </returns>
    public async IAsyncEnumerable<ParallelReceive.Item<Source>> RunAsync(
        Func<Source, CancellationToken, IAsyncEnumerable<Delivery>> receive,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var time = MailboxAccess.TimeOf(_sources[0].Connection);
        for (var round = 0; ; round++)
        {
            var index = new PositionIndex();
            var open = _sources.FindAll(s => !s.IsOver && s.NotBefore <= time.GetUtcNow());
            if (open.Count > most)
            {
                open = await WithNewsAsync(open, index, cancellationToken).ConfigureAwait(false);
            }

            if (isShared)
            {
                // Equal runs that begin together would else meet at each mailbox.
                Random.Shared.Shuffle(CollectionsMarshal.AsSpan(open));
            }

            var items = ParallelReceive.MergeAsync(
                InTurnAsync(open, index, time, cancellationToken), (s, token) => ReceiveAsync(s, index, receive, token), most,
                cancellationToken);
            await foreach (var item in items.ConfigureAwait(false))
            {
                if (item.Error is { } error && interval is not null && PutOff(item.Source, error, time.GetUtcNow()))
                {
                    VerboseLog.Write($"{error.Message} {item.Source.Connection.Mailbox} is tried again later.");
                    continue;
                }

                var isInUse = isShared && IsInUse(item.Error);
                item.Source.IsTaken |= isInUse;
                item.Source.IsOver |= item.Error is not null && !isInUse;
                yield return item;
                await SaveAsync(index, isShared ? MostUnsavedOfShared : MostUnsaved, cancellationToken).ConfigureAwait(false);
            }

            await SaveAsync(index, 1, cancellationToken).ConfigureAwait(false);
            if (interval is not { } pause || _sources.TrueForAll(s => s.IsOver))
            {
                yield break;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Returns the mailboxes, each when it can be opened. After one that another run has received from, the next ones are checked
    /// again: one request for twenty costs less than to open one without news.
    /// </summary>
    private async IAsyncEnumerable<Source> InTurnAsync(
        List<Source> open, PositionIndex index, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var waiting = new Stack<Source>(Enumerable.Reverse(open));
        var begun = new List<Source>();
        var (looked, fresh) = ((long?)null, 0);
        while (waiting.Count > 0)
        {
            if (isShared && open.Count > most && (begun.RemoveAll(s => s.IsTaken) > 0
                || (looked is { } last && (fresh == 0 || time.GetElapsedTime(last) > LongestBelief))))
            {
                looked = time.GetTimestamp();
                index.Forget();
                var next = new List<Source>();
                while (next.Count < LookAhead && waiting.TryPop(out var one))
                {
                    next.Add(one);
                }

                next = await WithNewsAsync(next, index, cancellationToken).ConfigureAwait(false);
                fresh = next.Count;
                foreach (var one in Enumerable.Reverse(next))
                {
                    waiting.Push(one);
                }

                continue;
            }

            var source = waiting.Pop();
            fresh--;
            begun.Add(source);
            yield return source;
        }
    }

    /// <summary>Whether another run has a mailbox.</summary>
    public static bool IsInUse([NotNullWhen(true)] Exception? error) =>
        error is InvalidRequestException { Id: "DestinationInUse" };

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tokens in _tokens.Values)
        {
            tokens.Dispose();
        }
    }

    private static async IAsyncEnumerable<Delivery> ReceiveAsync(
        Source source, PositionIndex index, Func<Source, CancellationToken, IAsyncEnumerable<Delivery>> receive,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        source.IsTaken = false;
        var isEmpty = true;
        await foreach (var delivery in receive(source, cancellationToken).ConfigureAwait(false))
        {
            (source.Failures, isEmpty) = (0, false);
            yield return delivery;
        }

        source.IsTaken = isEmpty;

        if (source.Connection.Protocol == MailProtocol.Graph && source.Options.Remembers && CanLook(source.Options))
        {
            index.Note(source.Options, source.Key, source.Receiver?.Settled);
        }

        // The state was reset, so later rounds don't reset it again.
        source.Options = source.Options with { Resync = false, LastChecked = null };
        source.Receiver = null;
    }

    private static async Task SaveAsync(PositionIndex index, int least, CancellationToken cancellationToken)
    {
        try
        {
            await index.SaveAsync(least, cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e)
        {
            VerboseLog.Write($"{e.Message} The next round opens some mailboxes unnecessarily.");
        }
    }

    /// <summary>In a continuous run, a transient error doesn't end a mailbox.</summary>
    private static bool PutOff(Source source, MailAdminException error, DateTimeOffset now)
    {
        if (!PassPause.IsWorthIt(error, source.Failures))
        {
            return false;
        }

        source.Failures++;
        var wait = (error as ServiceRefusedException)?.RetryAfter ?? RetryPolicy.Default.BackOff(Math.Min(source.Failures, 9));
        source.NotBefore = now + wait;
        return true;
    }

    private async Task<List<Source>> WithNewsAsync(
        List<Source> sources, PositionIndex index, CancellationToken cancellationToken)
    {
        var news = new List<Source>();
        await LookUpAsync(sources, cancellationToken).ConfigureAwait(false);
        foreach (var group in sources.GroupBy(s => IdentityOf(s.Connection)))
        {
            try
            {
                news.AddRange(await WithNewsAsync(group, index, cancellationToken).ConfigureAwait(false));
            }
            catch (MailAdminException e)
            {
                // Each mailbox has the same error, and reports it.
                VerboseLog.Write($"Can't check which mailboxes have new messages: {e.Message}");
                news.AddRange(group);
            }
        }

        VerboseLog.Write($"{news.Count} of {sources.Count} mailboxes may have news.");
        return news;
    }

    /// <summary>Looks up the IDs of mailboxes that have no position. A position includes the ID.</summary>
    private static async Task LookUpAsync(List<Source> sources, CancellationToken cancellationToken)
    {
        try
        {
            await MailboxLookup.RunAsync(
                sources.Where(s => s.Connection.Protocol == MailProtocol.Graph
                    && s.Options.AfterProcessing != AfterProcessing.None && CanLook(s.Options)).Select(s => s.Connection),
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MailAdminException or ObjectDisposedException)
        {
            // Each one is looked up when it is opened.
            VerboseLog.Write($"Can't look up the mailboxes in the directory: {e.Message}");
        }
    }

    private async Task<IEnumerable<Source>> WithNewsAsync(
        IEnumerable<Source> sources, PositionIndex index, CancellationToken cancellationToken)
    {
        var news = new List<Source>();
        var asked = new List<(Source Source, NewsQuestion Question)>();
        foreach (var source in sources)
        {
            if (await QuestionAsync(source, index, cancellationToken).ConfigureAwait(false) is { } question)
            {
                asked.Add((source, question));
            }
            else
            {
                news.Add(source);
            }
        }

        if (asked.Count > 0)
        {
            var first = asked[0].Source.Connection;
            using var finder = new GraphNews(MailboxAccess.WireOf(first), TokensOf(first) ?? MailboxAccess.Tokens(first));
            var answers = await finder.LookAsync([.. asked.Select(a => a.Question)], cancellationToken).ConfigureAwait(false);
            news.AddRange(asked.Where((_, i) => answers[i]).Select(static a => a.Source));
        }

        return news;
    }

    /// <summary>Returns the change query for a mailbox; null for a mailbox that must be opened to check it.</summary>
    private static async Task<NewsQuestion?> QuestionAsync(
        Source source, PositionIndex index, CancellationToken cancellationToken)
    {
        var (connection, options) = (source.Connection, source.Options);
        if (connection.Protocol != MailProtocol.Graph || !CanLook(options) || options.Resync || options.LastChecked is not null
            || GraphNews.FolderOf(options.Folders[0]) is not { } folder)
        {
            return null;
        }

        if (options.AfterProcessing != AfterProcessing.None)
        {
            return GraphNews.NameOf(connection) is not { } name ? null
                : new NewsQuestion(name, folder, null, options.AfterProcessing == AfterProcessing.MarkRead);
        }

        return await index.FindAsync(options, source.Key, cancellationToken).ConfigureAwait(false) is { } position
            ? new NewsQuestion(connection.Mailbox, folder, position, false) : null;
    }

    private TokenSource? TokensOf(MailboxConnection connection)
    {
        if (connection.IsSignedIn || connection.AccessToken is not null || connection.Server is not null)
        {
            return null;
        }

        var identity = IdentityOf(connection);
        // Mailboxes are opened while others are checked.
        lock (_tokens)
        {
            return _tokens.TryGetValue(identity, out var known) ? known : _tokens[identity] = MailboxAccess.Tokens(connection);
        }
    }

    private static object IdentityOf(MailboxConnection connection) => (
        connection.Handle, connection.TenantId, connection.ClientId, connection.Environment, connection.ClientSecret,
        connection.Certificate, connection.Person, connection.Protocol);
}
