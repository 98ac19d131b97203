using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// A <see cref="MessageQuery"/> in two halves: what the server looks for, which may find too much, and what is then exact.
/// </summary>
internal sealed class ImapQuery
{
    private readonly MessageQuery _query;

    /// <summary>Prepares it.</summary>
    /// <param name="query">Which messages.</param>
    /// <exception cref="InvalidRequestException">An id or a position is not one of IMAP (InvalidMessageId).</exception>
    public ImapQuery(MessageQuery query)
    {
        _query = query;
        Search = new ImapSearch
        {
            Unseen = query.Unread,
            Since = query.Since is { } since ? Shift(since, -1) : null,
            Before = query.Before is { } before ? Shift(before, 2) : null,
            From = query.From,
            Subject = query.Subject,
        };
        if (query.Ids is { } ids)
        {
            var wanted = ids.Select(MessageSummary.ParseId).ToArray();
            UidValidity = wanted.Length > 0 ? wanted[0].UidValidity : null;
            Search = Search with { Uids = Uids(wanted.Where(id => id.UidValidity == UidValidity)) };
        }
        else if (query.Cursor?.Start is { } start)
        {
            (UidValidity, After) = MessageSummary.ParsePosition(start);
            var first = new UniqueId(Math.Min(After, uint.MaxValue - 1) + 1);
            Search = Search with { Uids = new UniqueIdRange(first, UniqueId.MaxValue) };
        }
    }

    /// <summary>What the UIDs in the query belong to; null when there are none.</summary>
    public uint? UidValidity { get; }

    /// <summary>The UID that reading goes on after; 0 for the beginning.</summary>
    public uint After { get; }

    /// <summary>
    /// What the server looks for. It compares days in a time zone of its own (RFC 9051 section 6.4.4: "disregarding time and
    /// timezone"), so each end is a day wider than the day in UTC.
    /// </summary>
    public ImapSearch Search { get; }

    /// <summary>Whether a message is really one of those.</summary>
    /// <param name="message">From the listing.</param>
    /// <returns>True when it is.</returns>
    public bool Matches(MailboxMessage message) => _query.Matches(message);

    private static UniqueId[] Uids(IEnumerable<(uint UidValidity, uint Uid)> ids) =>
        [.. ids.Select(static id => id.Uid).Distinct().Order().Select(static uid => new UniqueId(uid))];

    private static DateOnly? Shift(DateTimeOffset time, int days)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        var shifted = (long)day.DayNumber + days;
        return shifted < DateOnly.MinValue.DayNumber || shifted > DateOnly.MaxValue.DayNumber ? null : day.AddDays(days);
    }
}
