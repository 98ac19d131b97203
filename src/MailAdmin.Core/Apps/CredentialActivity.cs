using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;
using Microsoft.Kiota.Abstractions.Serialization;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Reads when credentials and apps were last used. The service returns this only in its beta version, not in every cloud, and
/// with a delay.
/// </summary>
/// <remarks>https://learn.microsoft.com/graph/api/reportroot-list-appcredentialsigninactivities?view=graph-rest-beta</remarks>
internal static class CredentialActivity
{
    private const string OfCredential = "signInActivity", AsItself = "applicationAuthenticationClientSignInActivity",
        ForUsers = "delegatedClientSignInActivity";

    /// <summary>
    /// Returns the last use of each credential by its key ID; null if the service doesn't return it to this session.
    /// </summary>
    public static Task<IReadOnlyDictionary<string, DateTimeOffset>?> ReadAsync(
        Session session, string? clientId, CancellationToken cancellationToken)
    {
        var filter = clientId is null ? "" : $"?$filter={Uri.EscapeDataString(new OData().Equal("appId", clientId).ToString())}";
        return ReportAsync(session, $"appCredentialSignInActivities{filter}", "keyId", [OfCredential], cancellationToken);
    }

    /// <summary>
    /// Returns the last sign-in of each app, app-only or delegated, by its client ID; null if the service doesn't return it to
    /// this session.
    /// </summary>
    /// <remarks>
    /// https://learn.microsoft.com/graph/api/reportroot-list-serviceprincipalsigninactivities?view=graph-rest-beta
    /// </remarks>
    public static Task<IReadOnlyDictionary<string, DateTimeOffset>?> OfAppsAsync(
        Session session, CancellationToken cancellationToken) => ReportAsync(
        session, "servicePrincipalSignInActivities", "appId",
            [AsItself, ForUsers], cancellationToken);

    private static async Task<IReadOnlyDictionary<string, DateTimeOffset>?> ReportAsync(
        Session session, string report, string key, string[] activities, CancellationToken cancellationToken)
    {
        var used = new Dictionary<string, DateTimeOffset>(StringComparer.OrdinalIgnoreCase);
        var uri = new Uri($"https://{session.Cloud.GraphHost}/beta/reports/{report}");
        try
        {
            await foreach (var row in session.ListAsync(
                g => SessionLists.PageAsync<ActivityPage>(g, uri, cancellationToken), page => page.Value,
                cancellationToken).ConfigureAwait(false))
            {
                var last = activities.Select(row.Times.GetValueOrDefault).Max();
                if (row.Ids.GetValueOrDefault(key) is { } id && last is { } at
                    && !(used.TryGetValue(id, out var known) && known >= at))
                {
                    used[id] = at;
                }
            }
        }
        catch (ServiceRefusedException e) when (e.HttpStatus is >= 400 and < 500 and not 429)
        {
            VerboseLog.Write($"The service doesn't return the last use ({report.Split('?')[0]}): {e.Message}");
            return null;
        }

        return used;
    }

    /// <summary>A page of either report.</summary>
    private sealed class ActivityPage : BaseCollectionPaginationCountResponse
    {
        public List<ActivityRow>? Value { get; private set; }

        public override IDictionary<string, Action<IParseNode>> GetFieldDeserializers() =>
            new Dictionary<string, Action<IParseNode>>(base.GetFieldDeserializers())
            {
                ["value"] = node => Value = node.GetCollectionOfObjectValues(_ => new ActivityRow())?.ToList(),
            };
    }

    /// <summary>Represents a row of either report: its subject, and the last sign-in of each kind.</summary>
    private sealed class ActivityRow : IParsable
    {
        public Dictionary<string, string?> Ids { get; } = [];

        public Dictionary<string, DateTimeOffset?> Times { get; } = [];

        public IDictionary<string, Action<IParseNode>> GetFieldDeserializers()
        {
            var fields = new Dictionary<string, Action<IParseNode>>();
            foreach (var id in new[] { "keyId", "appId" })
            {
                fields[id] = node => Ids[id] = node.GetStringValue();
            }

            foreach (var activity in new[] { OfCredential, AsItself, ForUsers })
            {
                fields[activity] = node =>
                    Times[activity] = node.GetChildNode("lastSignInDateTime")?.GetDateTimeOffsetValue()?.ToUniversalTime();
            }

            return fields;
        }

        public void Serialize(ISerializationWriter writer) => throw new NotSupportedException();
    }
}
