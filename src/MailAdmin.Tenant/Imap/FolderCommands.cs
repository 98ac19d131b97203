using System.Text.RegularExpressions;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>Commands about folders: RFC 3501 section 6.3.</summary>
internal static class FolderCommands
{
    /// <summary>The maximum length of a pattern with its reference, which limits the size of its state machine.</summary>
    private const int MaxPattern = 1000;

    public static string List(ImapSession session, ImapArguments arguments, string name, Func<Folder, bool> isShown)
    {
        arguments.Space();
        var reference = arguments.AString();
        arguments.Space();
        var pattern = arguments.Pattern();
        arguments.End();
        if (reference.Length + pattern.Length > MaxPattern)
        {
            throw ImapRefusal.Syntax();
        }

        if (pattern.Length == 0)
        {
            session.Output.Line($"* {name} (\\Noselect) \"/\" \"\"");
            return name + " completed.";
        }

        // "%" stops at the separator. The engine without backtracking takes time linear in what a client may send.
        var expression = Regex.Escape(reference + pattern).Replace(@"\*", ".*", StringComparison.Ordinal)
            .Replace("%", "[^/]*", StringComparison.Ordinal);
        var matcher = new Regex(
            $"^{expression}$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        // Exchange Online sends them though it doesn't announce SPECIAL-USE, and has none for Archive:
        // https://github.com/jstedfast/MailKit/issues/1282.
        var tellsUse = name == "LIST" && session.Strike(FaultPoint.ImapList) != ImapFaults.NoSpecialUse;
        foreach (var folder in FolderNames.Shown(session.Mailbox!).Where(isShown))
        {
            var path = FolderNames.Of(folder);
            if (matcher.IsMatch(path))
            {
                var children = folder.Children.Exists(c => !c.IsHidden) ? @"\HasChildren" : @"\HasNoChildren";
                var use = (tellsUse ? folder.WellKnownName : null) switch
                {
                    "deleteditems" => @" \Trash",
                    "drafts" => @" \Drafts",
                    "junkemail" => @" \Junk",
                    "sentitems" => @" \Sent",
                    _ => "",
                };
                session.Output.Line($"* {name} ({children}{use}) \"/\" {FolderNames.Quote(path)}");
            }
        }

        return name + " completed.";
    }

    public static string Subscribe(ImapSession session, ImapArguments arguments, string name, bool isSubscribed)
    {
        Named(session, arguments, name).IsSubscribed = isSubscribed;
        arguments.End();
        return name + " completed.";
    }

    public static string Status(ImapSession session, ImapArguments arguments)
    {
        var folder = Named(session, arguments, "STATUS");
        arguments.Space();
        var items = arguments.List(arguments.Keyword).Select(item => item switch
        {
            "MESSAGES" => $"{item} {folder.Items.Count}",
            "RECENT" => $"{item} 0",
            "UIDNEXT" => $"{item} {folder.NextUid}",
            "UIDVALIDITY" => $"{item} {folder.UidValidity}",
            "UNSEEN" => $"{item} {folder.Items.Unread}",
            _ => throw ImapRefusal.Syntax(),
        }).ToList();
        arguments.End();
        session.Output.Line($"* STATUS {FolderNames.Quote(FolderNames.Of(folder))} ({string.Join(' ', items)})");
        return "STATUS completed.";
    }

    public static string Select(ImapSession session, ImapArguments arguments, string name)
    {
        // RFC 3501 section 6.3.1: even if it fails, no folder is selected anymore.
        session.Selected = null;
        var folder = Named(session, arguments, name);
        arguments.End();
        var isReadOnly = name == "EXAMINE";
        session.Selected = new SelectedFolder(folder, isReadOnly);
        var output = session.Output;
        output.Write($"* {folder.Items.Count} EXISTS\r\n* 0 RECENT\r\n");
        output.Line($"* FLAGS ({MessageFlagNames.All})");
        output.Line($"* OK [PERMANENTFLAGS ({(isReadOnly ? "" : MessageFlagNames.All)})] Permanent flags");
        if (folder.Items.Unread > 0)
        {
            var read = folder.Items.TakeWhile(i => i.IsRead).Count();
            output.Write($"* OK [UNSEEN {read + 1}] Is the first unseen message\r\n");
        }

        output.Write($"* OK [UIDVALIDITY {folder.UidValidity}] UIDVALIDITY value\r\n");
        output.Write($"* OK [UIDNEXT {folder.NextUid}] The next unique identifier value\r\n");
        return $"[{(isReadOnly ? "READ-ONLY" : "READ-WRITE")}] {name} completed.";
    }

    public static string Create(ImapSession session, ImapArguments arguments)
    {
        arguments.Space();
        var name = arguments.AString();
        arguments.End();
        // A separator at the end announces subfolders: RFC 3501 section 6.3.3.
        var levels = FolderNames.Levels(name.TrimEnd('/'))
            ?? throw new ImapRefusal("NO [CANNOT] CREATE failed: invalid name.");
        var mailbox = session.Mailbox!;
        if (FolderNames.Find(mailbox, levels) is not null)
        {
            throw new ImapRefusal("NO [ALREADYEXISTS] CREATE failed: the folder exists.");
        }

        var folder = mailbox.Root;
        foreach (var level in levels)
        {
            folder = FolderNames.Child(folder, level) ?? mailbox.AddFolder(folder, level);
        }

        mailbox.NextVersion();
        return "CREATE completed.";
    }

    public static string Delete(ImapSession session, ImapArguments arguments)
    {
        var folder = Own(Named(session, arguments, "DELETE"), "DELETE");
        arguments.End();
        folder.Mailbox.RemoveFolder(folder);
        folder.Mailbox.NextVersion();
        session.Selected = session.Selected?.Folder.IsWithin(folder) == true ? null : session.Selected;
        return "DELETE completed.";
    }

    public static string Rename(ImapSession session, ImapArguments arguments)
    {
        var folder = Own(Named(session, arguments, "RENAME"), "RENAME");
        arguments.Space();
        var levels = FolderNames.Levels(arguments.AString())
            ?? throw new ImapRefusal("NO [CANNOT] RENAME failed: invalid name.");
        arguments.End();
        var mailbox = session.Mailbox!;
        if (FolderNames.Find(mailbox, levels) is { } other && other != folder)
        {
            throw new ImapRefusal("NO [ALREADYEXISTS] RENAME failed: a folder of that name exists.");
        }

        var parent = mailbox.Root;
        foreach (var level in levels[..^1])
        {
            parent = FolderNames.Child(parent, level) ?? mailbox.AddFolder(parent, level);
        }

        if (parent.IsWithin(folder))
        {
            throw new ImapRefusal("NO [CANNOT] RENAME failed: the folder would lie in itself.");
        }

        mailbox.MoveFolder(folder, parent, levels[^1]);
        mailbox.NextVersion();
        return "RENAME completed.";
    }

    private static Folder Named(ImapSession session, ImapArguments arguments, string command)
    {
        arguments.Space();
        return FolderNames.Find(session.Mailbox!, arguments.AString()) ?? throw ImapRefusal.NoFolder(command);
    }

    private static Folder Own(Folder folder, string command) => folder.WellKnownName is null
        ? folder
        : throw new ImapRefusal($"NO [CANNOT] {command} failed: distinguished folders stay.");
}
