using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Service;

/// <summary>Lists of Graph that a session reads.</summary>
internal static class SessionLists
{
    private static readonly Dictionary<string, ParsableFactory<IParsable>> Refusals = new()
    {
        ["XXX"] = ODataError.CreateFromDiscriminatorValue,
    };

    /// <summary>Returns the items of a list, page by page.</summary>
    /// <param name="session">The session that sends the requests.</param>
    /// <param name="first">Requests the first page. The following pages are requested by its link.</param>
    /// <param name="values">Returns the items of a page.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>All items. If the caller stops reading, no more pages are requested.</returns>
    /// <exception cref="ServiceRefusedException">Graph refused the request, or links to the same page again.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public static IAsyncEnumerable<T> ListAsync<TPage, T>(
        this Session session, Func<GraphServiceClient, Task<TPage?>> first, Func<TPage, List<T>?> values,
        CancellationToken cancellationToken)
        where TPage : BaseCollectionPaginationCountResponse, new() =>
        GraphPages.ReadAsync(
            () => session.CallGraphAsync(first),
            link => session.CallGraphAsync(g => PageAsync<TPage>(g, new Uri(link), cancellationToken)), values,
            cancellationToken);

    /// <summary>Returns all items of a list, from all pages.</summary>
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

    /// <summary>A page by its address: that of a link, or of a list that only the service's beta version has.</summary>
    public static Task<TPage?> PageAsync<TPage>(GraphServiceClient graph, Uri address, CancellationToken cancellationToken)
        where TPage : IParsable, new()
    {
        var request = new RequestInformation { HttpMethod = Method.GET, URI = address };
        request.Headers.TryAdd("Accept", "application/json");
        return graph.RequestAdapter.SendAsync(request, _ => new TPage(), Refusals, cancellationToken);
    }
}
