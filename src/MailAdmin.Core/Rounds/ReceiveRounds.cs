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

        public string Key { get; } = PositionIndex.KeyOf(connection.Mailbox, options.Folders[0]);
    }

    /// <summary>Returns whether a mailbox can be closed and opened again in each round, without state in memory.</summary>
    public static bool CanLeave(ReceiveOptions options) => options is { Messages: null, Folders.Length: 1, Recurse: false }
        && options.Kinds is null && options.Query.First is null
        && (options.AfterProcessing != AfterProcessing.None || (options.StateFolder is not null && !options.IsSelective));

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
                open, (s, token) => ReceiveAsync(s, index, receive, token), most, cancellationToken);
            await foreach (var item in items.ConfigureAwait(false))
            {
                if (item.Error is { } error && interval is not null && PutOff(item.Source, error, time.GetUtcNow()))
                {
                    VerboseLog.Write($"{error.Message} {item.Source.Connection.Mailbox} is tried again later.");
                    continue;
                }

                item.Source.IsOver |= item.Error is not null && !(isShared && IsInUse(item.Error));
                yield return item;
                await SaveAsync(index, MostUnsaved, cancellationToken).ConfigureAwait(false);
            }

            await SaveAsync(index, 1, cancellationToken).ConfigureAwait(false);
            if (interval is not { } pause || _sources.TrueForAll(s => s.IsOver))
            {
                yield break;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
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
        await foreach (var delivery in receive(source, cancellationToken).ConfigureAwait(false))
        {
            source.Failures = 0;
            yield return delivery;
        }

        if (source.Connection.Protocol == MailProtocol.Graph && source.Options.Remembers)
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
        if (connection.Protocol != MailProtocol.Graph || !CanLeave(options) || options.Resync || options.LastChecked is not null
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
        return _tokens.TryGetValue(identity, out var known) ? known : _tokens[identity] = MailboxAccess.Tokens(connection);
    }

    private static object IdentityOf(MailboxConnection connection) => (
        connection.Handle, connection.TenantId, connection.ClientId, connection.Environment, connection.ClientSecret,
        connection.Certificate, connection.Person, connection.Protocol);
}
