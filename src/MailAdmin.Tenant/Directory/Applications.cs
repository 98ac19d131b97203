using System.Text.Json.Nodes;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>New applications: https://learn.microsoft.com/graph/api/application-post-applications.</summary>
internal static class Applications
{
    /// <summary>
    /// Creates an application that has only a name. The sensitive properties of its service principals are locked, as in every
    /// application since March 2024:
    /// https://learn.microsoft.com/entra/identity-platform/howto-configure-app-instance-property-locks.
    /// </summary>
    public static JsonObject New(string displayName, string domain, DateTimeOffset created) => new()
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["deletedDateTime"] = null,
        ["appId"] = Guid.NewGuid().ToString(),
        ["applicationTemplateId"] = null,
        ["disabledByMicrosoftStatus"] = null,
        ["createdDateTime"] = Json.Ticks(created),
        ["displayName"] = displayName,
        ["description"] = null,
        ["groupMembershipClaims"] = null,
        ["identifierUris"] = new JsonArray(),
        ["isDeviceOnlyAuthSupported"] = null,
        ["isFallbackPublicClient"] = null,
        ["notes"] = null,
        ["publisherDomain"] = domain,
        ["samlMetadataUrl"] = null,
        ["serviceManagementReference"] = null,
        ["signInAudience"] = "AzureADandPersonalMicrosoftAccount",
        ["tags"] = new JsonArray(),
        ["tokenEncryptionKeyId"] = null,
        ["uniqueName"] = null,
        ["defaultRedirectUri"] = null,
        ["certification"] = null,
        ["optionalClaims"] = null,
        ["requestSignatureVerification"] = null,
        ["addIns"] = new JsonArray(),
        ["api"] = new JsonObject
        {
            ["acceptMappedClaims"] = null,
            ["knownClientApplications"] = new JsonArray(),
            ["requestedAccessTokenVersion"] = 2,
            ["oauth2PermissionScopes"] = new JsonArray(),
            ["preAuthorizedApplications"] = new JsonArray(),
        },
        ["appRoles"] = new JsonArray(),
        ["info"] = NoInfo(),
        ["keyCredentials"] = new JsonArray(),
        ["parentalControlSettings"] = new JsonObject
        {
            ["countriesBlockedForMinors"] = new JsonArray(),
            ["legalAgeGroupRule"] = "Allow",
        },
        ["passwordCredentials"] = new JsonArray(),
        ["publicClient"] = new JsonObject { ["redirectUris"] = new JsonArray() },
        ["requiredResourceAccess"] = new JsonArray(),
        ["servicePrincipalLockConfiguration"] = new JsonObject
        {
            ["isEnabled"] = true,
            ["allProperties"] = true,
            ["credentialsWithUsageVerify"] = true,
            ["credentialsWithUsageSign"] = true,
            ["tokenEncryptionKeyId"] = true,
        },
        ["verifiedPublisher"] = NoPublisher(),
        ["web"] = new JsonObject
        {
            ["homePageUrl"] = null,
            ["logoutUrl"] = null,
            ["redirectUris"] = new JsonArray(),
            ["implicitGrantSettings"] = new JsonObject
            {
                ["enableAccessTokenIssuance"] = false,
                ["enableIdTokenIssuance"] = false,
            },
            ["redirectUriSettings"] = new JsonArray(),
        },
        ["spa"] = new JsonObject { ["redirectUris"] = new JsonArray() },
    };

    public static JsonObject NoInfo() => new()
    {
        ["logoUrl"] = null,
        ["marketingUrl"] = null,
        ["privacyStatementUrl"] = null,
        ["supportUrl"] = null,
        ["termsOfServiceUrl"] = null,
    };

    public static JsonObject NoPublisher() => new()
    {
        ["displayName"] = null,
        ["verifiedPublisherId"] = null,
        ["addedDateTime"] = null,
    };
}
