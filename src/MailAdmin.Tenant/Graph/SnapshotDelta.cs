using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Represents a client's position in the changes of a collection.</summary>
/// <param name="Collection">Which one.</param>
/// <param name="Fragment">Its context fragment.</param>
/// <param name="Query">The options of its first request, which hold for all that follow.</param>
/// <param name="Seen">The client's state at the end of the round: digests of the objects, by ID.</param>
/// <param name="Pending">The changes of the round that weren't returned yet; empty when it's complete.</param>
internal sealed record SnapshotRound(
    string Collection, string Fragment, Query Query, IReadOnlyDictionary<string, string> Seen, IReadOnlyList<JsonObject> Pending,
    DateTimeOffset MadeAt);

/// <summary>
/// Tracks changes of a collection whose objects have no versions: https://learn.microsoft.com/graph/delta-query-overview. A token
/// stores digests of the returned objects. An object with another digest was changed.
/// </summary>
/// <param name="collection">Which collection it is, so that a token counts for no other.</param>
/// <param name="fragment">Its context fragment.</param>
/// <param name="lifetime">The lifetime of a token.</param>
internal sealed class SnapshotDelta(string collection, string fragment, TimeSpan lifetime)
{
    /// <summary>Objects of one page, unless the request prefers another number.</summary>
    private const int Page = 100;

    /// <summary>According to the page, tokens of directory objects are valid for seven days.</summary>
    public static readonly TimeSpan OfDirectory = TimeSpan.FromDays(7);

    /// <param name="call">The request.</param>
    /// <param name="render">The objects as they are now, with the select of the first request; each has an ID.</param>
    /// <param name="reason">The reason of a removal: "changed" if the object can be restored, otherwise "deleted".</param>
    public TenantAnswer Answer(GraphCall call, Func<Query, IEnumerable<JsonObject>> render, Func<string, string> reason)
    {
        var deltaToken = call.Request.Query("$deltatoken");
        var token = call.Request.Query("$skiptoken") ?? deltaToken;
        var round = token is null or "latest"
            ? Initial(call, render, isEmpty: token is not null)
            : Resume(call, render, reason, token);
        return Answer(call, round);
    }

    private SnapshotRound Initial(GraphCall call, Func<Query, IEnumerable<JsonObject>> render, bool isEmpty)
    {
        var query = call.Query;
        if (query.Search is not null || query.OrderBy.Count > 0 || query.Filter?.Paths.Any(p => p != "id") == true)
        {
            throw new GraphRefusal(400, "Request_UnsupportedQuery",
                "$filter by id, $select and $expand are the only query options of a delta request.");
        }

        JsonObject[] all = [.. render(query)];
        return new SnapshotRound(collection, fragment, query, Digests(all), isEmpty ? [] : all, call.Tenant.Now);
    }

    private SnapshotRound Resume(
        GraphCall call, Func<Query, IEnumerable<JsonObject>> render, Func<string, string> reason, string token)
    {
        if (!call.State.Snapshots.TryGetValue(token, out var round) || round.Collection != collection
            || round.MadeAt + lifetime <= call.Tenant.Now)
        {
            throw new GraphRefusal(
                410, "SyncStateNotFound", "The sync state generation is not found; a full synchronization is required.");
        }

        if (round.Pending.Count > 0)
        {
            return round;
        }

        JsonObject[] all = [.. render(round.Query)];
        var now = Digests(all);
        return round with
        {
            Seen = now,
            Pending =
            [
                .. all.Where(o => round.Seen.GetValueOrDefault(o.Text("id")!) != now[o.Text("id")!]),
                .. round.Seen.Keys.Where(id => !now.ContainsKey(id)).Select(id => new JsonObject
                {
                    ["id"] = id,
                    ["@removed"] = new JsonObject { ["reason"] = reason(id) },
                }),
            ],
        };
    }

    private static TenantAnswer Answer(GraphCall call, SnapshotRound round)
    {
        var size = int.TryParse(
            call.Prefers("odata.maxpagesize"), NumberStyles.None, CultureInfo.InvariantCulture, out var preferred)
            && preferred > 0 ? preferred : Page;
        var rest = round with { Pending = [.. round.Pending.Skip(size)], MadeAt = call.Tenant.Now };
        var token = Base64Url.Encode(RandomNumberGenerator.GetBytes(48));
        call.State.Snapshots.Add(token, rest);
        var isLast = rest.Pending.Count == 0;
        return TenantAnswer.OfJson(200, new JsonObject
        {
            ["@odata.context"] = call.Context(round.Fragment),
            [isLast ? "@odata.deltaLink" : "@odata.nextLink"] =
                $"https://{call.Request.Uri.Host}{call.Request.Uri.AbsolutePath}?"
                    + $"{(isLast ? "$deltatoken" : "$skiptoken")}={token}",
            ["value"] = new JsonArray([.. round.Pending.Take(size).Select(o => o.DeepClone())]),
        });
    }

    private static Dictionary<string, string> Digests(IEnumerable<JsonObject> objects) =>
        objects.ToDictionary(o => o.Text("id")!, o => Convert.ToBase64String(SHA256.HashData(Json.Bytes(o))));
}
