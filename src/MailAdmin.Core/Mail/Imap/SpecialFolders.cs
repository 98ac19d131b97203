using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Identifies the folders with a special use, and gives them their well-known names. An attribute is used whenever LIST returns
/// it, without a capability (RFC 6154 section 2). Exchange Online returns \Trash, \Drafts, \Junk, and \Sent without announcing
/// SPECIAL-USE, on folders that are named in the mailbox's language. A name is used only if no attribute determines the folder.
/// </summary>
internal static class SpecialFolders
{
    // Attributes of RFC 6154 section 2 and of Gmail's older XLIST, as MailKit reads them, and the equivalent well-known names of
    // https://learn.microsoft.com/graph/api/resources/mailfolder. Graph has none for \All and \Flagged.
    private static readonly (FolderAttributes Attribute, string WellKnownName)[] ByAttribute =
    [
        (FolderAttributes.Archive, "archive"), (FolderAttributes.Drafts, "drafts"), (FolderAttributes.Junk, "junkemail"),
        (FolderAttributes.Sent, "sentitems"), (FolderAttributes.Trash, "deleteditems"), (FolderAttributes.All, "allmail"),
        (FolderAttributes.Flagged, "flagged"),
    ];

    // Exchange's English names, then those that other servers and programs agree on; the first that exists is the one.
    private static readonly (string WellKnownName, string[] Names)[] ByName =
    [
        ("archive", ["Archive"]),
        ("conversationhistory", ["Conversation History"]),
        ("deleteditems", ["Deleted Items", "Deleted", "Trash", "Deleted Messages"]),
        ("drafts", ["Drafts"]),
        ("junkemail", ["Junk Email", "Junk E-Mail", "Junk", "Spam"]),
        ("outbox", ["Outbox"]),
        ("sentitems", ["Sent Items", "Sent", "Sent Messages"]),
        ("syncissues", ["Sync Issues"]),
    ];

    /// <summary>Returns the well-known name for attributes; null if none of them is a special use.</summary>
    public static string? Of(FolderAttributes attributes) =>
        ByAttribute.FirstOrDefault(known => attributes.HasFlag(known.Attribute)).WellKnownName;

    /// <summary>Whether Graph has a well-known name, too; the others give way to folders that are called so.</summary>
    public static bool IsOfGraph(string? wellKnownName) =>
        wellKnownName is not ("allmail" or "flagged") && MailFolders.HoldMail(wellKnownName);

    /// <summary>Assigns each well-known name to one folder. Without an attribute, the folder's name determines it.</summary>
    /// <param name="folders">The listed folders, with well-known names from their attributes.</param>
    /// <param name="personal">Path of the user's own namespace; often empty.</param>
    public static IReadOnlyList<ListedFolder> Assign(IReadOnlyList<ListedFolder> folders, string personal)
    {
        // A shared mailbox can be listed below it, with its own special folders.
        var holders = folders.Where(static folder => folder is { WellKnownName: not null, CanSelect: true })
            .GroupBy(static folder => folder.WellKnownName!)
            .ToDictionary(static same => same.Key, same => same.MinBy(folder => Distance(folder, personal))!);
        foreach (var (wellKnownName, names) in ByName.Where(known => !holders.ContainsKey(known.WellKnownName)))
        {
            var named = names.Select(name => Named(folders, name, personal)).FirstOrDefault(static found => found is not null);
            if (named is not null)
            {
                holders[wellKnownName] = named;
            }
        }

        return [.. folders.Select(folder => folder with { WellKnownName = KnownAs(folder) })];

        string? KnownAs(ListedFolder folder) => folder.WellKnownName == "inbox" ? "inbox"
            : holders.FirstOrDefault(held => ReferenceEquals(held.Value, folder)).Key;
    }

    /// <summary>
    /// Returns the depth of a folder below the user's own namespace. A folder outside is deeper than all others.
    /// </summary>
    private static int Distance(ListedFolder folder, string personal)
    {
        var depth = folder.Path.Count(static c => c == '/');
        var isOwn = personal.Length == 0 || folder.Path.StartsWith($"{personal}/", StringComparison.OrdinalIgnoreCase);
        return isOwn ? depth : int.MaxValue / 2 + depth;
    }

    private static ListedFolder? Named(IReadOnlyList<ListedFolder> folders, string name, string personal)
    {
        string[] paths = personal.Length == 0 ? [name] : [name, $"{personal}/{name}"];
        return folders.FirstOrDefault(folder =>
            folder is { WellKnownName: null, CanSelect: true } && paths.Contains(folder.Path, StringComparer.OrdinalIgnoreCase));
    }
}
