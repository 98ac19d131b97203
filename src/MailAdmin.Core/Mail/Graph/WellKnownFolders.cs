namespace MailAdmin.Core.Mail.Graph;

/// <summary>Graph's names of default folders, independent of the mailbox's language.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/mailfolder</remarks>
internal static class WellKnownFolders
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "archive", "clutter", "conflicts", "conversationhistory", "deleteditems", "drafts", "inbox", "junkemail", "localfailures",
        "msgfolderroot", "outbox", "recoverableitemsdeletions", "scheduled", "searchfolders", "sentitems", "serverfailures",
        "syncissues",
    };

    /// <summary>
    /// Returns the well-known name for a usual spelling: "Inbox", "Deleted Items", "SentItems"; null if it isn't one.
    /// </summary>
    public static string? Match(string name)
    {
        var plain = name.Replace(" ", "", StringComparison.Ordinal);
        if (plain.Equals("RecoverableItems", StringComparison.OrdinalIgnoreCase))
        {
            return "recoverableitemsdeletions";
        }

        return Names.TryGetValue(plain, out var known) ? known : null;
    }
}
