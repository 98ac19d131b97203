using System.Runtime.CompilerServices;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Mail.Graph;

/// <summary>
/// Returns the new messages of a folder since a position. The first time, a delta token is requested, then the folder is listed
/// oldest first. Afterward, the delta query returns messages since the token was issued. Messages that arrived during the listing
/// can be returned twice. The caller's <see cref="MessageQuery.Where"/> filters them.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/delta-query-messages and https://learn.microsoft.com/graph/api/message-delta:
/// changeType=created omits messages that were only read or changed. The options of the first request are part of the token.
/// </remarks>
internal static class GraphChanges
{
    private const int PageSize = 100;
    private const int LargestPage = 1000;

    public static async IAsyncEnumerable<(MailboxMessage Message, string Position)> ReadAsync(
        GraphMailbox mailbox, MailAdmin.MailFolder folder, MessageQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = query.Cursor!;
        var position = cursor.Start is { } start
            ? GraphPosition.Parse(start, mailbox.Host) ?? throw Lost(folder)
            : new GraphPosition(
                await DrawTokenAsync(mailbox, folder, query, cancellationToken).ConfigureAwait(false), DateTimeOffset.UnixEpoch);
        var left = query.First ?? int.MaxValue;
        if (position.ListedTo is { } listedTo)
        {
            var rest = query with { Since = query.Since > listedTo ? query.Since : listedTo, First = left };
            await foreach (var message in GraphMessageList.ReadAsync(
                mailbox, folder, rest, cancellationToken).ConfigureAwait(false))
            {
                yield return (message, (position with { ListedTo = message.ReceivedAt ?? listedTo }).ToString());
                if (--left == 0)
                {
                    yield break;
                }
            }
        }

        var link = position.Link;
        for (var isLast = false; !isLast;)
        {
            var page = (await mailbox.CallAsync(
                u => u.MailFolders[folder.Id].Messages.Delta.WithUrl(link).GetAsDeltaGetResponseAsync(
                    r => r.Headers.Add("Prefer", $"odata.maxpagesize={PageSize}"), cancellationToken),
                cancellationToken).ConfigureAwait(false))!;
            var next = page.OdataNextLink ?? page.OdataDeltaLink ?? throw Lost(folder);
            var messages = (page.Value ?? []).Where(m => !IsRemoved(m))
                .Select(m => GraphMessages.Describe(m, folder.Path, mailbox.Connection)).Where(query.Matches)
                .OrderBy(m => m.ReceivedAt).ToArray();
            for (var i = 0; i < messages.Length; i++)
            {
                // Until the page is complete, a later run must request it again.
                yield return (messages[i], i < messages.Length - 1 ? link : next);
                if (--left == 0)
                {
                    yield break;
                }
            }

            (link, isLast) = (next, page.OdataNextLink is null);
        }

        cursor.End = link;
    }

    /// <summary>Reads through the existing messages to get the link for later changes.</summary>
    private static async Task<string> DrawTokenAsync(
        GraphMailbox mailbox, MailAdmin.MailFolder folder, MessageQuery query, CancellationToken cancellationToken)
    {
        var page = await mailbox.CallAsync(u => u.MailFolders[folder.Id].Messages.Delta.GetAsDeltaGetResponseAsync(
            r =>
            {
                r.QueryParameters.ChangeType = "created";
                r.QueryParameters.Select = GraphMessages.Wanted(query.Detail);
                r.QueryParameters.Expand = GraphMessages.Expanded(query.Detail);
                r.Headers.Add("Prefer", $"odata.maxpagesize={(query.Detail == MessageDetail.None ? LargestPage : PageSize)}");
            }, cancellationToken), cancellationToken).ConfigureAwait(false);
        while (page is { OdataDeltaLink: null, OdataNextLink: { } next })
        {
            page = await mailbox.CallAsync(
                u => u.MailFolders[folder.Id].Messages.Delta.WithUrl(next).GetAsDeltaGetResponseAsync(
                    r => r.Headers.Add("Prefer", $"odata.maxpagesize={LargestPage}"), cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }

        return page?.OdataDeltaLink ?? throw Lost(folder);
    }

    private static bool IsRemoved(Message message) => message.AdditionalData.ContainsKey("@removed");

    /// <summary>Returns the error for a position that can't be used.</summary>
    internal static ServiceRefusedException Lost(MailAdmin.MailFolder folder) =>
        new($"The sync state of '{folder.Path}' isn't available.")
        {
            Service = "Graph",
            Code = GraphCodes.SyncStateNotFound,
            HttpStatus = 410,
        };
}
