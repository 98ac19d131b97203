// Longer than 250 lines: all that a mailbox is to every service that has to do with it.
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>Represents a mailbox: its folders and their messages.</summary>
internal sealed class Mailbox
{
    private readonly MailboxFacts _facts;
    private readonly TenantClock _clock;
    private Inside? _inside;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Mailbox(MailboxFacts facts, TenantClock clock)
    {
        (_facts, _clock) = (facts, clock);
        Addresses = [facts.Address, .. facts.Aliases];
        Attributes = facts.Attributes;
        Kind = facts.Kind;
    }

    /// <summary>Its content, which is created on first use: most mailboxes of a large tenant are never opened.</summary>
    private Inside Content
    {
        get
        {
            if (_inside is null)
            {
                // The folders are created through this property itself.
                _inside = new Inside();
                _inside.Root = WellKnownFolders.Create(this);
            }

            return _inside;
        }
    }

    /// <summary>The object ID of its user.</summary>
    public string UserId => _facts.UserId;

    /// <summary>The sign-in name of its user; the primary address by default.</summary>
    public string UserPrincipalName => _facts.UserPrincipalName ?? Address;

    /// <summary>The primary SMTP address.</summary>
    public string Address => _facts.Address;

    public string DisplayName => _facts.DisplayName;

    /// <summary>Set-Mailbox -Type.</summary>
    public MailboxKind Kind { get; set; }

    public bool IsShared => Kind == MailboxKind.Shared;

    /// <summary>All SMTP addresses, the primary one first.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>The language of its default folders.</summary>
    public string Language => _facts.Language;

    /// <summary>Windows' name of its time zone; null for UTC.</summary>
    public string? TimeZone => _facts.TimeZone;

    /// <summary>Whether it has its own language and time zone.</summary>
    public bool WasOpened => _facts.WasOpened;

    /// <summary>Whether address lists leave it out.</summary>
    public bool IsHidden => _facts.IsHidden;

    /// <summary>Other properties for recipient filters, by Exchange's names.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; private set; }

    /// <summary>Creates the IDs of its content.</summary>
    public ItemIds Ids => Content.Ids;

    /// <summary>The folder above the Inbox: "Top of Information Store".</summary>
    public Folder Root => Content.Root;

    /// <summary>mailboxSettings, in the shape in which Graph shows them.</summary>
    public JsonObject Settings { get; } = new();

    /// <summary>The number of changes, from which changeKey and delta tokens are derived.</summary>
    public long Version { get; private set; }

    /// <summary>Completes at the next change in the mailbox.</summary>
    public Task WhenChanged => _changed.Task;

    /// <summary>Set-CASMailbox -ImapEnabled.</summary>
    public bool IsImapEnabled { get; set; } = true;

    /// <summary>Set-CASMailbox -PopEnabled.</summary>
    public bool IsPopEnabled { get; set; } = true;

    /// <summary>Set-CASMailbox -SmtpClientAuthenticationDisabled; null for the organization's setting.</summary>
    public bool? IsSmtpAuthDisabled { get; set; }

    /// <summary>Set-CASMailbox -EwsEnabled; null for the organization's setting.</summary>
    public bool? IsEwsEnabled { get; set; }

    /// <summary>Set-User -AuthenticationPolicy; null for the organization's default.</summary>
    public string? AuthenticationPolicy { get; set; }

    /// <summary>Set-Mailbox -RetainDeletedItemsFor.</summary>
    public TimeSpan RetainDeletedItemsFor { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Set-Mailbox -MaxSendSize; null for what mailboxes usually have.</summary>
    public long? MaxSendSize { get; set; }

    /// <summary>Set-Mailbox -ProhibitSendReceiveQuota; null for no limit that a sandbox could reach.</summary>
    public long? Quota { get; set; }

    /// <summary>Holds, and where its mail goes.</summary>
    public MailboxPolicy Policy { get; set; } = new();

    /// <summary>The rules of its Inbox.</summary>
    public List<InboxRule> Rules { get; } = [];

    /// <summary>Octets of all messages but the deleted ones.</summary>
    public long Size => IsUntouched ? 0 : Items.Sum(i => i.Content.MimeLength);

    /// <summary>Deleted or purged messages that are kept.</summary>
    public IEnumerable<Item> RecoverableItems =>
        IsUntouched ? [] : Content.Folders.Values.Where(f => f.IsDumpster).SelectMany(f => f.Items);

    /// <summary>The size in octets of deleted or purged messages that are kept.</summary>
    public long RecoverableItemsSize => Policy.OtherRecoverableItems + RecoverableItems.Sum(i => (long)i.Content.MimeLength);

    /// <summary>Whether it takes nothing more.</summary>
    public bool IsFull => Quota is { } quota && Size >= quota;

    /// <summary>IMAP sessions that are signed in to it.</summary>
    public int ImapSessions { get; set; }

    /// <summary>The sent messages.</summary>
    public SubmissionLog Submissions { get; } = new();

    public DateTimeOffset Now => _clock.GetUtcNow();

    public IEnumerable<Folder> Folders => Content.Folders.Values;

    /// <summary>Whether it was never opened, so that it's empty.</summary>
    public bool IsUntouched => _inside is null;

    /// <summary>Every message in every folder but the hidden dumpster.</summary>
    public IEnumerable<Item> Items => Content.Folders.Values.Where(f => !f.IsDumpster).SelectMany(f => f.Items);

    /// <summary>A folder by ID or well-known name; null if there is none.</summary>
    public Folder? FindFolder(string name) =>
        Content.Folders.GetValueOrDefault(name)
        ?? Content.Folders.Values.FirstOrDefault(f => string.Equals(f.WellKnownName, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Changes an attribute.</summary>
    public void SetAttribute(string name, string value) => Attributes = new Dictionary<string, string>(Attributes)
    {
        [name] = value,
    };

    /// <summary>The folder of a well-known name.</summary>
    public Folder WellKnown(string name) => Content.Folders.Values.First(f => f.WellKnownName == name);

    /// <summary>
    /// Returns a folder by its path from the top ("Inbox/Invoices") or its well-known name; missing folders are created.
    /// </summary>
    public Folder AtPath(string path)
    {
        if (FindFolder(path) is { } known)
        {
            return known;
        }

        return Folder.NamesIn(path).Aggregate(Root, (folder, name) => Below(folder, name) ?? AddFolder(folder, name));
    }

    /// <summary>A folder by its path from the top or its well-known name; null if there is none.</summary>
    public Folder? FindAtPath(string path) => FindFolder(path)
        ?? Folder.NamesIn(path).Aggregate((Folder?)Root, (folder, name) => folder is null ? null : Below(folder, name));

    /// <summary>At the top, a well-known name identifies its folder, too, in any language of the mailbox.</summary>
    private Folder? Below(Folder folder, string name) => folder.Child(name) ?? (folder != Root ? null
        : FindFolder(name) ?? Folders.FirstOrDefault(f => !f.HoldsMail && f.DisplayName == name));

    /// <summary>Returns a message by its ID of either kind; null if there is none.</summary>
    public Item? FindItem(string id) => _inside?.Items.GetValueOrDefault(id);

    public Folder AddFolder(Folder? parent, string displayName, string? wellKnownName = null, bool isHidden = false)
    {
        var folder = new Folder(this, Ids.NewFolder(), displayName, wellKnownName, isHidden) 
        {
            Parent = parent,
            UidValidity = ++Content.LastUidValidity,
        };
        Content.Folders.Add(folder.Id, folder);
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
        Content.Folders.Remove(folder.Id);
    }

    /// <summary>Puts a new message into a folder.</summary>
    public Item Add(Folder folder, ItemContent content, DateTimeOffset receivedAt)
    {
        var item = new Item(this, Ids.NewImmutable(), content, receivedAt);
        Content.Items.Add(item.ImmutableId, item);
        File(item, folder);
        return item;
    }

    /// <summary>Moves a message: its immutable ID doesn't change, its ordinary ID does.</summary>
    public void Move(Item item, Folder target)
    {
        Unfile(item);
        File(item, target);
    }

    /// <summary>Takes a message out for good.</summary>
    public void Remove(Item item)
    {
        Unfile(item);
        Content.Items.Remove(item.ImmutableId);
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
        folder.Items.Add(item);
        item.Touch();
        Content.Items.Add(item.Id, item);
    }

    private void Unfile(Item item)
    {
        item.Folder.Items.Remove(item);
        item.Folder.Removed.Add(new RemovedItem(
            item.Id, item.ImmutableId, item.FiledVersion, NextVersion(), item.Uid));
        Content.Items.Remove(item.Id);
        item.Uid = 0;
    }

    private sealed class Inside
    {
        public ItemIds Ids { get; } = new();

        public Folder Root { get; set; } = null!;

        public Dictionary<string, Folder> Folders { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Item> Items { get; } = new(StringComparer.Ordinal);

        public uint LastUidValidity { get; set; }
    }
}
