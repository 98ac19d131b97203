using System.Text;
using MailKit;
using MailKit.Search;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Represents a <see cref="MessageQuery"/> in two parts: the criteria of UID SEARCH (RFC 9051 section 6.4.4), which can find too
/// much, and the exact ones for the results. Messages marked \Deleted are never found.
/// </summary>
internal sealed class ImapQuery
{
    private readonly MessageQuery _query;
    private readonly IList<UniqueId>? _uids;

    /// <summary>Prepares it.</summary>
    /// <exception cref="InvalidRequestException">An id or a position isn't one of IMAP (InvalidMessageId).</exception>
    public ImapQuery(MessageQuery query)
    {
        _query = query;
        if (query.Ids is { } ids)
        {
            var wanted = ids.Select(MessageSummary.ParseId).ToArray();
            UidValidity = wanted.Length > 0 ? wanted[0].UidValidity : null;
            _uids = [.. wanted.Where(id => id.UidValidity == UidValidity).Select(static id => id.Uid).Distinct().Order()
                .Select(static uid => new UniqueId(uid))];
        }
        else if (query.Cursor?.Start is { } start)
        {
            (UidValidity, After) = MessageSummary.ParsePosition(start);
            _uids = new UniqueIdRange(new UniqueId(Math.Min(After, uint.MaxValue - 1) + 1), UniqueId.MaxValue);
        }
    }

    /// <summary>The UIDVALIDITY of the UIDs in the query; null if it has none.</summary>
    public uint? UidValidity { get; }

    /// <summary>The UID after which reading continues; 0 for the beginning.</summary>
    public uint After { get; }

    /// <summary>Whether the query contains non-ASCII text that the server must compare.</summary>
    public bool NeedsCharset => !IsAscii(_query.From) || !IsAscii(_query.Subject);

    /// <summary>Whether a message is really one of those.</summary>
    public bool Matches(MailboxMessage message) => _query.Matches(message);

    /// <summary>
    /// The criteria for the server. It compares days in its own time zone ("disregarding time and timezone"), so each end is a
    /// day wider than the day in UTC.
    /// </summary>
    /// <param name="withinAscii">Leaves out what needs more than ASCII: that finds at least as much.</param>
    /// <exception cref="InvalidRequestException">A text can't be sent (InvalidImapArgument).</exception>
    public SearchQuery ToSearch(bool withinAscii)
    {
        SearchQuery?[] restrictions =
        [
            _uids is null ? null : SearchQuery.Uids(_uids),
            SearchQuery.NotDeleted,
            _query.Unread is { } unread ? (unread ? SearchQuery.NotSeen : SearchQuery.Seen) : null,
            Shift(_query.Since, -1) is { } since ? SearchQuery.DeliveredAfter(since) : null,
            Shift(_query.Before, 2) is { } before ? SearchQuery.DeliveredBefore(before) : null,
            Sendable(_query.From, withinAscii) is { } from ? SearchQuery.FromContains(from) : null,
            Sendable(_query.Subject, withinAscii) is { } subject ? SearchQuery.SubjectContains(subject) : null,
        ];
        return restrictions.OfType<SearchQuery>().Aggregate(static (all, one) => all.And(one));
    }

    private static DateTime? Shift(DateTimeOffset? time, int days)
    {
        var day = time?.UtcDateTime.Date;
        var isInRange = day > DateTime.MinValue.AddDays(2) && day < DateTime.MaxValue.AddDays(-2);
        return isInRange ? day?.AddDays(days) : null;
    }

    private static string? Sendable(string? text, bool withinAscii) =>
        text?.Contains('\0', StringComparison.Ordinal) == true
            ? throw new InvalidRequestException(
                "InvalidImapArgument", "A name or search text contains a NUL character, which IMAP doesn't support.")
            {
                Target = text,
            }
            : withinAscii && !IsAscii(text) ? null : text;

    private static bool IsAscii(string? text) => text is null || Ascii.IsValid(text);
}
