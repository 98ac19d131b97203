using System.Runtime.CompilerServices;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Service;

/// <summary>Lists of Graph, which come in pages.</summary>
/// <remarks>https://learn.microsoft.com/graph/paging: as long as there is an @odata.nextLink, there is more.</remarks>
internal static class SessionLists
{
    private static readonly Dictionary<string, ParsableFactory<IParsable>> Refusals = new()
    {
        ["XXX"] = ODataError.CreateFromDiscriminatorValue,
    };

    /// <summary>What is in a list, page by page as it is read.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="first">Asks for the first page.</param>
    /// <param name="values">What is on a page.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Everything in the list; nothing more is asked for when the reader wants no more.</returns>
    /// <exception cref="ServiceRefusedException">Graph said no, or sends the same page again.</exception>
    /// <exception cref="ConnectionLostException">Graph could not be reached.</exception>
    public static async IAsyncEnumerable<T> ListAsync<TPage, T>(
        this Session session, Func<GraphServiceClient, Task<TPage?>> first, Func<TPage, List<T>?> values,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TPage : BaseCollectionPaginationCountResponse, new()
    {
        string? last = null;
        var page = await session.CallGraphAsync(first).ConfigureAwait(false);
        while (page is not null)
        {
            foreach (var value in values(page) ?? [])
            {
                yield return value;
            }

            if (page.OdataNextLink is not { Length: > 0 } next)
            {
                yield break;
            }

            page = next != last
                ? await session.CallGraphAsync(g => NextAsync<TPage>(g, next, cancellationToken)).ConfigureAwait(false)
                : throw new ServiceRefusedException("The next page of the list is the same page again.")
                {
                    Service = "Graph",
                    Code = "UnreadableAnswer",
                    HttpStatus = 200,
                };
            last = next;
        }
    }

    /// <summary>Everything in a list, when all its pages are read.</summary>
    public static async Task<IReadOnlyList<T>> ListAllAsync<TPage, T>(
        this Session session, Func<GraphServiceClient, Task<TPage?>> first, Func<TPage, List<T>?> values,
        CancellationToken cancellationToken)
        where TPage : BaseCollectionPaginationCountResponse, new()
    {
        var all = new List<T>();
        await foreach (var value in session.ListAsync(first, values, cancellationToken).ConfigureAwait(false))
        {
            all.Add(value);
        }

        return all;
    }

    private static Task<TPage?> NextAsync<TPage>(GraphServiceClient graph, string link, CancellationToken cancellationToken)
        where TPage : IParsable, new()
    {
        var request = new RequestInformation { HttpMethod = Method.GET, URI = new Uri(link) };
        request.Headers.TryAdd("Accept", "application/json");
        return graph.RequestAdapter.SendAsync(request, _ => new TPage(), Refusals, cancellationToken);
    }
}
