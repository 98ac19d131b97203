namespace MailAdmin.Core.Base;

/// <summary>Suggests the closest known name for a misspelled one.</summary>
internal static class NameSuggestion
{
    /// <summary>Returns the name that is most similar to a misspelled one; null if none is similar.</summary>
    public static string? Of(string wrong, IEnumerable<string> names) => names
        .Select(name => (Name: name, Distance: Distance(wrong.ToUpperInvariant(), name.ToUpperInvariant())))
        .Where(n => n.Distance <= Math.Max(2, n.Name.Length / 3)).OrderBy(n => n.Distance)
        .ThenBy(n => n.Name, StringComparer.Ordinal)
        .Select(n => n.Name).FirstOrDefault();

    /// <summary>Returns a hint for the end of a sentence about a misspelled name.</summary>
    public static string Hint(string wrong, IReadOnlyCollection<string> names) =>
        Of(wrong, names) is { } near ? $"did you mean '{near}'?" : $"valid values are {string.Join(", ", names)}";

    /// <summary>Returns the number of inserted, removed, or replaced characters (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, above) = (row[0], 0);
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
