using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The last sign-ins of apps. An app that never signed in isn't listed. The service reports a sign-in after hours, the sandbox
/// immediately. https://learn.microsoft.com/graph/api/resources/serviceprincipalsigninactivity?view=graph-rest-beta
/// </summary>
internal static class AppActivityApi
{
    private static readonly string[] Names =
    [
        "id", "appId", "applicationAuthenticationClientSignInActivity", "applicationAuthenticationResourceSignInActivity",
        "delegatedClientSignInActivity", "delegatedResourceSignInActivity", "lastSignInActivity",
    ];

    private static readonly EntityType<JsonObject> Type = new("microsoft.graph.servicePrincipalSignInActivity", null,
        [.. Names.Select(n => new Property<JsonObject>(n, (activity, _) => activity[n]?.DeepClone()))]);

    /// <summary>reportroot-list-serviceprincipalsigninactivities</summary>
    public static TenantAnswer List(GraphCall call) =>
        new Listing<JsonObject>(Type, "reports/servicePrincipalSignInActivities", Paging.Directory).Answer(
        call,
        from application in call.Tenant.Directory.Applications
        let last = CredentialActivityApi.LastUseOf(call.Tenant, application)
        where last is not null
        select new JsonObject
        {
            ["id"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(application.AppId)),
            ["appId"] = application.AppId,
            ["applicationAuthenticationClientSignInActivity"] = SignIn(last.Value),
            ["applicationAuthenticationResourceSignInActivity"] = SignIn(null),
            ["delegatedClientSignInActivity"] = SignIn(null),
            ["delegatedResourceSignInActivity"] = SignIn(null),
            ["lastSignInActivity"] = SignIn(last.Value),
        });

    private static JsonObject SignIn(DateTimeOffset? at) => new()
    {
        ["lastSignInDateTime"] = at is { } time ? Json.Ticks(time) : null,
        ["lastSignInRequestId"] = at is null ? null : Guid.NewGuid().ToString(),
    };
}
