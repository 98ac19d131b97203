using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tenant.Imap;

/// <summary>Specifies the session states in which a command is allowed: RFC 3501 section 3.</summary>
internal enum ImapState
{
    Any,
    SignedOut,
    SignedIn,
    Selected,
}

/// <param name="Name">Its name; "UID FETCH" is a separate one.</param>
/// <param name="State">The required state.</param>
/// <param name="Run">Runs it and gives the text of its OK.</param>
internal sealed record ImapCommand(
    string Name, ImapState State, Func<ImapSession, ImapArguments, CancellationToken, ValueTask<string>> Run)
{
    /// <summary>The mailbox action that the audit log has of it; null for what isn't audited.</summary>
    /// <remarks>https://learn.microsoft.com/purview/audit-mailboxes#mailbox-actions</remarks>
    public string? Audited => Name.Split(' ')[^1] switch
    {
        "FETCH" => MailboxAudit.Accessed,
        "APPEND" => "Create",
        "COPY" => "Copy",
        "MOVE" => "Move",
        "EXPUNGE" => "SoftDelete",
        _ => null,
    };

    /// <summary>RFC 3501 section 7.4.1: the numbers of messages don't change during these.</summary>
    public bool MayExpunge => Name is not ("FETCH" or "STORE" or "SEARCH");
}

/// <summary>The commands of the server.</summary>
internal static class ImapCommands
{
    private static readonly Dictionary<string, ImapCommand> All = new ImapCommand[]
    {
        Of("CAPABILITY", ImapState.Any, SessionCommands.Capability),
        Of("NOOP", ImapState.Any, SessionCommands.Noop),
        Of("LOGOUT", ImapState.Any, SessionCommands.Logout),
        Of("ID", ImapState.Any, SessionCommands.Id),
        new("AUTHENTICATE", ImapState.SignedOut, SessionCommands.AuthenticateAsync),
        Of("LOGIN", ImapState.SignedOut, SessionCommands.Login),
        Of("NAMESPACE", ImapState.SignedIn, SessionCommands.Namespace),
        new("IDLE", ImapState.SignedIn, SessionCommands.IdleAsync),
        Of("LIST", ImapState.SignedIn, (s, a) => FolderCommands.List(s, a, "LIST", _ => true)),
        Of("LSUB", ImapState.SignedIn, (s, a) => FolderCommands.List(s, a, "LSUB", f => f.IsSubscribed)),
        Of("SUBSCRIBE", ImapState.SignedIn, (s, a) => FolderCommands.Subscribe(s, a, "SUBSCRIBE", true)),
        Of("UNSUBSCRIBE", ImapState.SignedIn, (s, a) => FolderCommands.Subscribe(s, a, "UNSUBSCRIBE", false)),
        Of("STATUS", ImapState.SignedIn, FolderCommands.Status),
        Of("SELECT", ImapState.SignedIn, (s, a) => FolderCommands.Select(s, a, "SELECT")),
        Of("EXAMINE", ImapState.SignedIn, (s, a) => FolderCommands.Select(s, a, "EXAMINE")),
        Of("CREATE", ImapState.SignedIn, FolderCommands.Create),
        Of("DELETE", ImapState.SignedIn, FolderCommands.Delete),
        Of("RENAME", ImapState.SignedIn, FolderCommands.Rename),
        Of("APPEND", ImapState.SignedIn, MessageCommands.Append),
        Of("CHECK", ImapState.Selected, MessageCommands.Check),
        Of("CLOSE", ImapState.Selected, MessageCommands.Close),
        Of("UNSELECT", ImapState.Selected, MessageCommands.Unselect),
        Of("EXPUNGE", ImapState.Selected, MessageCommands.Expunge),
        Of("UID EXPUNGE", ImapState.Selected, MessageCommands.UidExpunge),
        Of("SEARCH", ImapState.Selected, (s, a) => SearchCommand.Run(s, a, byUid: false)),
        Of("UID SEARCH", ImapState.Selected, (s, a) => SearchCommand.Run(s, a, byUid: true)),
        new("FETCH", ImapState.Selected, (s, a, t) => FetchCommand.RunAsync(s, a, byUid: false, t)),
        new("UID FETCH", ImapState.Selected, (s, a, t) => FetchCommand.RunAsync(s, a, byUid: true, t)),
        Of("STORE", ImapState.Selected, (s, a) => MessageCommands.Store(s, a, byUid: false)),
        Of("UID STORE", ImapState.Selected, (s, a) => MessageCommands.Store(s, a, byUid: true)),
        Of("COPY", ImapState.Selected, (s, a) => FilingCommands.Copy(s, a, byUid: false)),
        Of("UID COPY", ImapState.Selected, (s, a) => FilingCommands.Copy(s, a, byUid: true)),
        Of("MOVE", ImapState.Selected, (s, a) => FilingCommands.Move(s, a, byUid: false)),
        Of("UID MOVE", ImapState.Selected, (s, a) => FilingCommands.Move(s, a, byUid: true)),
    }.ToDictionary(c => c.Name, StringComparer.Ordinal);

    /// <summary>Takes the name of a command, and gives the command.</summary>
    /// <exception cref="ImapRefusal">The command doesn't exist.</exception>
    public static ImapCommand Find(ImapArguments arguments)
    {
        var name = arguments.Keyword();
        if (name == "UID")
        {
            arguments.Space();
            name += " " + arguments.Keyword();
        }

        return All.GetValueOrDefault(name) ?? throw ImapRefusal.Unknown();
    }

    // What doesn't wait for the client runs under the tenant's lock.
    private static ImapCommand Of(string name, ImapState state, Func<ImapSession, ImapArguments, string> run) =>
        new(name, state, (session, arguments, _) =>
    {
        lock (session.Tenant.Gate)
        {
            return ValueTask.FromResult(run(session, arguments));
        }
    });
}
