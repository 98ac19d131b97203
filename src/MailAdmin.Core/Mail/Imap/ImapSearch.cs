using MailKit;
using MailKit.Search;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// What UID SEARCH looks for (RFC 9051 section 6.4.4). What is null does not restrict. Messages marked \Deleted are never found.
/// </summary>
internal sealed record ImapSearch
{
    /// <summary>Only these UIDs.</summary>
    public IList<UniqueId>? Uids { get; init; }

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

    /// <summary>Makes MailKit's query.</summary>
    /// <returns>The query.</returns>
    /// <exception cref="InvalidRequestException">A text can't be sent (InvalidImapArgument).</exception>
    public SearchQuery ToQuery()
    {
        var query = SearchQuery.NotDeleted;
        if (Uids is not null)
        {
            query = SearchQuery.Uids(Uids).And(query);
        }

        if (Unseen is { } unseen)
        {
            query = query.And(unseen ? SearchQuery.NotSeen : SearchQuery.Seen);
        }

        if (Since is { } since)
        {
            query = query.And(SearchQuery.DeliveredAfter(since.ToDateTime(TimeOnly.MinValue)));
        }

        if (Before is { } before)
        {
            query = query.And(SearchQuery.DeliveredBefore(before.ToDateTime(TimeOnly.MinValue)));
        }

        if (From is not null)
        {
            query = query.And(SearchQuery.FromContains(Sendable(From)));
        }

        return Subject is null ? query : query.And(SearchQuery.SubjectContains(Sendable(Subject)));
    }

    /// <summary>Leaves out what needs more than ASCII.</summary>
    /// <returns>A search that finds at least as much.</returns>
    public ImapSearch WithinAscii() =>
        this with { From = IsAscii(From) ? From : null, Subject = IsAscii(Subject) ? Subject : null };

    private static string Sendable(string text) => !text.Contains('\0', StringComparison.Ordinal) ? text
        : throw new InvalidRequestException(
            "InvalidImapArgument", "A name or search text holds a NUL character, which IMAP cannot carry.") { Target = text };

    private static bool IsAscii(string? text) => text is null || System.Text.Ascii.IsValid(text);
}
