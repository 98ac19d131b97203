using MailAdmin.Core.Imap.Responses;

namespace MailAdmin.Core.Imap;

/// <summary>A folder as LIST tells it.</summary>
/// <param name="Name">In the server's octets.</param>
/// <param name="Path">As <see cref="MailFolder.Path"/>.</param>
/// <param name="WellKnownName">As <see cref="MailFolder.WellKnownName"/>.</param>
/// <param name="CanSelect">False for one that only holds other folders.</param>
internal sealed record ImapFolder(MailboxName Name, string Path, string? WellKnownName, bool CanSelect)
{
    // Attribute of RFC 6154 section 2, and the well-known name of
    // https://learn.microsoft.com/graph/api/resources/mailfolder that stands for the same.
    private static readonly Dictionary<string, string> ByAttribute = new(StringComparer.OrdinalIgnoreCase)
    {
        [@"\Archive"] = "archive", [@"\Drafts"] = "drafts", [@"\Junk"] = "junkemail", [@"\Sent"] = "sentitems", [@"\Trash"] = "deleteditems",
    };

    // Exchange tells no attributes; these are its English names, and the one that older servers agree on.
    private static readonly Dictionary<string, string> ByPath = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Archive"] = "archive", ["Conversation History"] = "conversationhistory", ["Deleted Items"] = "deleteditems",
        ["Drafts"] = "drafts", ["Junk Email"] = "junkemail", ["Junk E-Mail"] = "junkemail", ["Outbox"] = "outbox",
        ["Sent Items"] = "sentitems", ["Sync Issues"] = "syncissues", ["Trash"] = "deleteditems",
    };

    /// <summary>The one that every server has (RFC 9051 section 5.1).</summary>
    public static ImapFolder Inbox { get; } = new(MailboxName.Inbox, ServerPath.Inbox, "inbox", CanSelect: true);

    /// <summary>Reads one.</summary>
    /// <param name="listed">From the server.</param>
    /// <param name="session">Knows how names are encoded, and whether attributes can be expected.</param>
    /// <returns>The folder.</returns>
    public static ImapFolder From(ListResponse listed, ImapSession session)
    {
        var path = ServerPath.FromName(listed.Name.ToText(session.IsUtf8Accepted), listed.Separator);
        var wellKnown = path == ServerPath.Inbox ? "inbox"
            : session.Capabilities.Has("SPECIAL-USE") ? listed.Attributes.Select(ByAttribute.GetValueOrDefault).FirstOrDefault(static n => n is not null)
            : ByPath.GetValueOrDefault(path);
        // Whatever the case that a server lists it in: what is remembered about it goes by its name.
        return new ImapFolder(listed.Name.IsInbox ? MailboxName.Inbox : listed.Name, path, wellKnown, !listed.Has(@"\Noselect") && !listed.Has(@"\NonExistent"));
    }
}
