using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using Microsoft.Graph;
using Microsoft.Kiota.Abstractions;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Checks twenty mailboxes with one request: the delta query of each that has a position, otherwise whether it has a message.
/// In a cloud without delta queries, the messages since a position are compared. The items are for different mailboxes, so they
/// don't wait for each other. Graph runs four of a batch at a time.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/json-batching; https://learn.microsoft.com/graph/delta-query-messages: a round without
/// changes is an empty page with a deltaLink.
/// </remarks>
internal sealed class GraphNews : INewsFinder
{
    /// <summary>The number of concurrent batches.</summary>
    private const int MostBatches = 4;

    private static readonly string[] Id = ["id"];

    private readonly GraphServiceClient _graph;
    private readonly TokenSource _tokens;
    private readonly TimeProvider _time;

    /// <param name="wire">The wire to Graph.</param>
    /// <param name="tokens">The tokens of the app or user that reads the mailboxes. The caller disposes them.</param>
    public GraphNews(Wire wire, TokenSource tokens)
    {
        (_tokens, _time) = (tokens.Share(), wire.Time);
        _graph = GraphClients.Create(wire, _tokens);
    }

    /// <summary>Returns the well-known name of a folder; null if only its mailbox can resolve the name.</summary>
    public static string? FolderOf(string name) => WellKnownFolders.Match(name);

    /// <summary>
    /// Returns the name of a mailbox for Graph, as <see cref="GraphMailbox"/> does; null if it must be looked up first.
    /// </summary>
    public static string? NameOf(MailboxConnection connection) => connection.MailboxId
        ?? (AdminOf(connection) is not { } admin ? connection.Mailbox
            : MailboxIds.Of(admin).Find(connection.Mailbox) ?? (MailboxIds.Of(admin).IsDenied ? connection.Mailbox : null));

    /// <summary>Returns whether that name must be looked up.</summary>
    public static bool IsUnknown(MailboxConnection connection) => NameOf(connection) is null;

    private static Session? AdminOf(MailboxConnection connection) =>
        connection.Handle is Session admin && !Guid.TryParse(connection.Mailbox, out _)
            && GraphMailbox.IsSameTenant(connection, admin) ? admin : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<bool>> LookAsync(IReadOnlyList<NewsQuestion> questions, CancellationToken cancellationToken)
    {
        var answers = new bool[questions.Count];
        var batches = Enumerable.Range(0, questions.Count).Chunk(GraphBatch.MaximumItems);
        var options = new ParallelOptions { MaxDegreeOfParallelism = MostBatches, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            batches, options, async (batch, token) => await LookAsync(questions, batch, answers, token).ConfigureAwait(false))
            .ConfigureAwait(false);
        return answers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _graph.Dispose();
        _tokens.Dispose();
    }

    private async Task LookAsync(
        IReadOnlyList<NewsQuestion> questions, int[] batch, bool[] answers, CancellationToken cancellationToken)
    {
        // If the service is too busy, the item is retried once. Then the mailbox is opened, and waits for its turn there.
        for (var attempt = 1; batch.Length > 0 && attempt <= 2; attempt++)
        {
            var (again, wait) = (new List<int>(), TimeSpan.Zero);
            foreach (var (item, isBusy, hasNews, retryAfter) in await SendAsync(questions, batch, cancellationToken)
                .ConfigureAwait(false))
            {
                answers[item] = hasNews || isBusy;
                if (isBusy)
                {
                    again.Add(item);
                    wait = retryAfter > wait ? retryAfter : wait;
                }
            }

            batch = [.. again];
            if (batch.Length > 0 && attempt == 1)
            {
                VerboseLog.Write(
                    $"{batch.Length} mailboxes of a batch are throttled. Looking again in {wait.TotalSeconds:0.#} s.");
                await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<IReadOnlyList<(int Item, bool IsBusy, bool HasNews, TimeSpan RetryAfter)>> SendAsync(
        IReadOnlyList<NewsQuestion> questions, int[] batch, CancellationToken cancellationToken)
    {
        var content = new BatchRequestContentCollection(_graph);
        var results = new List<(int, bool, bool, TimeSpan)>();
        var sent = new List<int>();
        foreach (var item in batch)
        {
            if (RequestFor(questions[item]) is not { } request)
            {
                results.Add((item, false, true, default));
                continue;
            }

            var http = await _graph.RequestAdapter.ConvertToNativeRequestAsync<HttpRequestMessage>(request, cancellationToken)
                .ConfigureAwait(false);
            http!.Headers.TryAddWithoutValidation("Prefer", GraphClients.ImmutableIds);
            content.AddBatchRequestStep(new BatchRequestStep(item.ToString(CultureInfo.InvariantCulture), http));
            sent.Add(item);
        }

        if (sent.Count == 0)
        {
            return results;
        }

        var answers = await GraphErrors.CallAsync(
            _tokens.Cloud.GraphHost, () => _graph.Batch.PostAsync(content, cancellationToken)).ConfigureAwait(false);
        foreach (var item in sent)
        {
            using var answer = await answers.GetResponseByIdAsync(item.ToString(CultureInfo.InvariantCulture))
                .ConfigureAwait(false);
            var isBusy = answer is { StatusCode: (System.Net.HttpStatusCode)429 or (System.Net.HttpStatusCode)503 };
            var body = answer is { IsSuccessStatusCode: true }
                ? await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false) : null;
            var hasNews = HasNews(questions[item], body);
            results.Add((item, isBusy, hasNews, answer?.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1)));
        }

        return results;
    }

    private RequestInformation? RequestFor(NewsQuestion question)
    {
        var messages = _graph.Users[question.Mailbox].MailFolders[question.Folder].Messages;
        if (question.Position is null)
        {
            return messages.ToGetRequestInformation(r =>
            {
                (r.QueryParameters.Top, r.QueryParameters.Select) = (1, Id);
                r.QueryParameters.Filter = question.IsUnread ? new OData().Equal("isRead", false).ToString() : null;
            });
        }

        if (ArrivalPosition.Parse(question.Position) is { } arrival)
        {
            return arrival.Count is not { } count ? null : messages.ToGetRequestInformation(r =>
            {
                (r.QueryParameters.Top, r.QueryParameters.Select) = (count + 1, Id);
                r.QueryParameters.Filter = new OData().AtLeast("receivedDateTime", arrival.From).ToString();
            });
        }

        // A position of the first listing, or one with another host, is handled when the mailbox is opened.
        return GraphPosition.Parse(question.Position, _tokens.Cloud.GraphHost) is { ListedTo: null } position
            ? messages.Delta.WithUrl(position.Link).ToGetRequestInformation(r => r.Headers.Add("Prefer", "odata.maxpagesize=1"))
            : null;
    }

    /// <summary>
    /// Returns whether a response shows more than the known messages. A response that can't be read can mean new messages.
    /// </summary>
    private static bool HasNews(NewsQuestion question, string? body)
    {
        try
        {
            using var json = JsonDocument.Parse(body ?? "null");
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("value", out var value) || value.ValueKind != JsonValueKind.Array
                || json.RootElement.TryGetProperty("@odata.nextLink", out _))
            {
                return true;
            }

            return question.Position is { } position && ArrivalPosition.Parse(position) is { } arrival
                ? !arrival.Knows([.. value.EnumerateArray().Select(static m => m.GetProperty("id").GetString() ?? "")])
                : value.GetArrayLength() > 0;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return true;
        }
    }
}
