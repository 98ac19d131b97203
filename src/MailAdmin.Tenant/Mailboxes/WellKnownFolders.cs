namespace MailAdmin.Tenant.Mailboxes;

/// <summary>
/// The folders that every mailbox is born with: https://learn.microsoft.com/graph/api/resources/mailfolder, section
/// "Well-known folder names"; display names as in a mailbox whose language is English.
/// </summary>
internal static class WellKnownFolders
{
    public const string DumpsterRoot = "recoverableitemsroot";

    public const string Deletions = "recoverableitemsdeletions";

    /// <summary>Where permanentDelete puts a message; Graph has no name for it.</summary>
    public const string Purges = "recoverableitemspurges";

    // As mailboxes of these languages have them; a language that is not here has the English names.
    private static readonly Dictionary<string, Dictionary<string, string>> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["de"] = new()
        {
            ["archive"] = "Archiv", ["conversationhistory"] = "Aufgezeichnete Unterhaltungen",
            ["deleteditems"] = "Gelöschte Elemente",
            ["drafts"] = "Entwürfe", ["inbox"] = "Posteingang", ["junkemail"] = "Junk-E-Mail", ["outbox"] = "Postausgang",
            ["sentitems"] = "Gesendete Elemente",
        },
        ["fr"] = new()
        {
            ["archive"] = "Archive", ["conversationhistory"] = "Historique des conversations",
            ["deleteditems"] = "Éléments supprimés", ["drafts"] = "Brouillons", ["inbox"] = "Boîte de réception",
            ["junkemail"] = "Courrier indésirable", ["outbox"] = "Boîte d'envoi",
            ["sentitems"] = "Éléments envoyés",
        },
    };

    /// <summary>Names the folders in a language, as Exchange does when a mailbox is first opened in it.</summary>
    public static void Localize(Mailbox mailbox, string language)
    {
        foreach (var (wellKnownName, name) in Names.GetValueOrDefault(language) ?? [])
        {
            mailbox.WellKnown(wellKnownName).DisplayName = name;
        }
    }

    public static Folder Create(Mailbox mailbox)
    {
        var root = mailbox.AddFolder(null, "Top of Information Store", "msgfolderroot");
        mailbox.AddFolder(root, "Archive", "archive");
        mailbox.AddFolder(root, "Clutter", "clutter", isHidden: true);
        mailbox.AddFolder(root, "Conversation History", "conversationhistory");
        mailbox.AddFolder(root, "Deleted Items", "deleteditems");
        mailbox.AddFolder(root, "Drafts", "drafts");
        mailbox.AddFolder(root, "Inbox", "inbox");
        mailbox.AddFolder(root, "Junk Email", "junkemail");
        mailbox.AddFolder(root, "Outbox", "outbox");
        mailbox.AddFolder(root, "Scheduled", "scheduled", isHidden: true);
        mailbox.AddFolder(root, "Sent Items", "sentitems");
        var sync = mailbox.AddFolder(root, "Sync Issues", "syncissues", isHidden: true);
        mailbox.AddFolder(sync, "Conflicts", "conflicts", isHidden: true);
        mailbox.AddFolder(sync, "Local Failures", "localfailures", isHidden: true);
        mailbox.AddFolder(sync, "Server Failures", "serverfailures", isHidden: true);
        mailbox.AddFolder(null, "Finder", "searchfolders", isHidden: true);
        var dumpster = mailbox.AddFolder(null, "Recoverable Items", DumpsterRoot, isHidden: true);
        mailbox.AddFolder(dumpster, "Deletions", Deletions, isHidden: true);
        mailbox.AddFolder(dumpster, "Purges", Purges, isHidden: true);
        return root;
    }
}
