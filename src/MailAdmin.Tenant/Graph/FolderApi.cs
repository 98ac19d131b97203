using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Graph;

/// <summary>Folders: https://learn.microsoft.com/graph/api/resources/mailfolder.</summary>
internal static class FolderApi
{
    /// <summary>Of a state token: https://learn.microsoft.com/graph/delta-query-overview names no time for Outlook's.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public static EntityType<Folder> Type { get; } = new("Microsoft.OutlookServices.MailFolder", null,
        new("id", (f, _) => f.Id),
        new("displayName", (f, _) => f.DisplayName),
        new("parentFolderId", (f, _) => f.Parent?.Id ?? f.Mailbox.Root.Id),
        new("childFolderCount", (f, _) => f.Children.Count(c => !c.IsHidden)),
        new("unreadItemCount", (f, _) => f.Items.Unread),
        new("totalItemCount", (f, _) => f.Items.Count),
        new("isHidden", (f, _) => f.IsHidden))
    {
        Always = ["id"],
    };

    /// <summary>user-list-mailfolders</summary>
    public static TenantAnswer List(GraphCall call) => List(call, call.Mailbox.Root, Fragment(call));

    /// <summary>mailfolder-list-childfolders</summary>
    public static TenantAnswer ListChildren(GraphCall call) =>
        List(call, Find(call), $"{Fragment(call)}('{Uri.EscapeDataString(call.Keys["folder"])}')/childFolders");

    /// <summary>mailfolder-get</summary>
    public static TenantAnswer Get(GraphCall call) => One(call, 200, Find(call));

    /// <summary>user-post-mailfolders</summary>
    public static TenantAnswer Create(GraphCall call) => Create(call, call.Mailbox.Root);

    /// <summary>mailfolder-post-childfolders</summary>
    public static TenantAnswer CreateChild(GraphCall call) => Create(call, Find(call));

    /// <summary>mailfolder-update: its name.</summary>
    public static TenantAnswer Update(GraphCall call)
    {
        var folder = Find(call);
        var name = Name(call);
        if (folder.Parent?.Child(name) is { } other && other != folder)
        {
            throw Exists();
        }

        folder.DisplayName = name;
        return One(call, 200, folder);
    }

    /// <summary>mailfolder-delete: removes a folder with its content. Default folders can't be removed.</summary>
    public static TenantAnswer Delete(GraphCall call)
    {
        var folder = Find(call);
        if (folder.WellKnownName is not null)
        {
            throw new GraphRefusal(403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.");
        }

        call.Mailbox.RemoveFolder(folder);
        return new TenantAnswer(204);
    }

    /// <summary>mailfolder-move: with its content and its ids.</summary>
    public static TenantAnswer Move(GraphCall call)
    {
        var folder = Find(call);
        var target = Destination(call, folder);
        if (folder.WellKnownName is not null)
        {
            throw new GraphRefusal(403, "ErrorMoveDistinguishedFolder", "Distinguished folders cannot be moved.");
        }

        call.Mailbox.MoveFolder(folder, target, folder.DisplayName);
        return One(call, 200, folder);
    }

    /// <summary>mailfolder-copy: with its content, under new ids.</summary>
    public static TenantAnswer Copy(GraphCall call)
    {
        var folder = Find(call);
        return One(call, 200, Copy(call.Mailbox, folder, Destination(call, folder)));
    }

    /// <summary>
    /// mailfolder-delta. On a full mailbox it fails while reads succeed: the service keeps its place in the mailbox itself.
    /// </summary>
    public static TenantAnswer Delta(GraphCall call)
    {
        if (call.Mailbox.IsFull)
        {
            throw new GraphRefusal(403, "ErrorQuotaExceeded", "The mailbox quota is exceeded.");
        }

        var folders = call.Mailbox.Folders.Where(f => !f.IsHidden && !f.IsDumpster && f.Parent is not null);
        return new SnapshotDelta($"mailFolders of {call.Mailbox.UserId}", Fragment(call), Lifetime).Answer(
            call, query => folders.Select(f => Type.Render(f, call, query.Select)), _ => "deleted");
    }

    /// <summary>The folder that the URL names by ID or well-known name.</summary>
    public static Folder Find(GraphCall call) => Find(call.Mailbox, call.Keys["folder"]);

    /// <exception cref="GraphRefusal">The folder wasn't found, or the name can't be an ID.</exception>
    public static Folder Find(Mailbox mailbox, string name) =>
        mailbox.FindFolder(name) is { HoldsMail: true } found ? found
            : throw (ItemIds.IsWellFormed(name) ? GraphRefusal.NoItem() : GraphRefusal.MalformedId());

    /// <summary>The context fragment of the mailbox's folders.</summary>
    public static string Fragment(GraphCall call) => $"users('{Uri.EscapeDataString(call.Keys["user"])}')/mailFolders";

    private static TenantAnswer List(GraphCall call, Folder parent, string fragment)
    {
        var hidden = string.Equals(call.Request.Query("includeHiddenFolders"), "true", StringComparison.OrdinalIgnoreCase);
        return new Listing<Folder>(Type, fragment, Paging.Outlook)
            .Answer(call, parent.Children.Where(f => hidden || !f.IsHidden));
    }

    private static TenantAnswer Create(GraphCall call, Folder parent)
    {
        var name = Name(call);
        return parent.Child(name) is null
            ? One(call, 201, call.Mailbox.AddFolder(parent, name, isHidden: call.Body.Flag("isHidden") == true))
            : throw Exists();
    }

    /// <summary>Returns the destination of a folder.</summary>
    /// <exception cref="GraphRefusal">Nowhere, into itself, or where another one has its name.</exception>
    private static Folder Destination(GraphCall call, Folder folder)
    {
        var target = Find(call.Mailbox, call.Body.Text("destinationId")
            ?? throw new GraphRefusal(400, "ErrorInvalidRequest", "The 'DestinationId' parameter is required."));
        return target.IsWithin(folder) ? throw new GraphRefusal(400, "ErrorMoveCopyFailed", "The move or copy operation failed.")
            : target.Child(folder.DisplayName) is { } other && other != folder ? throw Exists() : target;
    }

    private static Folder Copy(Mailbox mailbox, Folder folder, Folder target)
    {
        // The content is listed before the copy, because the copy can be created in the same folder.
        Item[] items = [.. folder.Items];
        Folder[] children = [.. folder.Children];
        var copy = mailbox.AddFolder(target, folder.DisplayName, isHidden: folder.IsHidden);
        foreach (var item in items)
        {
            MessageApi.Copy(item, copy);
        }

        foreach (var child in children)
        {
            Copy(mailbox, child, copy);
        }

        return copy;
    }

    private static TenantAnswer One(GraphCall call, int status, Folder folder)
    {
        var context = call.Context($"{Fragment(call)}{Type.ContextOf(call.Query.Select)}/$entity");
        return TenantAnswer.OfJson(status, Type.Render(folder, call, call.Query.Select).After(("@odata.context", context)));
    }

    private static string Name(GraphCall call) => call.Body.Text("displayName") is { } name && !string.IsNullOrWhiteSpace(name)
        ? name
        : throw new GraphRefusal(400, "ErrorInvalidArgument", "The DisplayName property is required.");

    private static GraphRefusal Exists() => new(409, "ErrorFolderExists", "A folder with the specified name already exists.");
}
