namespace MailAdmin.Core.Mail.Imap;

/// <summary>What UID SEARCH looks for (RFC 9051 section 6.4.4). What is null does not restrict. Messages marked \Deleted are never found.</summary>
internal sealed record ImapSearch
{
    /// <summary>Only these UIDs.</summary>
    public UidSet? Uids { get; init; }

    /// <summary>Without \Seen (true) or with it (false).</summary>
    public bool? Unseen { get; init; }

    /// <summary>INTERNALDATE is on this day or later, whatever the time zone.</summary>
    public DateOnly? Since { get; init; }

    /// <summary>INTERNALDATE is before this day, whatever the time zone.</summary>
    public DateOnly? Before { get; init; }

    /// <summary>From contains this.</summary>
    public string? From { get; init; }

    /// <summary>Subject contains this.</summary>
    public string? Subject { get; init; }

    /// <summary>True when the server must know about more than ASCII to answer.</summary>
    public bool NeedsCharset => !IsAscii(From) || !IsAscii(Subject);

    /// <summary>Writes the command.</summary>
    /// <param name="capabilities">With ESEARCH the answer comes as ranges (RFC 4731).</param>
    /// <param name="utf8">With UTF8=ACCEPT enabled no charset may be named (RFC 6855 section 3).</param>
    /// <returns>The command.</returns>
    public ImapCommand ToCommand(ImapCapabilities capabilities, bool utf8)
    {
        var command = new ImapCommand("UID SEARCH");
        if (capabilities.Has("ESEARCH"))
        {
            command.Atom("RETURN").Open().Atom("ALL").Close();
        }

        if (NeedsCharset && !utf8)
        {
            command.Atom("CHARSET").Atom("UTF-8");
        }

        if (Uids is not null)
        {
            command.Atom("UID").Set(Uids);
        }

        command.Atom("UNDELETED");
        if (Unseen is { } unseen)
        {
            command.Atom(unseen ? "UNSEEN" : "SEEN");
        }

        if (Since is { } since)
        {
            command.Atom("SINCE").Date(since);
        }

        if (Before is { } before)
        {
            command.Atom("BEFORE").Date(before);
        }

        if (From is not null)
        {
            command.Atom("FROM").Text(From);
        }

        if (Subject is not null)
        {
            command.Atom("SUBJECT").Text(Subject);
        }

        return command;
    }

    /// <summary>Leaves out what needs more than ASCII.</summary>
    /// <returns>A search that finds at least as much.</returns>
    public ImapSearch WithinAscii() => this with { From = IsAscii(From) ? From : null, Subject = IsAscii(Subject) ? Subject : null };

    private static bool IsAscii(string? text) => text is null || System.Text.Ascii.IsValid(text);
}
