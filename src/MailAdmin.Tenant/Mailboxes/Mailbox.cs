using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>A mailbox: its folders and what lies in them.</summary>
internal sealed class Mailbox
{
    private readonly TenantClock _clock;
    private readonly Dictionary<string, Folder> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Item> _items = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _lastUidValidity;

    public Mailbox(string userId, string address, string displayName, bool isShared, string[] aliases, TenantClock clock)
    {
        (UserId, Address, DisplayName, IsShared, _clock) = (userId, address, displayName, isShared, clock);
        UserPrincipalName = address;
        Addresses = [address, .. aliases];
        Ids = new ItemIds();
        Root = WellKnownFolders.Create(this);
    }

    /// <summary>The object id of its user.</summary>
    public string UserId { get; }

    /// <summary>What its user signs in with; the primary address unless another one was given.</summary>
    public string UserPrincipalName { get; init; }

    /// <summary>The primary SMTP address.</summary>
    public string Address { get; }

    public string DisplayName { get; }

    public bool IsShared { get; }

    /// <summary>All SMTP addresses, the primary one first.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Makes the ids of what is in it.</summary>
    public ItemIds Ids { get; }

    /// <summary>The folder above the Inbox: "Top of Information Store".</summary>
    public Folder Root { get; }

    /// <summary>mailboxSettings, in the shape in which Graph shows them.</summary>
    public JsonObject Settings { get; } = new();

    /// <summary>Counts every change; an item's changeKey and delta tokens are made of it.</summary>
    public long Version { get; private set; }

    /// <summary>Ends when something in the mailbox changes next.</summary>
    public Task WhenChanged => _changed.Task;

    /// <summary>Set-CASMailbox -ImapEnabled.</summary>
    public bool IsImapEnabled { get; set; } = true;

    /// <summary>Set-CASMailbox -PopEnabled.</summary>
    public bool IsPopEnabled { get; set; } = true;

    /// <summary>Set-CASMailbox -SmtpClientAuthenticationDisabled; null for what the organization says.</summary>
    public bool? IsSmtpAuthDisabled { get; set; }

    /// <summary>Set-Mailbox -RetainDeletedItemsFor.</summary>
    public TimeSpan RetainDeletedItemsFor { get; set; } = TimeSpan.FromDays(14);

    /// <summary>IMAP sessions that are signed in to it.</summary>
    public int ImapSessions { get; set; }

    public DateTimeOffset Now => _clock.GetUtcNow();

    public IEnumerable<Folder> Folders => _folders.Values;

    /// <summary>Every message in every folder but the hidden dumpster.</summary>
    public IEnumerable<Item> Items => _folders.Values.Where(f => !f.IsDumpster).SelectMany(f => f.Items);

    /// <summary>A folder by id or well-known name; null when there is none.</summary>
    public Folder? FindFolder(string name) =>
        _folders.GetValueOrDefault(name)
        ?? _folders.Values.FirstOrDefault(f => string.Equals(f.WellKnownName, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The folder of a well-known name.</summary>
    public Folder WellKnown(string name) => _folders.Values.First(f => f.WellKnownName == name);

    /// <summary>A folder by its path from the top ("Inbox/Invoices") or its well-known name; missing folders are made.</summary>
    public Folder AtPath(string path)
    {
        if (FindFolder(path) is { } known)
        {
            return known;
        }

        var folder = Root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = folder.Child(name) ?? AddFolder(folder, name);
        }

        return folder;
    }

    /// <summary>A message by its id of either kind; null when there is none.</summary>
    public Item? FindItem(string id) => _items.GetValueOrDefault(id);

    public Folder AddFolder(Folder? parent, string displayName, string? wellKnownName = null, bool isHidden = false)
    {
        var folder = new Folder(this, Ids.NewFolder(), displayName, wellKnownName, isHidden) 
        {
            Parent = parent,
            UidValidity = ++_lastUidValidity,
        };
        _folders.Add(folder.Id, folder);
        parent?.Children.Add(folder);
        return folder;
    }

    /// <summary>Gives a folder another place or name.</summary>
    public void MoveFolder(Folder folder, Folder parent, string displayName)
    {
        folder.Parent?.Children.Remove(folder);
        folder.Parent = parent;
        folder.DisplayName = displayName;
        parent.Children.Add(folder);
    }

    /// <summary>Takes a folder and all below it out of the mailbox.</summary>
    public void RemoveFolder(Folder folder)
    {
        foreach (var child in folder.Children.ToArray())
        {
            RemoveFolder(child);
        }

        foreach (var item in folder.Items.ToArray())
        {
            Remove(item);
        }

        folder.Parent?.Children.Remove(folder);
        _folders.Remove(folder.Id);
    }

    /// <summary>Puts a new message into a folder.</summary>
    public Item Add(Folder folder, ItemContent content, DateTimeOffset receivedAt)
    {
        var item = new Item(this, Ids.NewImmutable(), content, receivedAt);
        _items.Add(item.ImmutableId, item);
        File(item, folder);
        return item;
    }

    /// <summary>Moves a message: its immutable id stays, its ordinary id becomes another.</summary>
    public void Move(Item item, Folder target)
    {
        Unfile(item);
        File(item, target);
    }

    /// <summary>Takes a message out for good.</summary>
    public void Remove(Item item)
    {
        Unfile(item);
        _items.Remove(item.ImmutableId);
    }

    /// <summary>Counts one more change and gives its number.</summary>
    public long NextVersion()
    {
        _changed.SetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return ++Version;
    }

    private void File(Item item, Folder folder)
    {
        item.Folder = folder;
        item.Id = Ids.NewItem();
        item.Uid = folder.NextUid++;
        item.FiledVersion = NextVersion();
        item.Touch();
        folder.Items.Add(item);
        _items.Add(item.Id, item);
    }

    private void Unfile(Item item)
    {
        item.Folder.Items.Remove(item);
        item.Folder.Removed.Add(new RemovedItem(item.Id, item.ImmutableId, item.FiledVersion, NextVersion()));
        _items.Remove(item.Id);
        item.Uid = 0;
    }
}
