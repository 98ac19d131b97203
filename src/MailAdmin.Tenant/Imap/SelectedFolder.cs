using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>Represents a message in a session.</summary>
internal sealed class SeenMessage(Item item)
{
    public Item Item => item;

    public uint Uid { get; } = item.Uid;

    /// <summary>Its content. It's read again for each use, because only the caller can decide how long to cache it.</summary>
    public MessageView View => new(item.Content);

    /// <summary>The flags that were sent to the client.</summary>
    public MessageFlags Flags { get; set; } = MessageFlagNames.Of(item);
}

/// <summary>
/// Represents the selected folder in a session: messages keep their numbers until the client gets the EXPUNGE of a removed one
/// (RFC 3501 section 7.4.1). The caller holds the tenant's lock.
/// </summary>
internal sealed class SelectedFolder
{
    private readonly List<SeenMessage> _messages;
    private long _version;

    public SelectedFolder(Folder folder, bool isReadOnly)
    {
        (Folder, IsReadOnly, _version) = (folder, isReadOnly, folder.Mailbox.Version);
        _messages = [.. folder.Items.Select(i => new SeenMessage(i))];
    }

    public Folder Folder { get; }

    /// <summary>Opened by EXAMINE.</summary>
    public bool IsReadOnly { get; }

    public IReadOnlyList<SeenMessage> Messages => _messages;

    /// <summary>Returns whether a message is still in the folder of the session.</summary>
    public bool IsHere(SeenMessage message) => message.Item.Uid == message.Uid && message.Item.Folder == Folder;

    /// <summary>Sends the changes since the last responses.</summary>
    /// <param name="output">Takes it.</param>
    /// <param name="mayExpunge">False after commands whose responses use sequence numbers.</param>
    public void Report(ImapOutput output, bool mayExpunge)
    {
        if (_version == Folder.Mailbox.Version)
        {
            return;
        }

        // From the end, so that the numbers of the remaining ones stay the same.
        var isAll = true;
        foreach (var i in Changed())
        {
            var message = _messages[i];
            if (!IsHere(message))
            {
                isAll &= mayExpunge;
                if (mayExpunge)
                {
                    _messages.RemoveAt(i);
                    output.Write($"* {i + 1} EXPUNGE\r\n");
                }
            }
            else if (MessageFlagNames.Of(message.Item) is var flags && flags != message.Flags)
            {
                message.Flags = flags;
                output.Write($"* {i + 1} FETCH (UID {message.Uid} FLAGS {MessageFlagNames.Format(flags)})\r\n");
            }
        }

        var last = _messages.Count == 0 ? 0 : _messages[^1].Uid;
        var added = Folder.Items.After(last).Select(i => new SeenMessage(i)).ToList();
        if (added.Count > 0)
        {
            _messages.AddRange(added);
            output.Write($"* {_messages.Count} EXISTS\r\n* 0 RECENT\r\n");
        }

        _version = isAll ? Folder.Mailbox.Version : _version;
    }

    /// <summary>Returns the changed messages, from the folder's own record of changes, last first.</summary>
    private int[] Changed() =>
    [
        .. Folder.RemovedSince(_version).Select(r => r.Uid).Concat(Folder.Items.ChangedSince(_version).Select(i => i.Uid))
            .Select(IndexOf).Where(i => i >= 0).Distinct().OrderDescending(),
    ];

    private int IndexOf(uint uid)
    {
        var (low, high) = (0, _messages.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (_messages[middle].Uid == uid)
            {
                return middle;
            }

            (low, high) = _messages[middle].Uid < uid ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
