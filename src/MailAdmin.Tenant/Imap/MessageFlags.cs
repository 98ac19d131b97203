using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>The flags of a message that Exchange keeps: RFC 3501 section 2.3.2, and $MDNSent of RFC 3503.</summary>
[Flags]
internal enum MessageFlags
{
    None = 0,
    Seen = 1,
    Answered = 2,
    Flagged = 4,
    Deleted = 8,
    Draft = 16,
    NotificationSent = 32,
}

/// <summary>Maps flags on the wire to properties of the mailbox.</summary>
internal static class MessageFlagNames
{
    public const string All = @"\Seen \Answered \Flagged \Deleted \Draft $MDNSent";

    private static readonly string[] Names = All.Split(' ');

    /// <summary>Reads one; a keyword that Exchange doesn't keep is nothing.</summary>
    public static MessageFlags Parse(string name)
    {
        var index = Array.FindIndex(Names, n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? MessageFlags.None : (MessageFlags)(1 << index);
    }

    public static string Format(MessageFlags flags) =>
        $"({string.Join(' ', Names.Where((_, i) => flags.HasFlag((MessageFlags)(1 << i))))})";

    public static MessageFlags Of(Item item) =>
        (item.IsRead ? MessageFlags.Seen : 0)
        | (item.Marks.HasFlag(ImapMarks.Answered) ? MessageFlags.Answered : 0)
        | (IsFlagged(item) ? MessageFlags.Flagged : 0)
        | (item.Marks.HasFlag(ImapMarks.Deleted) ? MessageFlags.Deleted : 0)
        | (item.IsDraft ? MessageFlags.Draft : 0)
        | (item.Marks.HasFlag(ImapMarks.NotificationSent) ? MessageFlags.NotificationSent : 0);

    /// <summary>Sets them. Whether a message is a draft is determined at its creation.</summary>
    public static void Set(Item item, MessageFlags flags)
    {
        if (IsFlagged(item) != flags.HasFlag(MessageFlags.Flagged))
        {
            // https://learn.microsoft.com/graph/api/resources/followupflag
            item.Changes["flag"] = new JsonObject
            {
                ["flagStatus"] = flags.HasFlag(MessageFlags.Flagged) ? "flagged" : "notFlagged",
            };
        }

        item.IsRead = flags.HasFlag(MessageFlags.Seen);
        item.Marks = (flags.HasFlag(MessageFlags.Answered) ? ImapMarks.Answered : 0)
            | (flags.HasFlag(MessageFlags.Deleted) ? ImapMarks.Deleted : 0)
            | (flags.HasFlag(MessageFlags.NotificationSent) ? ImapMarks.NotificationSent : 0);
        item.Touch();
    }

    private static bool IsFlagged(Item item) =>
        ((item.Changes["flag"] ?? item.Content.Property("flag")) as JsonObject)?.Text("flagStatus") == "flagged";
}
