using System.Net;
using System.Text;

namespace MailAdmin.Tenant.Base;

/// <summary>Represents an HTTP request for the services of the tenant, from the wire or from an item of a batch.</summary>
internal sealed record TenantRequest(
    string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    private readonly Lazy<Dictionary<string, string>> _query = new(() => Pairs(Uri.Query.TrimStart('?')));

    /// <summary>Returns a header; null if it wasn't sent.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Returns a query parameter, unescaped; null if it wasn't sent.</summary>
    public string? Query(string name) => _query.Value.GetValueOrDefault(name);

    /// <summary>All query parameters.</summary>
    public IReadOnlyDictionary<string, string> QueryParameters => _query.Value;

    /// <summary>The body as application/x-www-form-urlencoded.</summary>
    public Dictionary<string, string> Form() => Pairs(Encoding.UTF8.GetString(Body.Span));

    private static Dictionary<string, string> Pairs(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? pair : pair[..equals];
            pairs[WebUtility.UrlDecode(name)] = equals < 0 ? "" : WebUtility.UrlDecode(pair[(equals + 1)..]);
        }

        return pairs;
    }
}
