namespace MailAdmin.Core.Mail.Imap;

/// <summary>A folder as LIST tells it.</summary>
/// <param name="Name">In the server's octets.</param>
/// <param name="Path">As <see cref="MailFolder.Path"/>.</param>
/// <param name="WellKnownName">As <see cref="MailFolder.WellKnownName"/>.</param>
/// <param name="CanSelect">False for one that only holds other folders.</param>
internal sealed record ImapFolder(MailboxName Name, string Path, string? WellKnownName, bool CanSelect)
{
    /// <summary>The one that every server has (RFC 9051 section 5.1).</summary>
    public static ImapFolder Inbox { get; } = new(MailboxName.Inbox, ServerPath.Inbox, "inbox", CanSelect: true);

    /// <summary>Reads one.</summary>
    /// <param name="listed">From the server.</param>
    /// <param name="session">Knows how names are encoded.</param>
    /// <returns>
    /// The folder. Its well-known name is what its attributes tell; <see cref="SpecialFolders"/> decides in the end.
    /// </returns>
    public static ImapFolder From(ListResponse listed, ImapSession session)
    {
        var path = ServerPath.FromName(listed.Name.ToText(session.IsUtf8Accepted), listed.Separator);
        var wellKnown = path == ServerPath.Inbox ? "inbox" : SpecialFolders.Of(listed.Attributes);
        // Whatever the case that a server lists it in: what is remembered about it goes by its name.
        var name = listed.Name.IsInbox ? MailboxName.Inbox : listed.Name;
        return new ImapFolder(name, path, wellKnown, !listed.Has(@"\Noselect") && !listed.Has(@"\NonExistent"));
    }
}
