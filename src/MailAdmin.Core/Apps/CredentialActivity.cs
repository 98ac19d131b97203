using System.Globalization;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Apps;

/// <summary>
/// When credentials and apps were last used. The service tells in its beta version only, not in every cloud, and not at once.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/api/reportroot-list-appcredentialsigninactivities?view=graph-rest-beta</remarks>
internal static class CredentialActivity
{
    private static readonly Dictionary<string, ParsableFactory<IParsable>> Refusals = new()
    {
        ["XXX"] = ODataError.CreateFromDiscriminatorValue,
    };

    /// <summary>The last use of each credential by its key id; null when the service does not tell this session.</summary>
    public static Task<IReadOnlyDictionary<string, DateTimeOffset>?> ReadAsync(
        Session session, string? clientId, CancellationToken cancellationToken)
    {
        var filter = clientId is null ? "" : $"?$filter={Uri.EscapeDataString(new OData().Equal("appId", clientId).ToString())}";
        return ReportAsync(session, $"appCredentialSignInActivities{filter}", "keyId", ["signInActivity"], cancellationToken);
    }

    /// <summary>
    /// The last sign-in of each app, as itself or for somebody, by its client id; null when the service does not tell this
    /// session.
    /// </summary>
    /// <remarks>
    /// https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities?view=graph-rest-beta
    /// </remarks>
    public static Task<IReadOnlyDictionary<string, DateTimeOffset>?> OfAppsAsync(
        Session session, CancellationToken cancellationToken) => ReportAsync(
        session, "servicePrincipalSignInActivities", "appId",
            ["applicationAuthenticationClientSignInActivity", "delegatedClientSignInActivity"], cancellationToken);

    private static async Task<IReadOnlyDictionary<string, DateTimeOffset>?> ReportAsync(
        Session session, string report, string key, string[] activities, CancellationToken cancellationToken)
    {
        var used = new Dictionary<string, DateTimeOffset>(StringComparer.OrdinalIgnoreCase);
        var next = $"https://{session.Cloud.GraphHost}/beta/reports/{report}";
        try
        {
            while (next is not null)
            {
                var request = new RequestInformation { HttpMethod = Method.GET, URI = new Uri(next) };
                request.Headers.Add("Accept", "application/json");
                using var answer = await session.CallGraphAsync(
                    g => g.RequestAdapter.SendPrimitiveAsync<Stream>(request, Refusals, cancellationToken)).ConfigureAwait(false);
                using var page = await JsonDocument.ParseAsync(
                    answer!, cancellationToken: cancellationToken).ConfigureAwait(false);
                foreach (var row in page.RootElement.GetProperty("value").EnumerateArray())
                {
                    var last = activities.Select(a => row.TryGetProperty(a, out var activity) ? Time(activity) : null).Max();
                    if (Text(row, key) is { } id && last is { } at && !(used.TryGetValue(id, out var known) && known >= at))
                    {
                        used[id] = at;
                    }
                }

                next = Text(page.RootElement, "@odata.nextLink");
            }
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is >= 400 and < 500 and not 429)
        {
            VerboseLog.Write($"The service does not tell of the last use ({report.Split('?')[0]}): {e.Message}");
            return null;
        }

        return used;
    }

    private static DateTimeOffset? Time(JsonElement activity) => DateTimeOffset.TryParse(
        Text(activity, "lastSignInDateTime"), CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
