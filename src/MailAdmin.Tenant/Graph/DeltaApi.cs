using System.Globalization;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>message-delta: what changed in a folder. https://learn.microsoft.com/graph/delta-query-messages</summary>
internal static class DeltaApi
{
    private const int DefaultPage = 10, MaxPage = 1000;

    /// <summary>The maximum number of messages with $filter: https://learn.microsoft.com/graph/delta-query-messages.</summary>
    private const int MaxFiltered = 5000;

    /// <summary>Not in the cloud of 21Vianet.</summary>
    public static TenantAnswer Get(GraphCall call)
    {
        if (call.Tenant.Cloud.Environment == MailEnvironment.China)
        {
            throw GraphRefusal.NoSegment("delta");
        }

        var folder = FolderApi.Find(call);
        var token = call.Request.Query("$skiptoken") ?? call.Request.Query("$deltatoken");
        var round = token is null ? Initial(call, folder) : Resume(call, folder, token);
        return Page(call, folder, round);
    }

    /// <summary>Returns the first round: all messages.</summary>
    private static DeltaRound Initial(GraphCall call, Folder folder)
    {
        var query = call.Query;
        var changeType = call.Request.Query("changeType");
        MessageExpand.Of(call);
        CheckOptions(query, changeType);
        IEnumerable<Item> items = folder.Items.Received(null, null, newestFirst: true);
        if (query.Filter is { } filter)
        {
            items = items.Where(i => filter.Matches(path => MessageType.For(call).Read(i, call, path))).Take(MaxFiltered);
        }

        return new DeltaRound(query, changeType, folder.Mailbox.Version, [.. items.Select(i => new DeltaEntry(i, null))]);
    }

    /// <summary>Returns the rest of a round, or the next one: the changes since the last.</summary>
    private static DeltaRound Resume(GraphCall call, Folder folder, string token)
    {
        if (call.State.Deltas.Find(token, folder) is not { } round)
        {
            throw new GraphRefusal(
                410, "SyncStateNotFound", "The sync state generation is not found; a full synchronization is required.");
        }

        return round.Told < round.Entries.Count
            ? round
            : round with { UpTo = folder.Mailbox.Version, Entries = Changes(call, folder, round), Told = 0 };
    }

    private static List<DeltaEntry> Changes(GraphCall call, Folder folder, DeltaRound last)
    {
        var all = last.ChangeType is null;
        var changes = new List<DeltaEntry>();
        if (all || last.ChangeType == "deleted")
        {
            // A message that was moved out and back has the same immutable ID, so it isn't reported as removed.
            changes.AddRange(folder.RemovedSince(last.UpTo)
                .Where(r => r.FiledVersion <= last.UpTo
                    && !(call.ImmutableIds && folder.Mailbox.FindItem(r.ImmutableId)?.Folder == folder))
                .Select(r => new DeltaEntry(null, r)));
        }

        changes.AddRange(folder.Items.ChangedSince(last.UpTo)
            .Where(i => all || last.ChangeType == (i.FiledVersion > last.UpTo ? "created" : "updated"))
            .Select(i => new DeltaEntry(i, null)));
        return changes;
    }

    private static TenantAnswer Page(GraphCall call, Folder folder, DeltaRound round)
    {
        var size = PageSize(call, round.Query);
        var value = new JsonArray();
        var told = Math.Min(round.Told + size, round.Entries.Count);
        for (var i = round.Told; i < told; i++)
        {
            var entry = round.Entries[i];
            // Messages that left the folder since the start of the round are in the next one.
            if (entry.Removed is not null || entry.Item!.Folder == folder)
            {
                value.Add(Render(call, round.Query, entry));
            }
        }

        var rest = round with { Told = told };
        var isLast = told == round.Entries.Count;
        if (isLast)
        {
            // Returned changes aren't kept for the following rounds.
            rest = rest with { Entries = [], Told = 0 };
        }

        var token = call.State.Deltas.Add(rest, folder);
        var messages = $"{call.ServiceRoot}/users('{Uri.EscapeDataString(call.Keys["user"])}')"
            + $"/mailfolders('{Uri.EscapeDataString(folder.Id)}')/messages";
        return TenantAnswer.OfJson(200, new JsonObject
        {
            ["@odata.context"] = call.Context("Collection(message)"),
            [isLast ? "@odata.deltaLink" : "@odata.nextLink"] =
                $"{messages}/delta?{(isLast ? "$deltatoken" : "$skiptoken")}={token}",
            ["value"] = value,
        });
    }

    private static JsonObject Render(GraphCall call, Query query, DeltaEntry entry)
    {
        if (entry.Removed is { } removed)
        {
            return new JsonObject
            {
                ["@odata.type"] = "#microsoft.graph.message",
                ["id"] = call.ImmutableIds ? removed.ImmutableId : removed.Id,
                ["@removed"] = new JsonObject { ["reason"] = "deleted" },
            };
        }

        var json = MessageType.For(call).Render(entry.Item!, call, query.Select);
        MessageExpand.Of(call, query)?.Invoke(entry.Item!, json);
        return json.ContainsKey("@odata.type") ? json : json.After(("@odata.type", "#microsoft.graph.message"));
    }

    private static int PageSize(GraphCall call, Query query)
    {
        var prefers = int.TryParse(
            call.Prefers("odata.maxpagesize"), NumberStyles.None, CultureInfo.InvariantCulture, out var preferred);
        return Math.Clamp(prefers ? preferred : query.Top ?? DefaultPage, 1, MaxPage);
    }

    private static void CheckOptions(Query query, string? changeType)
    {
        if (changeType is not (null or "created" or "updated" or "deleted"))
        {
            throw new GraphRefusal(
                400, "ErrorInvalidUrlQuery", "The value of the changeType parameter must be created, updated or deleted.");
        }

        var filterOk = query.Filter is not { } filter
            || (filter.Paths is ["receivedDateTime"] && filter.Words.All(w => w is "ge" or "gt"));
        var orderOk = query.OrderBy.Count == 0 || query.OrderBy is [{ Path: "receivedDateTime", Descending: true }];
        if (!filterOk || !orderOk || query.Search is not null)
        {
            var what = !filterOk ? "$filter" : !orderOk ? "$orderby" : "$search";
            throw new GraphRefusal(400, "ErrorInvalidUrlQuery",
                $"The following parameters are not supported with change tracking over the 'Messages' resource: '{what}'.");
        }
    }
}
