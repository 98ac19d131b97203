using System.Globalization;
using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Sends many small requests on a mailbox in one $batch. Each waits for the previous one: the service would run four at a time,
/// which is the limit of an app on a mailbox, and downloads run at the same time. Requests that the service was too busy for are
/// retried after the time that it names. After a failed item, the following ones are sent in the next batch.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/json-batching: at most 20; "dependsOn"; 424 for an item that depends on a failed one;
/// https://learn.microsoft.com/graph/throttling#throttling-and-batching: each response has its own status and Retry-After.
/// </remarks>
internal sealed class GraphBatch(GraphMailbox mailbox)
{
    /// <summary>Requests in one batch.</summary>
    public const int MaximumItems = 20;

    private static readonly RetryPolicy Policy = RetryPolicy.Default;

    /// <summary>Sends requests.</summary>
    /// <typeparam name="T">What each is about.</typeparam>
    /// <param name="items">The items of the requests.</param>
    /// <param name="request">Creates the request for one.</param>
    /// <param name="isRepeatable">
    /// Whether a repetition has no further effect. If not, a request isn't repeated if the service might have acted.
    /// </param>
    /// <returns>For each item in turn what the service answered: the body of a good answer, or the refusal.</returns>
    public async Task<IReadOnlyList<(string? Body, ServiceRefusedException? Error)>> SendAsync<T>(
        IReadOnlyList<T> items, Func<UserItemRequestBuilder, T, RequestInformation> request, bool isRepeatable,
        CancellationToken cancellationToken)
    {
        var answers = new (string? Body, ServiceRefusedException? Error)[items.Count];
        var open = new LinkedList<int>(Enumerable.Range(0, items.Count));
        var (attempt, waited) = (1, TimeSpan.Zero);
        while (open.Count > 0)
        {
            int[] sent = [.. open.Take(MaximumItems)];
            var asked = new Dictionary<int, HttpRequestMessage>();
            var response = await mailbox.SendAsync(
                u => MakeAsync(u, sent, i => request(u, items[i]), asked, cancellationToken), sent.Length, cancellationToken)
                .ConfigureAwait(false);
            ServiceRefusedException? busy = null;
            foreach (var i in sent)
            {
                var (status, answer) = await ReadAsync(response, i, asked[i], cancellationToken).ConfigureAwait(false);
                if (status == 424 && i != sent[0])
                {
                    continue;
                }

                if ((status is 429 or 503 || (isRepeatable && answer.Error is { IsTransient: true }))
                    && attempt < Policy.Attempts)
                {
                    busy = answer.Error;
                    continue;
                }

                answers[i] = answer;
                open.Remove(i);
            }

            if (busy is null)
            {
                attempt = 1;
                continue;
            }

            var wait = busy.RetryAfter ?? Policy.BackOff(attempt++);
            if (waited + wait > Policy.LongestWait)
            {
                throw busy;
            }

            VerboseLog.Write(
                $"Graph rejected {open.Count} of {items.Count} requests in a batch ({busy.Code}). Retrying in "
                    + $"{wait.TotalSeconds:0.#} s.");
            await Task.Delay(wait, mailbox.Wire.Time, cancellationToken).ConfigureAwait(false);
            waited += wait;
        }

        return answers;
    }

    private async Task<BatchRequestContentCollection> MakeAsync(
        UserItemRequestBuilder user, int[] items, Func<int, RequestInformation> request,
        Dictionary<int, HttpRequestMessage> asked, CancellationToken cancellationToken)
    {
        var batch = mailbox.NewBatch();
        string? previous = null;
        foreach (var i in items)
        {
            var http = await mailbox.ToHttpAsync(request(i), cancellationToken).ConfigureAwait(false);
            http.Headers.TryAddWithoutValidation("Prefer", GraphClients.ImmutableIds);
            asked[i] = http;
            var id = Id(i);
            batch.AddBatchRequestStep(new BatchRequestStep(id, http, previous is null ? null : [previous]));
            previous = id;
        }

        return batch;
    }

    /// <remarks>If one item isn't Graph's, no item is trusted. The result of each is checked before it's repeated.</remarks>
    private async Task<(int Status, (string? Body, ServiceRefusedException? Error) Answer)> ReadAsync(
        BatchResponseContentCollection response, int item, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var answer = await FindAsync(response, item).ConfigureAwait(false)
            ?? throw NotGraphs(200, null, "a request of the batch has no response");
        var status = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        // Content in a batch is JSON unless it's declared otherwise, because it's part of JSON.
        var type = answer.Content.Headers.ContentType?.MediaType is { } named && named != "text/plain"
            ? named
            : "application/json";
        if (answer.IsSuccessStatusCode)
        {
            var fault = ServiceAnswer.Graph(request.Method.Method, request.RequestUri!).Fault(status, type, body);
            return fault is not null ? throw NotGraphs(status, type, fault)
                : (status, (Encoding.UTF8.GetString(body), null));
        }

        if (!ServiceAnswerHandler.IsGraphRefusal(request.RequestUri!, status, type, body))
        {
            throw NotGraphs(status, type, "without Microsoft Graph's error");
        }

        var error = body.Length == 0 ? new ODataError()
            : await KiotaJsonSerializer.DeserializeAsync<ODataError>(Encoding.UTF8.GetString(body), cancellationToken)
                .ConfigureAwait(false) ?? new ODataError();
        error.ResponseStatusCode = status;
        error.ResponseHeaders = answer.Headers.ToDictionary(h => h.Key, h => h.Value, StringComparer.OrdinalIgnoreCase);
        return (status, (null, (ServiceRefusedException)GraphErrors.From(error, "")!));
    }

    private async Task<HttpResponseMessage?> FindAsync(BatchResponseContentCollection response, int item)
    {
        try
        {
            return await response.GetResponseByIdAsync(Id(item)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw NotGraphs(200, null, "an item of the batch can't be read");
        }
    }

    private UnexpectedResponseException NotGraphs(int status, string? mediaType, string fault) =>
        ServiceAnswerHandler.Refuse("Graph", mailbox.Host, status, mediaType, fault);

    private static string Id(int item) => item.ToString(CultureInfo.InvariantCulture);
}
