using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Specifies the paging of a collection: https://learn.microsoft.com/graph/paging.</summary>
internal enum Paging
{
    /// <summary>Of Outlook: 10 by default, at most 1,000, and $skip in the next link.</summary>
    Outlook,
    /// <summary>Of the directory: 100 by default, at most 999, and an opaque $skiptoken.</summary>
    Directory,
}

/// <summary>Answers a collection request: filter, order, page, count, select.</summary>
/// <param name="Fragment">Its context fragment, such as "applications".</param>
/// <param name="Paging">The paging.</param>
internal sealed record Listing<T>(EntityType<T> Type, string Fragment, Paging Paging)
{
    private const int OutlookPage = 10, OutlookMax = 1000, DirectoryPage = 100, DirectoryMax = 999;

    /// <summary>Adds the expanded properties to a rendered object.</summary>
    public Action<T, JsonObject>? Expand { get; init; }

    /// <summary>Whether the response has a count without $count.</summary>
    public bool AlwaysCounts { get; init; }

    /// <summary>Whether the given items already have the requested order.</summary>
    public bool IsOrdered { get; init; }

    public TenantAnswer Answer(GraphCall call, IEnumerable<T> all)
    {
        var query = call.Query;
        var found = Ordered(call, Filtered(call, all));
        int size = PageSize(call), start = Start(call);
        // One more item shows whether there is another page. Items before and after the page aren't read unless necessary.
        var rest = found is IReadOnlyList<T> list ? At(list, start, size + 1) : found.Skip(start).Take(size + 1);
        var page = new JsonArray();
        var hasMore = false;
        foreach (var entity in rest)
        {
            if (hasMore = page.Count == size)
            {
                break;
            }

            var json = Type.Render(entity, call, query.Select);
            Expand?.Invoke(entity, json);
            page.Add(json);
        }

        var body = new JsonObject { ["@odata.context"] = call.Context(Fragment + Type.ContextOf(query.Select)) };
        if (query.Count || AlwaysCounts)
        {
            body["@odata.count"] = found.Count();
        }

        body["value"] = page;
        if (hasMore)
        {
            body["@odata.nextLink"] = NextLink(call, start + size);
        }

        return TenantAnswer.OfJson(200, body);
    }

    /// <summary>The answer to /$count: a number in plain text.</summary>
    public TenantAnswer Counted(GraphCall call, IEnumerable<T> all)
    {
        var text = Encoding.UTF8.GetBytes(Filtered(call, all).Count().ToString(CultureInfo.InvariantCulture));
        return new TenantAnswer(200) { Content = () => new MemoryStream(text), ContentType = "text/plain" };
    }

    private IEnumerable<T> Filtered(GraphCall call, IEnumerable<T> all)
    {
        var filter = call.Query.Filter;
        return filter is null ? all : all.Where(entity => filter.Matches(path => Type.Read(entity, call, path)));
    }

    private static IEnumerable<T> At(IReadOnlyList<T> list, int start, int count)
    {
        for (var i = start; i < Math.Min(list.Count, start + count); i++)
        {
            yield return list[i];
        }
    }

    private IEnumerable<T> Ordered(GraphCall call, IEnumerable<T> found)
    {
        var order = call.Query.OrderBy;
        if (order.Count == 0 || IsOrdered)
        {
            return found;
        }

        // The sort is stable: equal items stay in the order of the list.
        var byKeys = Comparer<JsonNode?[]>.Create((left, right) => Compare(left, right, order));
        return found.OrderBy(entity => order.Select(o => Type.Read(entity, call, o.Path)).ToArray(), byKeys).ToList();
    }

    private static int Compare(JsonNode?[] left, JsonNode?[] right, IReadOnlyList<OrderBy> order)
    {
        for (var i = 0; i < order.Count; i++)
        {
            var compared = FilterNode.Order(left[i], right[i]);
            if (compared != 0)
            {
                return order[i].Descending ? -compared : compared;
            }
        }

        return 0;
    }

    private int PageSize(GraphCall call)
    {
        var wanted = call.Query.Top;
        if (Paging == Paging.Directory)
        {
            return wanted is 0 or > DirectoryMax
                ? throw GraphRefusal.Directory($"Invalid page size specified: '{wanted}'. Must be between 1 and 999 inclusive.")
                : wanted ?? DirectoryPage;
        }

        if (wanted is null
            && int.TryParse(
                call.Prefers("odata.maxpagesize"), NumberStyles.None, CultureInfo.InvariantCulture, out var preferred))
        {
            wanted = preferred;
        }

        return Math.Clamp(wanted ?? OutlookPage, 1, OutlookMax);
    }

    private int Start(GraphCall call)
    {
        if (Paging == Paging.Outlook)
        {
            return call.Query.Skip ?? 0;
        }

        if (call.Query.Skip is not null)
        {
            throw new GraphRefusal(400, "Request_UnsupportedQuery", "'$skip' is not supported by the service.");
        }

        try
        {
            return call.Request.Query("$skiptoken") is { } token ? BitConverter.ToInt32(Base64Url.Decode(token)) : 0;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw GraphRefusal.BadRequest("The provided skip token is invalid.", "Directory_ExpiredPageToken");
        }
    }

    private string NextLink(GraphCall call, int start)
    {
        var name = Paging == Paging.Outlook ? "$skip" : "$skiptoken";
        var value = Paging == Paging.Outlook
            ? start.ToString(CultureInfo.InvariantCulture)
            : Base64Url.Encode(BitConverter.GetBytes(start));
        var parameters = call.Request.QueryParameters
            .Where(p => !string.Equals(p.Key, name, StringComparison.OrdinalIgnoreCase))
            .Append(new(name, value))
            .Select(p => $"{WebUtility.UrlEncode(p.Key)}={WebUtility.UrlEncode(p.Value)}");
        return $"https://{call.Request.Uri.Host}{call.Request.Uri.AbsolutePath}?{string.Join('&', parameters)}";
    }
}
