using System.Text.RegularExpressions;

namespace MailAdmin.Core.Access;

/// <summary>Writes and compares the filters of management scopes; a value is quoted here and nowhere else.</summary>
/// <remarks>https://learn.microsoft.com/powershell/exchange/recipient-filters#additional-opath-syntax-information</remarks>
internal static partial class RecipientFilterText
{
    /// <summary>
    /// Returns a filter for mailboxes by their IDs in Exchange, because an address can be assigned to another mailbox.
    /// </summary>
    public static string OfMailboxes(IEnumerable<string> guids) => Any("Guid", guids.Order(StringComparer.OrdinalIgnoreCase));

    /// <summary>The mailbox of an address.</summary>
    public static string OfAddress(string address) => Any("PrimarySmtpAddress", [address]);

    /// <summary>The direct members of these groups, by distinguished name: an address of a group isn't taken.</summary>
    public static string OfGroups(IEnumerable<string> names) => Any("MemberOfGroup", names);

    /// <summary>Returns the IDs in a filter that <see cref="OfMailboxes"/> wrote; null for another kind of filter.</summary>
    public static IReadOnlyList<string>? MailboxesIn(string filter)
    {
        var guids = GuidTerm().Matches(filter).Select(m => m.Groups[1].Value).ToArray();
        return guids.Length > 0 && Same(filter, OfMailboxes(guids)) ? guids : null;
    }

    /// <summary>Whether two filters are the same: Exchange sets brackets and spaces as it likes.</summary>
    public static bool Same(string left, string right) =>
        Terms(left).SequenceEqual(Terms(right), StringComparer.OrdinalIgnoreCase);

    private static string Any(string property, IEnumerable<string> values) =>
        string.Join(" -or ", values.Select(v => $"{property} -eq '{v.Replace("'", "''", StringComparison.Ordinal)}'"));

    // If all conditions are joined by -or, their order has no effect.
    private static IEnumerable<string> Terms(string filter)
    {
        var plain = Ignored().Replace(filter, m => m.Value[0] == '\'' ? m.Value : "");
        var terms = plain.Split("-or", StringSplitOptions.RemoveEmptyEntries);
        return plain.Contains("-and", StringComparison.OrdinalIgnoreCase)
            || plain.Contains("-not", StringComparison.OrdinalIgnoreCase)
            ? terms : terms.Order(StringComparer.OrdinalIgnoreCase);
    }

    [GeneratedRegex("""Guid\s+-eq\s+'([0-9a-fA-F-]{36})'""", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex GuidTerm();

    [GeneratedRegex("""'(?:[^']|'')*'|[()\s]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Ignored();
}
