using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The last use of applications' credentials. An unused credential isn't listed. The service reports a use after hours, the
/// sandbox immediately. https://learn.microsoft.com/graph/api/resources/appcredentialsigninactivity?view=graph-rest-beta
/// </summary>
internal static class CredentialActivityApi
{
    private static readonly string[] Names =
    [
        "id", "appId", "appObjectId", "createdDateTime", "credentialOrigin", "expirationDateTime", "keyId", "keyType", "keyUsage",
        "servicePrincipalObjectId", "signInActivity",
    ];

    private static readonly EntityType<JsonObject> Type = new("microsoft.graph.appCredentialSignInActivity", null,
        [.. Names.Select(n => new Property<JsonObject>(n, (activity, _) => activity[n]?.DeepClone()))]);

    /// <summary>reportroot-list-appcredentialsigninactivities</summary>
    public static TenantAnswer List(GraphCall call) =>
        new Listing<JsonObject>(Type, "reports/appCredentialSignInActivities", Paging.Directory)
        .Answer(call, call.Tenant.Directory.Applications.SelectMany(a => Of(call.Tenant, a)));

    private static IEnumerable<JsonObject> Of(TenantState tenant, DirectoryObject application) =>
        new[]
        {
            ("passwordCredentials", "clientSecret"),
            ("keyCredentials", "certificate"),
        }.SelectMany(kind => application.Json.Objects(kind.Item1)
            .Where(c => Used(tenant, c) is not null)
            .Select(credential => new JsonObject
            {
                ["id"] = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{credential.Text("keyId")}|application")),
                ["appId"] = application.AppId,
                ["appObjectId"] = application.Id,
                ["createdDateTime"] = credential.Text("startDateTime"),
                ["credentialOrigin"] = "application",
                ["expirationDateTime"] = credential.Text("endDateTime"),
                ["keyId"] = credential.Text("keyId"),
                ["keyType"] = kind.Item2,
                ["keyUsage"] = "sign",
                ["servicePrincipalObjectId"] = tenant.Directory.PrincipalOf(application.AppId)?.Id,
                ["signInActivity"] = new JsonObject
                {
                    ["lastSignInDateTime"] = Json.Ticks(Used(tenant, credential)!.Value),
                    ["lastSignInRequestId"] = Guid.NewGuid().ToString(),
                },
            }));

    /// <summary>Returns the last sign-in of an application with any of its credentials; null if there was none.</summary>
    public static DateTimeOffset? LastUseOf(TenantState tenant, DirectoryObject application) =>
        application.Json.Objects("passwordCredentials")
        .Concat(application.Json.Objects("keyCredentials")).Select(c => Used(tenant, c)).Max();

    private static DateTimeOffset? Used(TenantState tenant, JsonObject credential) =>
        tenant.Directory.Credentials.GetValueOrDefault(credential.Text("keyId")!)?.LastUsedAt;
}
