using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Lists a folder in the order of receivedDateTime. Graph pages by position ($skip), so if a message is moved during the listing,
/// other messages are skipped. Therefore each page is requested by time, from the last message, and known messages of that second
/// are filtered.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/user-list-messages: a property in $orderby must also be in $filter, first and in the
/// same order. Otherwise the request is refused with InefficientFilter.
/// </remarks>
internal static class GraphMessageList
{
    private const int PageSize = 100;

    /// <summary>The most that one page holds.</summary>
    private const int LargestPage = 1000;

    public static async IAsyncEnumerable<MailboxMessage> ReadAsync(
        GraphMailbox mailbox, MailAdmin.MailFolder folder, Mail.MessageQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = query.First ?? int.MaxValue;
        var edge = query.Descending ? query.Before : query.Since;
        var seenAtEdge = new HashSet<string>(StringComparer.Ordinal);
        var size = PageSize;
        while (left > 0)
        {
            var page = await mailbox.CallAsync(u => u.MailFolders[folder.Id].Messages.GetAsync(r =>
            {
                r.QueryParameters.Select = GraphMessages.Wanted(query.Detail);
                r.QueryParameters.Expand = GraphMessages.Expanded(query.Detail);
                r.QueryParameters.Orderby = [query.Descending ? "receivedDateTime desc" : "receivedDateTime"];
                r.QueryParameters.Filter = Filter(query, edge, seenAtEdge.Count > 0);
                r.QueryParameters.Top = Math.Min(
                    size, left > LargestPage || query.Where is not null ? LargestPage : left + seenAtEdge.Count);
            }, cancellationToken), cancellationToken).ConfigureAwait(false);
            var messages = page?.Value ?? [];
            var news = 0;
            foreach (var message in messages)
            {
                // The list depends on it: without it, the following messages would be skipped silently.
                var received = message.ReceivedDateTime ?? throw GraphMessages.Incomplete(folder.Path, mailbox.Connection);
                if (received != edge)
                {
                    seenAtEdge.Clear();
                    edge = received;
                }

                if (!seenAtEdge.Add(message.Id!))
                {
                    continue;
                }

                news++;
                var described = GraphMessages.Describe(message, folder.Path, mailbox.Connection);
                if (query.Where is { } where && !where(described))
                {
                    continue;
                }

                yield return described;
                if (--left == 0)
                {
                    yield break;
                }
            }

            if (page?.OdataNextLink is null)
            {
                yield break;
            }

            if (news == 0 && size == LargestPage)
            {
                throw new InvalidRequestException(
                    "TooManyAtOneSecond",
                    $"Can't list '{folder.Path}' in order because more than {LargestPage} messages were received in "
                        + $"the same second ({UtcText.Seconds(edge)}).")
                {
                    Target = folder.Path,
                    Advice = "Move some of them to another folder, and receive from both.",
                };
            }

            // A page of only known messages: more messages than a page arrived in one second, so a larger page is requested.
            size = news == 0 ? Math.Min(size * 4, LargestPage) : PageSize;
        }
    }

    private static string Filter(Mail.MessageQuery query, DateTimeOffset? edge, bool inclusive)
    {
        // Always bounded by time, because the order is by time.
        var filter = new OData();
        if (query.Descending)
        {
            filter = (edge, inclusive) switch
            {
                (null, _) => filter.AtLeast("receivedDateTime", DateTimeOffset.UnixEpoch),
                ({ } last, true) => filter.AtMost("receivedDateTime", last),
                ({ } last, false) => filter.Below("receivedDateTime", last),
            };
            filter = query.Since is { } since ? filter.AtLeast("receivedDateTime", since) : filter;
        }
        else
        {
            filter = filter.AtLeast("receivedDateTime", edge ?? DateTimeOffset.UnixEpoch);
            filter = query.Before is { } before ? filter.Below("receivedDateTime", before) : filter;
        }

        filter = query.Unread is { } unread ? filter.Equal("isRead", !unread) : filter;
        filter = query.From is { } from ? filter.Equal("from/emailAddress/address", from) : filter;
        filter = query.Subject is { } subject ? filter.Contains("subject", subject) : filter;
        return filter.ToString();
    }
}
