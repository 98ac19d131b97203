using System.Globalization;
using System.Text.Json;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Entra;

/// <summary>When credentials were last used. The service tells in its beta version only, not in every cloud, and not at once.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/reportroot-list-appcredentialsigninactivities?view=graph-rest-beta</remarks>
internal static class CredentialActivity
{
    private static readonly Dictionary<string, ParsableFactory<IParsable>> Refusals = new() { ["XXX"] = ODataError.CreateFromDiscriminatorValue };

    /// <summary>The last use of each credential by its key id; null when the service does not tell this session.</summary>
    public static async Task<IReadOnlyDictionary<string, DateTimeOffset>?> ReadAsync(Session session, string? clientId, CancellationToken cancellationToken)
    {
        var used = new Dictionary<string, DateTimeOffset>(StringComparer.OrdinalIgnoreCase);
        var filter = clientId is null ? "" : $"?$filter={Uri.EscapeDataString(new OData().Equal("appId", clientId).ToString())}";
        var next = $"https://{session.Cloud.GraphHost}/beta/reports/appCredentialSignInActivities{filter}";
        try
        {
            while (next is not null)
            {
                var request = new RequestInformation { HttpMethod = Method.GET, URI = new Uri(next) };
                request.Headers.Add("Accept", "application/json");
                using var answer = await session.CallGraphAsync(g => g.RequestAdapter.SendPrimitiveAsync<Stream>(request, Refusals, cancellationToken)).ConfigureAwait(false);
                using var page = await JsonDocument.ParseAsync(answer!, cancellationToken: cancellationToken).ConfigureAwait(false);
                foreach (var activity in page.RootElement.GetProperty("value").EnumerateArray())
                {
                    if (Text(activity, "keyId") is { } keyId && activity.TryGetProperty("signInActivity", out var signIn)
                        && DateTimeOffset.TryParse(Text(signIn, "lastSignInDateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                        && !(used.TryGetValue(keyId, out var known) && known >= at))
                    {
                        used[keyId] = at.ToUniversalTime();
                    }
                }

                next = Text(page.RootElement, "@odata.nextLink");
            }
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is >= 400 and < 500 and not 429)
        {
            Narration.Tell($"The service does not tell when credentials were last used: {e.Message}");
            return null;
        }

        return used;
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
