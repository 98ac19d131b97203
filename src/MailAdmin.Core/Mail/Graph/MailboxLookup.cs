using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Looks up the object IDs of many mailboxes by their addresses, twenty with one request. <see cref="GraphMailbox"/> looks up the
/// others when it opens them.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/aad-advanced-queries#user-properties: proxyAddresses can be filtered by "eq".
/// </remarks>
internal static class MailboxLookup
{
    /// <summary>The maximum number of batches at the same time.</summary>
    private const int MostBatches = 4;

    private static readonly string[] Wanted = ["id", "userPrincipalName"];

    /// <summary>Looks up mailboxes that the session hasn't looked up.</summary>
    /// <exception cref="ServiceRefusedException">The service refused the request.</exception>
    /// <exception cref="ConnectionLostException">The service can't be reached.</exception>
    public static async Task RunAsync(IEnumerable<MailboxConnection> connections, CancellationToken cancellationToken)
    {
        foreach (var group in connections.Where(GraphNews.IsUnknown).GroupBy(static c => (Session)c.Handle!))
        {
            var (admin, known) = (group.Key, MailboxIds.Of(group.Key));
            var options = new ParallelOptions { MaxDegreeOfParallelism = MostBatches, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(
                group.Select(static c => c.Mailbox).Distinct(StringComparer.OrdinalIgnoreCase).Chunk(GraphBatch.MaximumItems),
                options, async (addresses, token) => await LookUpAsync(admin, known, addresses, token).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
    }

    private static async Task LookUpAsync(
        Session admin, MailboxIds known, string[] addresses, CancellationToken cancellationToken)
    {
        if (known.IsDenied)
        {
            return;
        }

        var content = new BatchRequestContentCollection(admin.Graph);
        for (var i = 0; i < addresses.Length; i++)
        {
            var filter = new OData().Any("proxyAddresses", $"smtp:{addresses[i]}").ToString();
            var request = admin.Graph.Users.ToGetRequestInformation(
                r => (r.QueryParameters.Filter, r.QueryParameters.Select) = (filter, Wanted));
            var http = await admin.Graph.RequestAdapter
                .ConvertToNativeRequestAsync<HttpRequestMessage>(request, cancellationToken).ConfigureAwait(false);
            content.AddBatchRequestStep(new BatchRequestStep(i.ToString(CultureInfo.InvariantCulture), http!));
        }

        var answers = await GraphErrors.CallAsync(
            admin.Cloud.GraphHost, () => admin.Graph.Batch.PostAsync(content, cancellationToken)).ConfigureAwait(false);
        for (var i = 0; i < addresses.Length; i++)
        {
            using var answer = await answers.GetResponseByIdAsync(i.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
            if (answer is { StatusCode: System.Net.HttpStatusCode.Forbidden })
            {
                known.IsDenied = true;
            }
            else if (answer is { IsSuccessStatusCode: true })
            {
                known.Keep(
                    addresses[i], IdIn(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)));
            }
        }
    }

    private static string? IdIn(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("value").EnumerateArray()
                .Select(static user => user.GetProperty("id").GetString()).FirstOrDefault();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
