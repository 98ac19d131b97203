using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>COPY and MOVE: RFC 3501 section 6.4.7, RFC 6851, with the COPYUID of RFC 4315.</summary>
internal static class FilingCommands
{
    public static string Copy(ImapSession session, ImapArguments arguments, bool byUid)
    {
        var (items, target) = Read(session, arguments, byUid);
        var code = File(items, target, item =>
        {
            var copy = target.Mailbox.Add(target, item.Content, item.ReceivedAt);
            copy.IsDraft = item.IsDraft;
            foreach (var (name, value) in item.Changes)
            {
                copy.Changes[name] = value?.DeepClone();
            }

            MessageFlagNames.Set(copy, MessageFlagNames.Of(item));
            return copy;
        });
        return $"{code}COPY completed.";
    }

    public static string Move(ImapSession session, ImapArguments arguments, bool byUid)
    {
        MessageCommands.Writable(session);
        var (items, target) = Read(session, arguments, byUid);
        var code = File(items, target, item =>
        {
            target.Mailbox.Move(item, target);
            return item;
        });
        if (code.Length > 0)
        {
            // RFC 6851 section 4.3: before the EXPUNGE responses, which the session sends with every other change.
            session.Output.Line($"* OK {code.TrimEnd()}");
        }

        session.Report(mayExpunge: true);
        return "MOVE completed.";
    }

    private static (List<Item> Items, Folder Target) Read(ImapSession session, ImapArguments arguments, bool byUid)
    {
        arguments.Space();
        var set = arguments.Set();
        arguments.Space();
        var name = arguments.AString();
        arguments.End();
        var target = FolderNames.Find(session.Mailbox!, name) ?? throw ImapRefusal.NoTarget();
        var messages = MessageCommands.Named(session, set, byUid).Select(m => m.Message).ToList();
        var here = messages.Where(session.Selected!.IsHere).Select(m => m.Item).ToList();
        return byUid || here.Count == messages.Count
            ? (here, target)
            : throw new ImapRefusal("NO [EXPUNGEISSUED] Some of the messages are gone.");
    }

    private static string File(List<Item> items, Folder target, Func<Item, Item> file)
    {
        List<uint> from = [.. items.Select(i => i.Uid)], to = [.. items.Select(i => file(i).Uid)];
        return from.Count == 0 ? "" : $"[COPYUID {target.UidValidity} {SequenceSet.Format(from)} {SequenceSet.Format(to)}] ";
    }
}
