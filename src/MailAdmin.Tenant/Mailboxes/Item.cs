using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace MailAdmin.Tenant.Mailboxes;

/// <summary>A message in a mailbox.</summary>
internal sealed class Item(Mailbox mailbox, string immutableId, ItemContent content, DateTimeOffset receivedAt)
{
    private DateTimeOffset _receivedAt = receivedAt;
    private bool _isRead;

    public Mailbox Mailbox => mailbox;

    /// <summary>Its folder; null only for a message that is attached to another one.</summary>
    public Folder Folder { get; set; } = null!;

    /// <summary>The ordinary id; another after every move.</summary>
    public string Id { get; set; } = "";

    public string ImmutableId => immutableId;

    /// <summary>The thread that it is in.</summary>
    public string ConversationId { get; set; } = mailbox.Ids.NewConversation();

    /// <summary>Its content.</summary>
    public ItemContent Content { get; set; } = content;

    public DateTimeOffset ReceivedAt
    {
        get => _receivedAt;
        set
        {
            if (Uid == 0)
            {
                _receivedAt = value;
            }
            else
            {
                Folder.Items.Retime(this, () => _receivedAt = value);
            }
        }
    }

    public DateTimeOffset CreatedAt { get; } = mailbox.Now;

    public DateTimeOffset ModifiedAt { get; private set; }

    public bool IsRead
    {
        get => _isRead;
        set
        {
            if (_isRead != value)
            {
                _isRead = value;
                if (Uid != 0)
                {
                    Folder.Items.Mark(value);
                }
            }
        }
    }

    public bool IsDraft { get; set; }

    /// <summary>Its number in its folder, for IMAP; 0 if it isn't in one anymore.</summary>
    public uint Uid { get; set; }

    /// <summary>The flags of IMAP that Graph doesn't show.</summary>
    public ImapMarks Marks { get; set; }

    /// <summary>
    /// Properties that were changed after its arrival, such as categories or flag. They override those of the content.
    /// </summary>
    public JsonObject Changes { get; } = new();

    /// <summary>The mailbox's version in which it was added to its folder.</summary>
    public long FiledVersion { get; set; }

    /// <summary>The mailbox's version of its last change.</summary>
    public long Version { get; private set; }

    /// <summary>Counts a change.</summary>
    public void Touch()
    {
        Version = mailbox.NextVersion();
        ModifiedAt = mailbox.Now;
        if (Uid != 0)
        {
            Folder.Items.Touch(this);
        }
    }

    /// <summary>The changeKey; also the ETag.</summary>
    public string ChangeKey
    {
        get
        {
            Span<byte> bytes = stackalloc byte[30];
            bytes.Clear();
            bytes[0] = 9;
            bytes[4] = 22;
            BinaryPrimitives.WriteInt64BigEndian(bytes[22..], Version);
            return Convert.ToBase64String(bytes);
        }
    }
}

/// <summary>Flags that only IMAP sets.</summary>
[Flags]
internal enum ImapMarks
{
    None = 0,
    Answered = 1,
    Deleted = 2,
    NotificationSent = 4,
}
