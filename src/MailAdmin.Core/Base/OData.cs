using System.Globalization;

namespace MailAdmin.Core.Base;

/// <summary>Builds an OData $filter from names and values. Values are quoted only here.</summary>
/// <remarks>
/// OData 4.01 URL conventions, section 5.1.1.6.1 (a quote in a string is doubled);
/// https://learn.microsoft.com/graph/filter-query-parameter
/// </remarks>
internal sealed class OData
{
    private readonly List<string> _terms = [];

    public OData Equal(string property, string value) => Add($"{property} eq {Quote(value)}");

    public OData Equal(string property, bool value) => Add($"{property} eq {(value ? "true" : "false")}");

    public OData AtLeast(string property, DateTimeOffset value) => Add($"{property} ge {Utc(value)}");

    /// <summary>Filters up to the end of a second, because the service returns whole seconds but compares fractions.</summary>
    public OData AtMost(string property, DateTimeOffset value) => Below(property, value.AddSeconds(1));

    public OData Below(string property, DateTimeOffset value) => Add($"{property} lt {Utc(value)}");

    public OData StartsWith(string property, string value) => Add($"startswith({property},{Quote(value)})");

    public OData Contains(string property, string value) => Add($"contains({property},{Quote(value)})");

    /// <summary>Filters collections that contain a value. The directory ignores case.</summary>
    public OData Any(string collection, string value) => Add($"{collection}/any(x:x eq {Quote(value)})");

    public OData Or(OData other) => new OData().Add($"{this} or {other}");

    public override string ToString() => string.Join(" and ", _terms);

    private OData Add(string term)
    {
        _terms.Add(term);
        return this;
    }

    private static string Quote(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Utc(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
