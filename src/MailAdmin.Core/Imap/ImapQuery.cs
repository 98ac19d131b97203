using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Imap;

/// <summary>
/// A <see cref="MessageQuery"/> in two halves: what the server looks for, which may find too much, and what is then exact.
/// </summary>
internal sealed class ImapQuery(MessageQuery query)
{
    /// <summary>
    /// What the server looks for. It compares days in a time zone of its own (RFC 9051 section 6.4.4: "disregarding time and
    /// timezone"), so each end is a day wider than the day in UTC.
    /// </summary>
    public ImapSearch Search { get; } = new()
    {
        Unseen = query.Unread,
        Since = query.Since is { } since ? Shift(since, -1) : null,
        Before = query.Before is { } before ? Shift(before, 2) : null,
        From = query.From,
        Subject = query.Subject,
    };

    /// <summary>Whether a message is really one of those.</summary>
    /// <param name="message">From the listing.</param>
    /// <returns>True when it is.</returns>
    public bool Matches(MailboxMessage message) =>
        (query.Unread is not { } unread || message.IsRead != unread)
        && (query.Since is not { } since || message.ReceivedAt >= since)
        && (query.Before is not { } before || message.ReceivedAt < before)
        && (query.From is not { } from || string.Equals(message.From?.Address, from, StringComparison.OrdinalIgnoreCase))
        && (query.Subject is not { } subject || message.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase))
        && (query.Where is not { } where || where(message));

    private static DateOnly? Shift(DateTimeOffset time, int days)
    {
        var day = DateOnly.FromDateTime(time.UtcDateTime);
        var shifted = (long)day.DayNumber + days;
        return shifted < DateOnly.MinValue.DayNumber || shifted > DateOnly.MaxValue.DayNumber ? null : day.AddDays(days);
    }
}
