using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>The commands that add, mark, and remove messages: RFC 3501 section 6.4, RFC 4315 (UIDPLUS).</summary>
internal static class MessageCommands
{
    /// <summary>The messages that a set names, as the session numbers them.</summary>
    public static List<(int Index, SeenMessage Message)> Named(ImapSession session, SequenceSet set, bool byUid)
    {
        var messages = session.Selected!.Messages;
        return [.. (byUid ? set.Indices(messages) : set.Indices(messages.Count)).Select(i => (i, messages[i]))];
    }

    public static string Append(ImapSession session, ImapArguments arguments)
    {
        arguments.Space();
        var folder = FolderNames.Find(session.Mailbox!, arguments.AString()) ?? throw ImapRefusal.NoTarget();
        arguments.Space();
        var flags = MessageFlags.None;
        if (arguments.Next('('))
        {
            flags = Flags(arguments.List(arguments.Atom));
            arguments.Space();
        }

        var receivedAt = session.Tenant.Now;
        if (arguments.Next('"'))
        {
            receivedAt = arguments.DateTime();
            arguments.Space();
        }

        if (!arguments.Next('{'))
        {
            throw ImapRefusal.Syntax();
        }

        var content = arguments.String();
        arguments.End();
        var item = folder.Mailbox.Add(folder, new MimeContent(content), receivedAt);
        item.IsDraft = flags.HasFlag(MessageFlags.Draft);
        MessageFlagNames.Set(item, flags);
        return $"[APPENDUID {folder.UidValidity} {item.Uid}] APPEND completed.";
    }

    public static string Check(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        return "CHECK completed.";
    }

    public static string Close(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        if (session.Selected is { IsReadOnly: false } selected)
        {
            Remove(selected, selected.Folder.Items.Where(i => i.Marks.HasFlag(ImapMarks.Deleted)));
        }

        session.Selected = null;
        return "CLOSE completed.";
    }

    /// <summary>RFC 3691.</summary>
    public static string Unselect(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        session.Selected = null;
        return "UNSELECT completed.";
    }

    public static string Expunge(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        var selected = Writable(session);
        Remove(selected, selected.Folder.Items.Where(i => i.Marks.HasFlag(ImapMarks.Deleted)));
        return "EXPUNGE completed.";
    }

    public static string UidExpunge(ImapSession session, ImapArguments arguments)
    {
        arguments.Space();
        var set = arguments.Set();
        arguments.End();
        var selected = Writable(session);
        Remove(selected, Named(session, set, byUid: true)
            .Where(m => selected.IsHere(m.Message) && m.Message.Item.Marks.HasFlag(ImapMarks.Deleted))
            .Select(m => m.Message.Item));
        return "EXPUNGE completed.";
    }

    public static string Store(ImapSession session, ImapArguments arguments, bool byUid)
    {
        arguments.Space();
        var set = arguments.Set();
        arguments.Space();
        bool adds = arguments.Take('+'), removes = !adds && arguments.Take('-');
        var item = arguments.Keyword();
        var isSilent = item == "FLAGS.SILENT";
        if (item is not ("FLAGS" or "FLAGS.SILENT"))
        {
            throw ImapRefusal.Syntax();
        }

        arguments.Space();
        var flags = Flags(arguments.Next('(') ? arguments.List(arguments.Atom) : Bare(arguments));
        arguments.End();
        var selected = Writable(session);
        foreach (var (index, message) in Named(session, set, byUid).Where(m => selected.IsHere(m.Message)))
        {
            var before = MessageFlagNames.Of(message.Item);
            MessageFlagNames.Set(message.Item, adds ? before | flags : removes ? before & ~flags : flags);
            message.Flags = MessageFlagNames.Of(message.Item);
            if (!isSilent)
            {
                var uid = byUid ? $"UID {message.Uid} " : "";
                session.Output.Line($"* {index + 1} FETCH ({uid}FLAGS {MessageFlagNames.Format(message.Flags)})");
            }
        }

        return "STORE completed.";
    }

    /// <summary>The selected folder, open for changes.</summary>
    /// <exception cref="ImapRefusal">It was opened by EXAMINE.</exception>
    public static SelectedFolder Writable(ImapSession session) =>
        session.Selected is { IsReadOnly: false } selected ? selected : throw ImapRefusal.ReadOnly();

    private static List<string> Bare(ImapArguments arguments)
    {
        var flags = new List<string> { arguments.Atom() };
        while (arguments.Take(' '))
        {
            flags.Add(arguments.Atom());
        }

        return flags;
    }

    private static MessageFlags Flags(List<string> names) =>
        names.Aggregate(MessageFlags.None, (flags, name) => flags | MessageFlagNames.Parse(name));

    // Expunged messages can still be recovered:
    // https://learn.microsoft.com/exchange/security-and-compliance/recoverable-items-folder/recoverable-items-folder.
    private static void Remove(SelectedFolder selected, IEnumerable<Item> items)
    {
        var deletions = selected.Folder.Mailbox.WellKnown(WellKnownFolders.Deletions);
        foreach (var item in items.ToList())
        {
            item.Marks &= ~ImapMarks.Deleted;
            selected.Folder.Mailbox.Move(item, deletions);
        }
    }
}
