using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>New service principals: https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals.</summary>
internal static class ServicePrincipals
{
    /// <summary>The service principal of an application that has nothing to add.</summary>
    public static JsonObject New(string appId, string displayName, string ownerTenant, DateTimeOffset created) => new()
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["deletedDateTime"] = null,
        ["accountEnabled"] = true,
        ["alternativeNames"] = new JsonArray(),
        ["appDisplayName"] = displayName,
        ["appDescription"] = null,
        ["appId"] = appId,
        ["applicationTemplateId"] = null,
        ["appOwnerOrganizationId"] = ownerTenant,
        ["appRoleAssignmentRequired"] = false,
        ["createdDateTime"] = Json.Ticks(created),
        ["description"] = null,
        ["disabledByMicrosoftStatus"] = null,
        ["displayName"] = displayName,
        ["endpoints"] = new JsonArray(),
        ["homepage"] = null,
        ["loginUrl"] = null,
        ["logoutUrl"] = null,
        ["notes"] = null,
        ["notificationEmailAddresses"] = new JsonArray(),
        ["preferredSingleSignOnMode"] = null,
        ["preferredTokenSigningKeyThumbprint"] = null,
        ["publisherName"] = null,
        ["replyUrls"] = new JsonArray(),
        ["servicePrincipalNames"] = Json.Array(appId),
        ["servicePrincipalType"] = "Application",
        ["signInAudience"] = "AzureADMyOrg",
        ["tags"] = new JsonArray(),
        ["tokenEncryptionKeyId"] = null,
        ["samlSingleSignOnSettings"] = null,
        ["addIns"] = new JsonArray(),
        ["appRoles"] = new JsonArray(),
        ["info"] = Applications.NoInfo(),
        ["keyCredentials"] = new JsonArray(),
        ["oauth2PermissionScopes"] = new JsonArray(),
        ["passwordCredentials"] = new JsonArray(),
        ["resourceSpecificApplicationPermissions"] = new JsonArray(),
        ["verifiedPublisher"] = Applications.NoPublisher(),
    };

    /// <summary>Creates the service principal of an application of this tenant, with the application's properties.</summary>
    public static JsonObject Of(DirectoryObject application, string tenantId, DateTimeOffset created)
    {
        var json = New(application.AppId, application.DisplayName, tenantId, created);
        json["publisherName"] = DirectoryStore.Organization;
        TakeOver(json, application);
        return json;
    }

    /// <summary>Sets what a service principal shows of its application.</summary>
    public static void TakeOver(JsonObject json, DirectoryObject application)
    {
        var app = application.Json;
        json["displayName"] = application.DisplayName;
        json["appDisplayName"] = application.DisplayName;
        json["signInAudience"] = app["signInAudience"]?.DeepClone();
        json["appRoles"] = app["appRoles"]?.DeepClone();
        json["oauth2PermissionScopes"] = (app["api"] as JsonObject)?["oauth2PermissionScopes"]?.DeepClone();
        json["replyUrls"] = (app["web"] as JsonObject)?["redirectUris"]?.DeepClone();
        json["servicePrincipalNames"] = Json.Array(
            [application.AppId, .. (app["identifierUris"] as JsonArray ?? []).Select(uri => (string)uri!)]);
    }
}
