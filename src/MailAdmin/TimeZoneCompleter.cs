using System.Collections;
using MailAdmin.Core.Access;

namespace MailAdmin;

/// <summary>Completes time zones by their names of Windows, which Exchange takes; the name by IANA finds them, too.</summary>
public sealed class TimeZoneCompleter : NameCompleter
{
    private static readonly Lazy<(string Value, string Hint)[]> All = new(() =>
    [
        .. TimeZoneInfo.GetSystemTimeZones()
            .Select(z => (Value: TimeZones.ToWindows(z.Id), Hint: TimeZones.ToIana(z.Id) ?? z.Id))
            .Where(z => z.Value is not null).Select(z => (z.Value!, z.Hint))
            .OrderBy(z => z.Item1, StringComparer.OrdinalIgnoreCase),
    ]);

    private protected override bool ByHint => true;

    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound) =>
        All.Value.DistinctBy(z => (z.Value, z.Hint));
}
