using System.Management.Automation;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;

namespace MailAdmin;

/// <summary>
/// Filters by -Subject and -From with PowerShell's wildcards. No service supports those, so listed messages are filtered here.
/// </summary>
internal static class MessageText
{
    /// <summary>Adds both conditions to a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="subject">Text that the subject contains, or a pattern of the whole subject; null for none.</param>
    /// <param name="from">The address, or a pattern of it; null for none.</param>
    public static MessageQuery With(this MessageQuery query, string? subject, string? from)
    {
        var (ofSubject, ofSender) = (Pattern(nameof(subject), subject), Pattern(nameof(from), from));
        return query with
        {
            Subject = ofSubject is null ? Plain(subject) : null,
            From = ofSender is null ? Plain(from) : null,
            Where = ofSubject is null && ofSender is null ? query.Where : message =>
                ofSubject?.IsMatch(message.Subject) != false && ofSender?.IsMatch(message.From?.Address ?? "") != false
                && query.Where?.Invoke(message) != false,
        };
    }

    private static WildcardPattern? Pattern(string parameter, string? text)
    {
        if (text is null || !WildcardPattern.ContainsWildcardCharacters(text))
        {
            return null;
        }

        VerboseLog.Write($"The service can't filter by the wildcards in '{text}' (-{parameter}). All messages are "
            + "listed and then filtered on this computer.");
        return Wildcards.Of(text, WildcardOptions.IgnoreCase | WildcardOptions.CultureInvariant);
    }

    /// <summary>A character that would be a wildcard is escaped by a backtick.</summary>
    private static string? Plain(string? text) => text is null ? null : WildcardPattern.Unescape(text);
}
