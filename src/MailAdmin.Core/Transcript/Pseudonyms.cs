using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MailAdmin.Core.Transcript;

/// <summary>
/// Gives every value a name that shows only its kind, such as "{guid-3}", and the same value the same name. Values are stored as
/// hashes with a key that exists only in this process. Values short enough to occur in a sentence are also kept as they are, in
/// memory.
/// </summary>
internal sealed partial class Pseudonyms
{
    /// <summary>The longest name or word of a sentence. A longer text is a token, a body, or a file.</summary>
    private const int LongestInText = 200;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>The longest first, so that none is replaced in part.</summary>
    private readonly SortedDictionary<string, string> _inText = new(Comparer<string>.Create(
        (a, b) => a.Length != b.Length ? b.Length - a.Length : string.Compare(a, b, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The name of a value.</summary>
    public string Of(string value)
    {
        if (value.Length == 0)
        {
            return "";
        }

        var kind = KindOf(value);
        if (kind == "time")
        {
            return "{time}";
        }

        // IDs of Exchange can differ only in case; IDs of Entra and addresses can't.
        var canonical = kind is "guid" or "address" or "domain" ? value.ToUpperInvariant() : value;
        var hash = Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(canonical)));
        lock (_names)
        {
            if (!_names.TryGetValue(hash, out var name))
            {
                _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
                name = string.Create(CultureInfo.InvariantCulture, $"{{{kind}-{_counts[kind]}}}");
                _names.Add(hash, name);
                if (value.Length is > 3 and < LongestInText)
                {
                    _inText.TryAdd(value, name);
                }
            }

            return name;
        }
    }

    /// <summary>A sentence of the service's, with the names of all values in it.</summary>
    public string InText(string text)
    {
        lock (_names)
        {
            if (_inText.Count > 0)
            {
                text = Regex.Replace(
                    text, string.Join('|', _inText.Keys.Select(Regex.Escape)),
                    match => _inText.GetValueOrDefault(match.Value) ?? Of(match.Value),
                    RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
            }
        }

        return Value().Replace(text, Of);
    }

    private string Of(Match match)
    {
        // A long word is a word; what has a digit in it is an ID, a token or the like.
        if (match.Groups["long"] is { Success: true } word && !word.ValueSpan.ContainsAnyInRange('0', '9'))
        {
            return match.Value;
        }

        if (match.Groups["quoted"] is not { Success: true } quoted)
        {
            return Of(match.Value);
        }

        return Name().IsMatch(quoted.Value)
            ? match.Value
            : match.Value.Replace(quoted.Value, Of(quoted.Value), StringComparison.Ordinal);
    }

    private static string KindOf(string value) => value switch
    {
        _ when Guid.TryParse(value, out _) => "guid",
        _ when Time().IsMatch(value) => "time",
        _ when Address().IsMatch(value) => "address",
        _ when Domain().IsMatch(value) => "domain",
        _ when Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme.StartsWith("http", StringComparison.Ordinal) =>
            "url",
        _ => "text",
    };

    [GeneratedRegex(@"^\{[a-z]+(?:-\d+)?\}$", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d", RegexOptions.NonBacktracking)]
    private static partial Regex Time();

    [GeneratedRegex(@"^[^\s@/<>]+@[^\s@/<>]+$", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(@"^(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}$", RegexOptions.NonBacktracking)]
    private static partial Regex Domain();

    /// <summary>
    /// Matches the private parts of a sentence: text in quotation marks, links, addresses, IDs, times, and long text without
    /// spaces.
    /// </summary>
    [GeneratedRegex("""
        '(?<quoted>[^']+)' | "(?<quoted>[^"]+)" | https?://[^\s'"]+ | [^\s@'"<>(]+@[^\s@'"<>)]+
        | [0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}
        | \d{4}-\d\d-\d\d[T\x20]\d\d:\d\d:\d\d(?:\.\d+)?Z?
        | (?<long>[^\s'"{},;:()\[\]]{20,})
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking)]
    private static partial Regex Value();
}
