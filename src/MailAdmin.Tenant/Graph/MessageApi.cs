using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Messages: https://learn.microsoft.com/graph/api/resources/message.</summary>
internal static class MessageApi
{
    private const string Received = "receivedDateTime";

    /// <summary>user-list-messages: newest first unless the request orders otherwise.</summary>
    public static TenantAnswer List(GraphCall call) =>
        Listed(call, Fragment(call), call.Mailbox.Items, (l, items) => l.Answer(call, items));

    /// <summary>mailfolder-list-messages</summary>
    public static TenantAnswer ListFolder(GraphCall call) =>
        Listed(call, FolderFragment(call), FolderApi.Find(call).Items, (l, items) => l.Answer(call, items));

    /// <summary>/$count of all messages</summary>
    public static TenantAnswer CountAll(GraphCall call) =>
        Listed(call, Fragment(call), call.Mailbox.Items, (l, items) => l.Counted(call, items));

    /// <summary>/$count of a folder's messages: https://learn.microsoft.com/graph/query-parameters#count-parameter</summary>
    public static TenantAnswer Count(GraphCall call) =>
        Listed(call, FolderFragment(call), FolderApi.Find(call).Items, (l, items) => l.Counted(call, items));

    /// <summary>message-get</summary>
    public static TenantAnswer Get(GraphCall call) => One(call, 200, Find(call));

    /// <summary>message-get with $value: the exact octets. https://learn.microsoft.com/graph/outlook-get-mime-message</summary>
    public static TenantAnswer GetMime(GraphCall call)
    {
        var content = Find(call).Content;
        return new TenantAnswer(200) { Content = content.OpenMime, ContentType = "text/plain" };
    }

    /// <summary>message-move: the message gets another ID unless the request prefers immutable IDs.</summary>
    public static TenantAnswer Move(GraphCall call)
    {
        var item = Find(call);
        call.Mailbox.Move(item, Destination(call));
        return One(call, 201, item);
    }

    /// <summary>message-copy</summary>
    public static TenantAnswer Copy(GraphCall call) => One(call, 201, Copy(Find(call), Destination(call)));

    /// <summary>Puts a copy of a message into a folder.</summary>
    public static Item Copy(Item item, Folder target)
    {
        var copy = item.Mailbox.Add(target, item.Content, item.ReceivedAt);
        (copy.IsRead, copy.IsDraft) = (item.IsRead, item.IsDraft);
        foreach (var (name, value) in item.Changes)
        {
            copy.Changes[name] = value?.DeepClone();
        }

        return copy;
    }

    /// <summary>message-update</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        var item = Find(call);
        MessageChange.Apply(call, item);
        return One(call, 200, item);
    }

    /// <summary>
    /// message-delete. The page doesn't document the destination. Administrators find the message in Recoverable Items, from
    /// where it can't be deleted again (ErrorCannotDeleteObject): microsoft-graph-docs#2894, msgraph-sdk-powershell#3265.
    /// </summary>
    public static TenantAnswer Delete(GraphCall call)
    {
        var item = Find(call);
        var deletions = call.Mailbox.WellKnown(WellKnownFolders.Deletions);
        if (item.Folder.IsDumpster)
        {
            throw new GraphRefusal(400, "ErrorCannotDeleteObject", "Object cannot be deleted.");
        }

        call.Mailbox.Move(item, deletions);
        return new TenantAnswer(204);
    }

    /// <summary>message-permanentdelete: moves to Purges, which can't be listed. Not in the national clouds.</summary>
    public static TenantAnswer PermanentDelete(GraphCall call)
    {
        if (call.Tenant.Cloud.Environment != MailEnvironment.Global)
        {
            throw GraphRefusal.NoSegment("permanentDelete");
        }

        call.Mailbox.Move(Find(call), call.Mailbox.WellKnown(WellKnownFolders.Purges));
        return new TenantAnswer(204);
    }

    /// <summary>The message that the URL names by an ID of either kind, in the folder that it names.</summary>
    /// <exception cref="GraphRefusal">The message wasn't found, or the name can't be an ID.</exception>
    public static Item Find(GraphCall call)
    {
        var id = call.Keys["message"];
        var mailbox = call.Mailbox;
        var within = call.Keys.ContainsKey("folder") ? FolderApi.Find(call) : null;
        var item = mailbox.FindItem(id);
        if (item is null || (within is not null && item.Folder != within) || item.Folder.WellKnownName == WellKnownFolders.Purges)
        {
            throw item is not null || ItemIds.IsWellFormed(id) ? GraphRefusal.NoItem() : GraphRefusal.MalformedId();
        }

        return item;
    }

    /// <summary>The answer that shows one message.</summary>
    public static TenantAnswer One(GraphCall call, int status, Item item)
    {
        var type = MessageType.For(call);
        var context = call.Context($"{Fragment(call)}{type.ContextOf(call.Query.Select)}/$entity");
        var json = type.Render(item, call, call.Query.Select);
        MessageExpand.Of(call)?.Invoke(item, json);
        var answer = TenantAnswer.OfJson(status, json.After(("@odata.context", context)));
        if (call.Prefers(BodyText.Preference) is { } preferred)
        {
            answer.Headers["Preference-Applied"] = $"{BodyText.Preference}=\"{preferred}\"";
        }

        return answer;
    }

    /// <summary>The context fragment of the mailbox's messages.</summary>
    public static string Fragment(GraphCall call) => $"users('{Uri.EscapeDataString(call.Keys["user"])}')/messages";

    /// <summary>The context fragment of a folder's messages.</summary>
    public static string FolderFragment(GraphCall call) =>
        $"{FolderApi.Fragment(call)}('{Uri.EscapeDataString(call.Keys["folder"])}')/messages";

    private static TenantAnswer Listed(
        GraphCall call, string fragment, IEnumerable<Item> items, Func<Listing<Item>, IEnumerable<Item>, TenantAnswer> answer)
    {
        var query = call.Query;
        MailQueries.Check(query);
        var isByTime = query.OrderBy.Count == 0
            || (query.OrderBy.Count == 1 && query.OrderBy[0].Path.Equals(Received, StringComparison.OrdinalIgnoreCase));
        if (isByTime)
        {
            // The folder has them in this order, and those of a time together.
            var (from, to) = query.Filter?.BoundsOf(Received) ?? default;
            var newestFirst = query.OrderBy is [] or [{ Descending: true }];
            items = items is FolderItems folder
                ? folder.Received(from, to, newestFirst)
                : newestFirst ? items.OrderByDescending(i => i.ReceivedAt) : items.OrderBy(i => i.ReceivedAt);
        }

        return answer(
            new Listing<Item>(MessageType.For(call), fragment, Paging.Outlook)
            {
                Expand = MessageExpand.Of(call),
                IsOrdered = isByTime,
            },
            query.Search is null ? items : items.Where(MailQueries.Searched(call)));
    }

    private static Folder Destination(GraphCall call) => FolderApi.Find(call.Mailbox, call.Body.Text("destinationId")
        ?? throw new GraphRefusal(400, "ErrorInvalidRequest", "The 'DestinationId' parameter is required."));
}
