using System.Text.RegularExpressions;

namespace MailAdmin.Tenant.Configuration;

/// <summary>
/// An OPATH filter over recipients:
/// https://learn.microsoft.com/powershell/exchange/recipient-filters#additional-opath-syntax-information, properties:
/// https://learn.microsoft.com/powershell/exchange/recipientfilter-properties.
/// </summary>
internal sealed partial class RecipientFilter
{
    private static readonly Dictionary<string, Func<Recipient, IEnumerable<string>>> Properties = new(
        StringComparer.OrdinalIgnoreCase)
    {
        ["Alias"] = r => [r.Alias],
        ["DisplayName"] = r => [r.DisplayName],
        ["DistinguishedName"] = r => [r.DistinguishedName],
        ["EmailAddresses"] = r => r.Addresses.Select(a => "smtp:" + a),
        ["ExternalDirectoryObjectId"] = r => [r.Id],
        ["Guid"] = r => [r.Id],
        ["Name"] = r => [r.Name],
        ["PrimarySmtpAddress"] = r => [r.Address],
        ["RecipientType"] = r => [r.RecipientType],
        ["RecipientTypeDetails"] = r => [r.Details],
        ["UserPrincipalName"] = r => r.Account is null ? [] : [r.Account.UserPrincipalName],
        ["HiddenFromAddressListsEnabled"] = r => [r.Account?.IsHidden == true ? "True" : "False"],
    };

    /// <summary>
    /// Text properties that are empty by default: the other properties in the page's table that mailbox recipients have.
    /// </summary>
    public static IReadOnlyList<string> Texts { get; } =
    [
        .. Enumerable.Range(1, 15).Select(i => $"CustomAttribute{i}"),
        .. Enumerable.Range(1, 5).Select(i => $"ExtensionCustomAttribute{i}"),
        "AssistantName", "City", "Company", "CountryOrRegion", "Department", "Fax", "FirstName", "HomePhone", "Initials",
        "LastName", "Manager", "MobilePhone", "Notes", "Office", "Pager", "Phone", "PhoneticDisplayName", "PostalCode",
        "PostOfficeBox", "SimpleDisplayName", "StateOrProvince", "StreetAddress", "TelephoneAssistant", "Title", "WebPage",
    ];

    private readonly Func<Recipient, ExchangeConfiguration, string, bool> _matches;

    private RecipientFilter(string text, Func<Recipient, ExchangeConfiguration, string, bool> matches) =>
        (Text, _matches) = (text, matches);

    /// <summary>The filter as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether it means a recipient.</summary>
    public bool Matches(Recipient recipient, ExchangeConfiguration configuration, string domain) =>
        _matches(recipient, configuration, domain);

    /// <exception cref="FormatException">It is no filter, or names a property that can't be filtered by.</exception>
    public static RecipientFilter Parse(string text)
    {
        var reader = new Reader(text);
        var matches = reader.Or();
        reader.End();
        return new RecipientFilter(text, matches);
    }

    private sealed class Reader(string text)
    {
        private readonly Queue<string> _tokens = new(Read(text));

        public Func<Recipient, ExchangeConfiguration, string, bool> Or()
        {
            var left = And();
            while (Take("-or"))
            {
                var (first, second) = (left, And());
                left = (r, c, d) => first(r, c, d) || second(r, c, d);
            }

            return left;
        }

        public void End()
        {
            if (_tokens.TryPeek(out var rest))
            {
                throw new FormatException($"\"{rest}\" is not expected.");
            }
        }

        private Func<Recipient, ExchangeConfiguration, string, bool> And()
        {
            var left = Term();
            while (Take("-and"))
            {
                var (first, second) = (left, Term());
                left = (r, c, d) => first(r, c, d) && second(r, c, d);
            }

            return left;
        }

        private Func<Recipient, ExchangeConfiguration, string, bool> Term()
        {
            if (Take("-not") || Take("!"))
            {
                var inner = Term();
                return (r, c, d) => !inner(r, c, d);
            }

            if (Take("("))
            {
                var inner = Or();
                return Take(")") ? inner : throw new FormatException("A bracket is not closed.");
            }

            return Comparison(Next(), Next().ToLowerInvariant(), Value(Next()));
        }

        private static Func<Recipient, ExchangeConfiguration, string, bool> Comparison(
            string property, string comparison, string value)
        {
            if (property.Equals("MemberOfGroup", StringComparison.OrdinalIgnoreCase))
            {
                // Members of members aren't looked at:
                // https://learn.microsoft.com/exchange/permissions-exo/application-rbac#limitations.
                bool Member(Recipient r, ExchangeConfiguration c, string d) =>
                    c.Groups.Any(
                        g => ExchangeConfiguration.Same(Recipient.Of(g, d).DistinguishedName, value) && g.HasDirect(r.Id));
                return comparison switch
                {
                    "-eq" => Member,
                    "-ne" => (r, c, d) => !Member(r, c, d),
                    _ => throw new FormatException($"The operator {comparison} can't be used with MemberOfGroup."),
                };
            }

            var values = Properties.GetValueOrDefault(property) ?? TextOf(property)
                ?? throw new FormatException(
                    $"\"{property}\" isn't a recognized filterable property. For a complete list of filterable properties see "
                        + $"the command help.");
            var pattern = new Regex("^" + Regex.Escape(value).Replace("\\*", ".*", StringComparison.Ordinal) + "$",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
            return comparison switch
            {
                "-eq" => (r, _, _) => values(r).Any(v => ExchangeConfiguration.Same(v, value)),
                "-ne" => (r, _, _) => !values(r).Any(v => ExchangeConfiguration.Same(v, value)),
                "-like" => (r, _, _) => values(r).Any(v => pattern.IsMatch(v)),
                "-notlike" => (r, _, _) => !values(r).Any(v => pattern.IsMatch(v)),
                _ => throw new FormatException($"\"{comparison}\" is not a comparison operator."),
            };
        }

        private static Func<Recipient, IEnumerable<string>>? TextOf(string property) =>
            Texts.FirstOrDefault(t => t.Equals(property, StringComparison.OrdinalIgnoreCase)) is { } name
                ? r => [r.Account?.Attributes.GetValueOrDefault(name) ?? ""]
                : null;

        // $true and $null are written without quotation marks in filters.
        private static string Value(string token) => token.Length > 1 && token[0] == '\'' && token[^1] == '\''
            ? token[1..^1].Replace("''", "'", StringComparison.Ordinal)
            : token.ToLowerInvariant() switch
            {
                "$true" => "True",
                "$false" => "False",
                "$null" => "",
                _ => token,
            };

        private string Next() =>
            _tokens.TryDequeue(out var token) ? token : throw new FormatException("The filter ends too early.");

        private bool Take(string token)
        {
            if (!_tokens.TryPeek(out var next) || !next.Equals(token, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            _tokens.Dequeue();
            return true;
        }

        private static IEnumerable<string> Read(string text)
        {
            var end = 0;
            foreach (Match match in Token().Matches(text))
            {
                if (text[end..match.Index].Trim().Length > 0)
                {
                    break;
                }

                end = match.Index + match.Length;
                yield return match.Value;
            }

            if (text[end..].Trim().Length > 0)
            {
                throw new FormatException($"\"{text[end..].Trim()}\" can't be read.");
            }
        }
    }

    [GeneratedRegex("""[()!]|'(?:[^']|'')*'|-?[$A-Za-z0-9_.@]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
