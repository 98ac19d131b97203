using System.Runtime.CompilerServices;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Service;

/// <summary>Reads a list of Graph page by page: a page with an @odata.nextLink has a next one.</summary>
/// <remarks>https://learn.microsoft.com/graph/paging</remarks>
internal static class GraphPages
{
    /// <summary>The largest page that lists of the directory take; the usual one has 100 entries.</summary>
    public const int Largest = 999;

    /// <summary>Returns the items of a list, page by page.</summary>
    /// <param name="first">Requests the first page.</param>
    /// <param name="next">Requests the page of a link.</param>
    /// <param name="values">Returns the items of a page.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>All items. If the caller stops reading, no more pages are requested.</returns>
    /// <exception cref="ServiceRefusedException">Graph refused the request, or links to the same page again.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public static async IAsyncEnumerable<T> ReadAsync<TPage, T>(
        Func<Task<TPage?>> first, Func<string, Task<TPage?>> next, Func<TPage, List<T>?> values,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TPage : BaseCollectionPaginationCountResponse
    {
        string? last = null;
        var page = await first().ConfigureAwait(false);
        while (page is not null)
        {
            foreach (var value in values(page) ?? [])
            {
                yield return value;
            }

            if (page.OdataNextLink is not { Length: > 0 } link)
            {
                yield break;
            }

            if (link == last)
            {
                throw new ServiceRefusedException("Can't read the list because its next page is the same page again.")
                {
                    Service = "Graph",
                    Code = GraphCodes.Unreadable,
                    HttpStatus = 200,
                };
            }

            cancellationToken.ThrowIfCancellationRequested();
            page = await next(link).ConfigureAwait(false);
            last = link;
        }
    }
}
