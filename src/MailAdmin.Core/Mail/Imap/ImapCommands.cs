namespace MailAdmin.Core.Mail.Imap;

/// <summary>What a FETCH asks for, apart from the content.</summary>
[Flags]
internal enum FetchItems
{
    /// <summary>The UID alone, which every FETCH by UID returns.</summary>
    None = 0,

    /// <summary>FLAGS.</summary>
    Flags = 1 << 0,

    /// <summary>INTERNALDATE.</summary>
    InternalDate = 1 << 1,

    /// <summary>RFC822.SIZE.</summary>
    Size = 1 << 2,

    /// <summary>ENVELOPE.</summary>
    Envelope = 1 << 3,

    /// <summary>BODYSTRUCTURE.</summary>
    BodyStructure = 1 << 4,

    /// <summary>MODSEQ (RFC 7162).</summary>
    ModSeq = 1 << 5,
}

/// <summary>The commands of RFC 9051 section 6 and of the extensions that this client speaks.</summary>
internal static class ImapCommands
{
    /// <summary>CAPABILITY (section 6.1.1).</summary>
    public static ImapCommand Capability() => new("CAPABILITY");

    /// <summary>NOOP (section 6.1.2).</summary>
    public static ImapCommand Noop() => new("NOOP");

    /// <summary>LOGOUT (section 6.1.3).</summary>
    public static ImapCommand Logout() => new("LOGOUT");

    /// <summary>STARTTLS (section 6.2.1).</summary>
    public static ImapCommand StartTls() => new("STARTTLS");

    /// <summary>ID (RFC 2971).</summary>
    public static ImapCommand Id(string name, string version) =>
        new ImapCommand("ID").Open().Text("name").Text(name).Text("version").Text(version).Close();

    /// <summary>ENABLE (section 6.3.1).</summary>
    public static ImapCommand Enable(string capability) => new ImapCommand("ENABLE").Atom(capability);

    /// <summary>NAMESPACE (section 6.3.10).</summary>
    public static ImapCommand Namespace() => new("NAMESPACE");

    /// <summary>SELECT or EXAMINE (sections 6.3.2 and 6.3.3), with CONDSTORE where asked for (RFC 7162 section 3.1.8).</summary>
    public static ImapCommand Select(MailboxName name, bool readOnly, bool condStore = false)
    {
        var command = new ImapCommand(readOnly ? "EXAMINE" : "SELECT") { Selects = name }.Mailbox(name);
        return condStore ? command.Open().Atom("CONDSTORE").Close() : command;
    }

    /// <summary>UNSELECT (section 6.4.2).</summary>
    public static ImapCommand Unselect() => new("UNSELECT");

    /// <summary>CLOSE (section 6.4.1), which also expunges.</summary>
    public static ImapCommand Close() => new("CLOSE");

    /// <summary>CREATE (section 6.3.4).</summary>
    public static ImapCommand Create(MailboxName name) => new ImapCommand("CREATE").Mailbox(name);

    /// <summary>LIST of everything (section 6.3.9); with STATUS of each where the server has LIST-STATUS (RFC 5819).</summary>
    public static ImapCommand List(ImapCapabilities capabilities, bool withStatus)
    {
        var command = new ImapCommand("LIST").Text("").Text("*");
        if (!capabilities.Has("LIST-EXTENDED"))
        {
            return command;
        }

        command.Atom("RETURN").Open().Atom("CHILDREN");
        if (capabilities.Has("SPECIAL-USE"))
        {
            command.Atom("SPECIAL-USE");
        }

        if (withStatus && capabilities.Has("LIST-STATUS"))
        {
            StatusItems(command.Atom("STATUS"));
        }

        return command.Close();
    }

    /// <summary>STATUS (section 6.3.11).</summary>
    public static ImapCommand Status(MailboxName name) => StatusItems(new ImapCommand("STATUS").Mailbox(name));

    /// <summary>APPEND (section 6.3.12).</summary>
    public static ImapCommand Append(MailboxName name, SystemFlags flags, DateTimeOffset? received, long size, Stream content)
    {
        var command = Flags(new ImapCommand("APPEND").Mailbox(name), flags);
        return (received is { } time ? command.DateTime(time) : command).Literal(size, content);
    }

    /// <summary>IDLE (section 6.3.13).</summary>
    public static ImapCommand Idle() => new("IDLE");

    /// <summary>UID FETCH (section 6.4.9) of data, and of what changed since a mod-sequence alone (RFC 7162 section 3.1.4).</summary>
    public static ImapCommand Fetch(UidSet uids, FetchItems items, long? changedSince = null)
    {
        var command = new ImapCommand("UID FETCH").Set(uids).Open().Atom("UID");
        foreach (var (item, word) in ItemWords)
        {
            if (items.HasFlag(item))
            {
                command.Atom(word);
            }
        }

        command.Close();
        return changedSince is { } modSeq ? command.Open().Atom("CHANGEDSINCE").Number(modSeq).Close() : command;
    }

    /// <summary>UID FETCH of content, without setting \Seen.</summary>
    public static ImapCommand FetchContent(UidSet uids, string section = "", (long Origin, long Count)? range = null) =>
        new ImapCommand("UID FETCH").Set(uids).Open().Atom("UID").Peek(section, range).Close();

    /// <summary>UID STORE +FLAGS.SILENT (section 6.4.6), of messages unchanged since a mod-sequence alone (RFC 7162 section 3.1.3).</summary>
    public static ImapCommand AddFlags(UidSet uids, SystemFlags flags, long? unchangedSince = null)
    {
        var command = new ImapCommand("UID STORE").Set(uids);
        if (unchangedSince is { } modSeq)
        {
            command.Open().Atom("UNCHANGEDSINCE").Number(modSeq).Close();
        }

        return Flags(command.Atom("+FLAGS.SILENT"), flags);
    }

    /// <summary>UID COPY (section 6.4.7).</summary>
    public static ImapCommand Copy(UidSet uids, MailboxName target) => new ImapCommand("UID COPY").Set(uids).Mailbox(target);

    /// <summary>UID MOVE (section 6.4.8).</summary>
    public static ImapCommand Move(UidSet uids, MailboxName target) => new ImapCommand("UID MOVE").Set(uids).Mailbox(target);

    /// <summary>UID EXPUNGE (section 6.4.9): these and no others, even if others are marked \Deleted.</summary>
    public static ImapCommand Expunge(UidSet uids) => new ImapCommand("UID EXPUNGE").Set(uids);

    private static readonly (FetchItems Item, string Word)[] ItemWords =
    [
        (FetchItems.Flags, "FLAGS"), (FetchItems.InternalDate, "INTERNALDATE"), (FetchItems.Size, "RFC822.SIZE"),
        (FetchItems.Envelope, "ENVELOPE"), (FetchItems.BodyStructure, "BODYSTRUCTURE"), (FetchItems.ModSeq, "MODSEQ"),
    ];

    private static ImapCommand StatusItems(ImapCommand command) =>
        command.Open().Atom("MESSAGES").Atom("UNSEEN").Atom("UIDVALIDITY").Atom("UIDNEXT").Close();

    private static ImapCommand Flags(ImapCommand command, SystemFlags flags)
    {
        command.Open();
        foreach (var flag in Enum.GetValues<SystemFlags>())
        {
            if (flag != SystemFlags.None && flags.HasFlag(flag))
            {
                command.Atom(@"\" + flag);
            }
        }

        return command.Close();
    }
}
