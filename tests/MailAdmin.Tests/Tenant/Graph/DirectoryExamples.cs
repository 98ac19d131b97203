namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>
/// The pages about apps, grants, users and policies. What an example tells of its own tenant's state (a verified publisher, a
/// certification, telephone numbers) stands here with the state of the sandbox; a placeholder such as "id-value" with a value.
/// </summary>
public static class DirectoryExamples
{
    private static readonly (string, string)[] Eventual = [("ConsistencyLevel", "eventual")];

    public static IEnumerable<DocumentedExample> All =>
    [
        new("application-list", "GET", "applications?$filter=appId eq '{appId}'", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications",
              "value": [{ "appId": "{appId}", "identifierUris": [ "http://contoso/" ], "displayName": "My app", "publisherDomain": "contoso.onmicrosoft.com", "signInAudience": "AzureADMyOrg" }]
            }
            """),
        new("application-list", "GET", "applications/$count", null, 200, null) { Headers = Eventual, Plain = "3" },
        new("application-list", "GET", "applications?$filter=startswith(displayName, 'm')&$count=true&$top=1&$orderby=displayName", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications", "@odata.count": 2, "value": [{ "displayName": "MailAdmin" }] }
            """) { Headers = Eventual },
        new("application-list", "GET", "applications?$search=\"displayName:app\"&$count=true&$select=appId,identifierUris,displayName,publisherDomain,signInAudience", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications(appId,identifierUris,displayName,publisherDomain,signInAudience)",
              "@odata.count": 1,
              "value": [{ "appId": "{appId}", "identifierUris": [ "http://contoso/" ], "displayName": "My app", "publisherDomain": "contoso.onmicrosoft.com", "signInAudience": "AzureADMyOrg" }]
            }
            """) { Headers = Eventual },
        new("application-post-applications", "POST", "applications", """{ "displayName": "Display name" }""", 201, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications/$entity",
              "id": "*", "deletedDateTime": null, "isFallbackPublicClient": null, "appId": "*", "applicationTemplateId": null,
              "identifierUris": [], "createdDateTime": "*", "displayName": "Display name", "isDeviceOnlyAuthSupported": null,
              "groupMembershipClaims": null, "optionalClaims": null, "addIns": [], "publisherDomain": "contoso.onmicrosoft.com",
              "samlMetadataUrl": null, "signInAudience": "AzureADandPersonalMicrosoftAccount", "tags": [], "tokenEncryptionKeyId": null,
              "api": { "requestedAccessTokenVersion": 2, "acceptMappedClaims": null, "knownClientApplications": [], "oauth2PermissionScopes": [], "preAuthorizedApplications": [] },
              "appRoles": [], "publicClient": { "redirectUris": [] },
              "info": { "termsOfServiceUrl": null, "supportUrl": null, "privacyStatementUrl": null, "marketingUrl": null, "logoUrl": null },
              "keyCredentials": [], "parentalControlSettings": { "countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow" },
              "passwordCredentials": [], "requiredResourceAccess": [],
              "web": { "redirectUris": [], "homePageUrl": null, "logoutUrl": null, "implicitGrantSettings": { "enableIdTokenIssuance": false, "enableAccessTokenIssuance": false } }
            }
            """),
        new("application-get", "GET", "applications/{app}", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications/$entity",
              "id": "{app}", "deletedDateTime": null, "isFallbackPublicClient": null, "appId": "{appId}", "applicationTemplateId": null,
              "identifierUris": [ "http://contoso/" ], "createdDateTime": "*", "disabledByMicrosoftStatus": null, "displayName": "My app",
              "isDeviceOnlyAuthSupported": null, "groupMembershipClaims": null, "optionalClaims": null, "addIns": [],
              "publisherDomain": "contoso.onmicrosoft.com", "samlMetadataUrl": null, "signInAudience": "AzureADMyOrg",
              "verifiedPublisher": { "displayName": null, "verifiedPublisherId": null, "addedDateTime": null }, "certification": null,
              "tags": [], "tokenEncryptionKeyId": null,
              "api": { "requestedAccessTokenVersion": 2, "acceptMappedClaims": null, "knownClientApplications": [], "oauth2PermissionScopes": [], "preAuthorizedApplications": [] },
              "appRoles": [], "publicClient": { "redirectUris": [] },
              "info": { "termsOfServiceUrl": null, "supportUrl": null, "privacyStatementUrl": null, "marketingUrl": null, "logoUrl": null },
              "keyCredentials": [], "parentalControlSettings": { "countriesBlockedForMinors": [], "legalAgeGroupRule": "Allow" },
              "passwordCredentials": [{ "keyId": "{keyId}" }], "requiredResourceAccess": [],
              "web": { "redirectUris": [], "homePageUrl": null, "logoutUrl": null, "implicitGrantSettings": { "enableIdTokenIssuance": false, "enableAccessTokenIssuance": false } }
            }
            """),
        new("application-get", "GET", "applications(appId='{appId}')?$select=id,appId,displayName,requiredResourceAccess", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications(id,appId,displayName,requiredResourceAccess)/$entity",
              "id": "{app}", "appId": "{appId}", "displayName": "My app", "requiredResourceAccess": []
            }
            """),
        new("application-update", "PATCH", "applications/{app}", """{ "displayName": "New display name" }""", 204, null),
        new("application-delete", "DELETE", "applications/{app}", null, 204, null),
        new("application-addpassword", "POST", "applications/{app}/addPassword", """{ "passwordCredential": { "displayName": "Password friendly name" } }""", 200, """
            { "customKeyIdentifier": null, "endDateTime": "2028-03-02T09:00:00Z", "keyId": "*", "startDateTime": "2026-03-02T09:00:00Z", "secretText": "*", "hint": "*", "displayName": "Password friendly name" }
            """),
        new("application-removepassword", "POST", "applications/{app}/removePassword", """{ "keyId": "{keyId}" }""", 204, null),
        new("application-list-owners", "GET", "applications/{app}/owners", null, 200, """{ "value": [{ "id": "{admin}" }] }"""),
        new("application-post-owners", "POST", "applications/{app}/owners/$ref", """{ "@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/{user}" }""", 204, null),
        new("application-delete-owners", "DELETE", "applications/{app}/owners/{admin}/$ref", null, 204, null),

        new("application-list-federatedidentitycredentials", "GET", "applications/{app}/federatedIdentityCredentials", null, 200, """
            {
              "value": [{
                "id": "{workload}", "name": "testing02", "issuer": "https://login.microsoftonline.com/3d1e2be9-a10a-4a0c-8380-7ce190f98ed9/v2.0",
                "subject": "a7d388c3-5e3f-4959-ac7d-786b3383006a", "description": null, "audiences": [ "api://AzureADTokenExchange" ]
              }]
            }
            """),
        new("application-post-federatedidentitycredentials", "POST", "applications/{app}/federatedIdentityCredentials", """
            {
              "name": "testing03", "issuer": "https://login.microsoftonline.com/3d1e2be9-a10a-4a0c-8380-7ce190f98ed9/v2.0",
              "subject": "b7d388c3-5e3f-4959-ac7d-786b3383006a", "audiences": [ "api://AzureADTokenExchange" ]
            }
            """, 201, """
            {
              "id": "*", "name": "testing03", "issuer": "https://login.microsoftonline.com/3d1e2be9-a10a-4a0c-8380-7ce190f98ed9/v2.0",
              "subject": "b7d388c3-5e3f-4959-ac7d-786b3383006a", "description": null, "audiences": [ "api://AzureADTokenExchange" ]
            }
            """),
        new("federatedidentitycredential-delete", "DELETE", "applications/{app}/federatedIdentityCredentials/testing02", null, 204, null),

        new("serviceprincipal-delete-owners", "DELETE", "servicePrincipals/{principal}/owners/{admin}/$ref", null, 204, null),
        new("serviceprincipal-removepassword", "POST", "servicePrincipals/{admin}/removePassword", """{ "keyId": "{principalKeyId}" }""", 204, null),
        new("serviceprincipal-list", "GET", "servicePrincipals?$filter=appId eq '{appId}'", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals",
              "value": [{
                "id": "{principal}", "deletedDateTime": null, "accountEnabled": true, "appDisplayName": "My app", "appId": "{appId}", "appOwnerOrganizationId": "{tenant}",
                "appRoleAssignmentRequired": false, "displayName": "My app", "homepage": null, "logoutUrl": null, "publisherName": "Contoso", "replyUrls": [],
                "servicePrincipalNames": [ "{appId}", "http://contoso/" ], "tags": [], "addIns": [], "appRoles": [],
                "info": { "termsOfServiceUrl": null, "supportUrl": null, "privacyStatementUrl": null, "marketingUrl": null, "logoUrl": null },
                "keyCredentials": [], "oauth2PermissionScopes": [], "passwordCredentials": []
              }]
            }
            """),
        new("serviceprincipal-post-serviceprincipals", "POST", "servicePrincipals", """{ "appId": "{spare}" }""", 201, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals/$entity",
              "id": "*", "deletedDateTime": null, "accountEnabled": true, "appDisplayName": "Spare", "appId": "{spare}",
              "appOwnerOrganizationId": "{tenant}", "appRoleAssignmentRequired": false, "displayName": "Spare", "homepage": null,
              "logoutUrl": null, "publisherName": "Contoso", "replyUrls": [], "servicePrincipalNames": [ "{spare}" ], "tags": [], "addIns": [], "appRoles": [],
              "info": { "termsOfServiceUrl": null, "supportUrl": null, "privacyStatementUrl": null, "marketingUrl": null, "logoUrl": null },
              "keyCredentials": [], "oauth2PermissionScopes": [], "passwordCredentials": []
            }
            """),
        new("serviceprincipal-get", "GET", "servicePrincipals/{principal}", null, 200, """
            {
              "accountEnabled": true, "addIns": [], "alternativeNames": [], "appDisplayName": "My app", "appId": "{appId}",
              "appOwnerOrganizationId": "{tenant}", "appRoleAssignmentRequired": false, "appRoles": [], "disabledByMicrosoftStatus": null,
              "displayName": "My app", "endpoints": [], "homepage": null, "id": "{principal}",
              "verifiedPublisher": { "displayName": null, "verifiedPublisherId": null, "addedDateTime": null },
              "info": { "termsOfServiceUrl": null, "supportUrl": null, "privacyStatementUrl": null, "marketingUrl": null, "logoUrl": null },
              "keyCredentials": [], "logoutUrl": null, "oauth2PermissionScopes": [], "passwordCredentials": [], "publisherName": "Contoso",
              "replyUrls": [], "resourceSpecificApplicationPermissions": [], "servicePrincipalNames": [ "{appId}", "http://contoso/" ],
              "servicePrincipalType": "Application", "signInAudience": "AzureADMyOrg", "tags": [], "tokenEncryptionKeyId": null
            }
            """),
        new("serviceprincipal-get", "GET", "servicePrincipals(appId='{appId}')?$select=id,appId,displayName,appRoles,oauth2PermissionScopes,resourceSpecificApplicationPermissions", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals(id,appId,displayName,appRoles,oauth2PermissionScopes,resourceSpecificApplicationPermissions)/$entity",
              "id": "{principal}", "appId": "{appId}", "displayName": "My app", "appRoles": [], "oauth2PermissionScopes": []
            }
            """),
        new("serviceprincipal-update", "PATCH", "servicePrincipals/{principal}", """{ "appRoleAssignmentRequired": true }""", 204, null),
        new("serviceprincipal-delete", "DELETE", "servicePrincipals/{principal}", null, 204, null),
        new("serviceprincipal-list-owners", "GET", "servicePrincipals/{principal}/owners", null, 200, """{ "value": [{ "id": "{admin}" }] }"""),
        new("serviceprincipal-list-approleassignments", "GET", "servicePrincipals/{principal}/appRoleAssignments", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#appRoleAssignments",
              "value": [{
                "id": "{assignment}", "createdDateTime": "*", "appRoleId": "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
                "principalDisplayName": "My app", "principalId": "{principal}", "principalType": "ServicePrincipal",
                "resourceDisplayName": "Microsoft Graph", "resourceId": "{graph}"
              }]
            }
            """),
        new("serviceprincipal-post-approleassignments", "POST", "servicePrincipals/{principal}/appRoleAssignments",
            """{ "principalId": "{principal}", "resourceId": "{graph}", "appRoleId": "00000000-0000-0000-0000-000000000000" }""", 201, """
            { "id": "*", "createdDateTime": "*", "principalType": "ServicePrincipal", "principalId": "{principal}", "principalDisplayName": "My app", "resourceId": "{graph}", "resourceDisplayName": "Microsoft Graph" }
            """),
        new("serviceprincipal-delete-approleassignments", "DELETE", "servicePrincipals/{principal}/appRoleAssignments/{assignment}", null, 204, null),
        new("serviceprincipal-list-approleassignedto", "GET", "servicePrincipals/{graph}/appRoleAssignedTo?$filter=principalId eq '{principal}'", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('{graph}')/appRoleAssignedTo",
              "value": [{
                "id": "{assignment}", "deletedDateTime": null, "appRoleId": "e2a3a72e-5f79-4c64-b1b1-878b674786c9", "createdDateTime": "*",
                "principalDisplayName": "My app", "principalId": "{principal}", "principalType": "ServicePrincipal",
                "resourceDisplayName": "Microsoft Graph", "resourceId": "{graph}"
              }]
            }
            """),
        new("serviceprincipal-post-approleassignedto", "POST", "servicePrincipals/{graph}/appRoleAssignedTo",
            """{ "principalId": "{principal}", "resourceId": "{graph}", "appRoleId": "810c84a8-4a9e-49e6-bf7d-12d183f40d01" }""", 201, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('{graph}')/appRoleAssignedTo/$entity",
              "id": "*", "deletedDateTime": null, "appRoleId": "810c84a8-4a9e-49e6-bf7d-12d183f40d01", "createdDateTime": "*",
              "principalDisplayName": "My app", "principalId": "{principal}", "principalType": "ServicePrincipal",
              "resourceDisplayName": "Microsoft Graph", "resourceId": "{graph}"
            }
            """),
        new("serviceprincipal-delete-approleassignedto", "DELETE", "servicePrincipals/{graph}/appRoleAssignedTo/{assignment}", null, 204, null),
        new("serviceprincipal-list-oauth2permissiongrants", "GET", "servicePrincipals/{principal}/oauth2PermissionGrants", null, 200, """
            { "value": [{ "id": "{grant}", "clientId": "{principal}", "consentType": "AllPrincipals", "principalId": null, "resourceId": "{graph}", "scope": "Mail.Read" }] }
            """),

        new("oauth2permissiongrant-list", "GET", "oauth2PermissionGrants?$filter=clientId eq '{principal}'", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#oauth2PermissionGrants",
              "value": [{
                "@odata.id": "https://graph.microsoft.com/v2/{tenant}/oauth2PermissionGrants/{grant}",
                "clientId": "{principal}", "consentType": "AllPrincipals", "id": "{grant}", "principalId": null, "resourceId": "{graph}", "scope": "Mail.Read"
              }]
            }
            """),
        new("oauth2permissiongrant-post", "POST", "oauth2PermissionGrants",
            """{ "clientId": "{principal}", "consentType": "Principal", "principalId": "{user}", "resourceId": "{graph}", "scope": "Mail.Send" }""", 201, """
            { "id": "*", "clientId": "{principal}", "consentType": "Principal", "principalId": "{user}", "resourceId": "{graph}", "scope": "Mail.Send" }
            """),
        new("oauth2permissiongrant-get", "GET", "oauth2PermissionGrants/{grant}", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#oauth2PermissionGrants/$entity",
              "@odata.id": "https://graph.microsoft.com/v2/{tenant}/oauth2PermissionGrants/{grant}",
              "clientId": "{principal}", "consentType": "AllPrincipals", "id": "{grant}", "principalId": null, "resourceId": "{graph}", "scope": "Mail.Read"
            }
            """),
        new("oauth2permissiongrant-update", "PATCH", "oauth2PermissionGrants/{grant}", """{ "scope": "Mail.Read Mail.Send" }""", 204, null),
        new("oauth2permissiongrant-delete", "DELETE", "oauth2PermissionGrants/{grant}", null, 204, null),

        new("directory-deleteditems-list", "GET", "directory/deletedItems/microsoft.graph.application", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications", "value": [{ "id": "{deleted}", "displayName": "Gone", "deletedDateTime": "2026-03-02T09:00:00Z" }] }
            """),
        new("directory-deleteditems-list", "GET", "directory/deletedItems/microsoft.graph.application?$count=true&$orderBy=deletedDateTime asc&$select=id,DisplayName,deletedDateTime", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications(id,displayName,deletedDateTime)",
              "@odata.count": 1,
              "value": [{ "id": "{deleted}", "displayName": "Gone", "deletedDateTime": "2026-03-02T09:00:00Z" }]
            }
            """) { Headers = Eventual },
        new("directory-deleteditems-list", "GET", "directory/deletedItems/microsoft.graph.servicePrincipal", null, 200, """{ "value": [] }"""),
        new("directory-deleteditems-get", "GET", "directory/deletedItems/{deleted}", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryObjects/$entity", "@odata.type": "#microsoft.graph.application", "id": "{deleted}", "displayName": "Gone" }
            """),
        new("directory-deleteditems-restore", "POST", "directory/deletedItems/{deleted}/restore", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directoryObjects/$entity", "@odata.type": "#microsoft.graph.application", "id": "{deleted}", "displayName": "Gone" }
            """),
        new("directory-deleteditems-delete", "DELETE", "directory/deletedItems/{deleted}", null, 204, null),

        new("organization-list", "GET", "organization", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#organization",
              "value": [{
                "id": "{tenant}", "deletedDateTime": null, "businessPhones": [], "city": null, "country": null, "countryLetterCode": "*", "createdDateTime": "*",
                "defaultUsageLocation": null, "displayName": "Contoso", "isMultipleDataLocationsForServicesEnabled": null, "marketingNotificationEmails": [],
                "onPremisesLastSyncDateTime": null, "onPremisesSyncEnabled": null, "partnerTenantType": null, "postalCode": null, "preferredLanguage": "en",
                "securityComplianceNotificationMails": [], "securityComplianceNotificationPhones": [], "state": null, "street": null,
                "technicalNotificationMails": [], "tenantType": "AAD", "directorySizeQuota": { "used": "*", "total": 50000 },
                "assignedPlans": [{ "assignedDateTime": "*", "capabilityStatus": "Enabled", "service": "exchange", "servicePlanId": "113feb6c-3fe4-4440-bddc-54d774bf0318" }],
                "privacyProfile": { "contactEmail": "", "statementUrl": "" },
                "provisionedPlans": [{ "capabilityStatus": "Enabled", "provisioningStatus": "Success", "service": "exchange" }],
                "verifiedDomains": [{ "capabilities": "Email, OfficeCommunicationsOnline", "isDefault": true, "isInitial": true, "name": "contoso.onmicrosoft.com", "type": "Managed" }]
              }]
            }
            """),
        new("user-list", "GET", "users", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
              "value": [
                {
                  "businessPhones": [], "displayName": "Invoices", "givenName": "Invoices", "jobTitle": null, "mail": "{shared}", "mobilePhone": null,
                  "officeLocation": null, "preferredLanguage": null, "surname": null, "userPrincipalName": "{shared}", "id": "*"
                },
                {
                  "businessPhones": [], "displayName": "Alice Johnson", "givenName": "Alice", "jobTitle": null, "mail": "{alice}", "mobilePhone": null,
                  "officeLocation": null, "preferredLanguage": null, "surname": "Johnson", "userPrincipalName": "{alice}", "id": "{user}"
                },
                { "displayName": "Bob Martin" }, { "displayName": "Support Desk" }, { "displayName": "Carol Diaz" }, { "displayName": "Dana Olsen", "mail": null }
              ]
            }
            """),
        new("user-list", "GET", "users?$filter=startswith(displayName,'a')&$orderby=displayName&$count=true&$top=1", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "@odata.count": 1, "value": [{ "displayName": "Alice Johnson", "mail": "{alice}", "userPrincipalName": "{alice}" }] }
            """) { Headers = Eventual },
        new("user-list", "GET", "users?$filter=endswith(mail,'e@contoso.onmicrosoft.com')&$orderby=userPrincipalName&$count=true", null, 200, """
            { "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "@odata.count": 1, "value": [{ "displayName": "Alice Johnson", "mail": "{alice}" }] }
            """) { Headers = Eventual },
        new("user-list", "GET", "users?$filter=proxyAddresses/any(x:x eq 'smtp:alice.johnson@contoso.onmicrosoft.com')&$select=id,proxyAddresses", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(id,proxyAddresses)",
              "value": [{ "id": "{user}", "proxyAddresses": [ "SMTP:alice@contoso.onmicrosoft.com", "smtp:alice.johnson@contoso.onmicrosoft.com" ] }]
            }
            """),
        new("user-get", "GET", "users/{user}", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
              "businessPhones": [], "displayName": "Alice Johnson", "givenName": "Alice", "jobTitle": null, "mail": "{alice}", "mobilePhone": null,
              "officeLocation": null, "preferredLanguage": null, "surname": "Johnson", "userPrincipalName": "{alice}", "id": "{user}"
            }
            """),
        new("user-get", "GET", "users/{alice}?$select=displayName,givenName,postalCode,identities", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users(displayName,givenName,postalCode,identities)/$entity",
              "displayName": "Alice Johnson", "givenName": "Alice", "postalCode": null,
              "identities": [{ "signInType": "userPrincipalName", "issuer": "contoso.onmicrosoft.com", "issuerAssignedId": "{alice}" }]
            }
            """),

        new("tenantappmanagementpolicy-get", "GET", "policies/defaultAppManagementPolicy", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#policies/defaultAppManagementPolicy/$entity",
              "@odata.id": "https://graph.microsoft.com/v2/{tenant}/defaultAppManagementPolicy/00000000-0000-0000-0000-000000000000",
              "id": "00000000-0000-0000-0000-000000000000", "displayName": "Default app management tenant policy",
              "description": "Default tenant policy that enforces app management restrictions on applications and service principals. To apply policy to targeted resources, create a new policy under appManagementPolicies collection.",
              "isEnabled": false,
              "applicationRestrictions": { "passwordCredentials": [], "keyCredentials": [] },
              "servicePrincipalRestrictions": { "passwordCredentials": [], "keyCredentials": [] }
            }
            """),
        new("tenantappmanagementpolicy-update", "PATCH", "policies/defaultAppManagementPolicy", """
            {
              "isEnabled": true,
              "applicationRestrictions": {
                "passwordCredentials": [
                  { "restrictionType": "passwordAddition", "maxLifetime": null, "restrictForAppsCreatedAfterDateTime": "2021-01-01T10:37:00Z" },
                  { "restrictionType": "passwordLifetime", "maxLifetime": "P4DT12H30M5S", "restrictForAppsCreatedAfterDateTime": "2017-01-01T10:37:00Z" },
                  { "restrictionType": "symmetricKeyAddition", "maxLifetime": null, "restrictForAppsCreatedAfterDateTime": "2021-01-01T10:37:00Z" },
                  { "restrictionType": "customPasswordAddition", "maxLifetime": null, "restrictForAppsCreatedAfterDateTime": "2015-01-01T10:37:00Z" },
                  { "restrictionType": "symmetricKeyLifetime", "maxLifetime": "P40D", "restrictForAppsCreatedAfterDateTime": "2015-01-01T10:37:00Z" }
                ],
                "keyCredentials": [ { "restrictionType": "asymmetricKeyLifetime", "maxLifetime": "P30D", "restrictForAppsCreatedAfterDateTime": "2015-01-01T10:37:00Z" } ]
              }
            }
            """, 204, null),

        new("adminconsentrequestpolicy-get", "GET", "policies/adminConsentRequestPolicy", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#policies/adminConsentRequestPolicy/$entity",
              "isEnabled": true, "notifyReviewers": false, "remindersEnabled": false, "requestDurationInDays": 30, "version": 0,
              "reviewers": [{ "query": "{reviewer}", "queryType": "MicrosoftGraph", "queryRoot": null }]
            }
            """),
        new("adminconsentrequestpolicy-update", "PUT", "policies/adminConsentRequestPolicy", """
            {
              "isEnabled": true, "notifyReviewers": true, "remindersEnabled": true, "requestDurationInDays": 5,
              "reviewers": [
                { "query": "/users/b6879be8-fb87-4482-a72e-18445d2b5c54", "queryType": "MicrosoftGraph" },
                { "query": "/users/b3427cc5-bf69-4dcd-95f7-ed1eb432f5e9", "queryType": "MicrosoftGraph" }
              ]
            }
            """, 204, null),
        new("appconsentapprovalroute-list-appconsentrequests", "GET", "identityGovernance/appConsent/appConsentRequests", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/appConsent/appConsentRequests",
              "@odata.count": 2,
              "value": [
                {
                  "id": "{consent}", "appId": "{wantedApp}", "appDisplayName": "Fabrikam Mail Archive",
                  "pendingScopes": [
                    { "displayName": "Mail.ReadWrite" }, { "displayName": "Mail.Send" }, { "displayName": "openid" }, { "displayName": "profile" }, { "displayName": "offline_access" }
                  ],
                  "userConsentRequests@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/appConsent/appConsentRequests('{consent}')/userConsentRequests",
                  "userConsentRequests": []
                },
                { "id": "{granted}" }
              ]
            }
            """),
        new("appconsentapprovalroute-list-appconsentrequests", "GET", "identityGovernance/appConsent/appConsentRequests?$filter=userConsentRequests/any (u:u/status eq 'InProgress')", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/appConsent/appConsentRequests",
              "@odata.count": 1,
              "value": [{ "id": "{consent}", "appId": "{wantedApp}", "consentType": "Dynamic", "userConsentRequests": [] }]
            }
            """),
        new("appconsentrequest-get", "GET", "identityGovernance/appConsent/appConsentRequests/{granted}", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/appConsent/appConsentRequests/$entity",
              "id": "{granted}", "appId": "{appId}", "appDisplayName": "Graph Explorer", "consentType": "Dynamic", "pendingScopes": [],
              "userConsentRequests@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/appConsent/appConsentRequests('{granted}')/userConsentRequests",
              "userConsentRequests": []
            }
            """),
        new("appconsentrequest-list-userconsentrequests", "GET", "identityGovernance/appConsent/appConsentRequests/{granted}/userConsentRequests", null, 200, """
            {
              "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#identityGovernance/appConsent/appConsentRequests('{granted}')/userConsentRequests",
              "@odata.count": 1,
              "value": [{
                "id": "*", "reason": "I need access", "status": "Completed", "createdDateTime": "*",
                "createdBy": { "user": { "id": "{user}", "displayName": "Alice Johnson", "userPrincipalName": "{alice}", "mail": "{alice}" } },
                "approval": {
                  "id": "*",
                  "stages": [{
                    "id": "*", "displayName": null, "reviewedDateTime": "*", "reviewResult": "Approve", "status": "Completed", "justification": "Admin consent granted.",
                    "reviewedBy": { "id": "00000001-0000-0000-c000-000000000000", "displayName": "", "userPrincipalName": "", "mail": "" }
                  }]
                },
                "approvalId": "*", "customData": null
              }]
            }
            """),

        new("reportroot-list-appcredentialsigninactivities", "GET", "reports/appCredentialSignInActivities", null, 200, """
            {
              "value": [{
                  "appId": "{appId}", "appObjectId": "{app}", "credentialOrigin": "application", "expirationDateTime": "*", "id": "*", "keyId": "{keyId}",
                  "keyType": "clientSecret", "keyUsage": "sign", "servicePrincipalObjectId": "{principal}",
                  "signInActivity": { "lastSignInDateTime": "2026-03-02T09:00:00Z", "lastSignInRequestId": "*" }
              }]
            }
            """) { Version = "beta" },
        new("reportroot-list-appcredentialsigninactivities", "GET", "reports/appCredentialSignInActivities?$filter=keyId eq '{keyId}'", null, 200,
            """{ "value": [{ "appId": "{appId}", "keyId": "{keyId}", "keyType": "clientSecret" }] }""") { Version = "beta" },
        new("reportroot-list-appcredentialsigninactivities", "GET", "reports/appCredentialSignInActivities?$filter=appId eq '{appId}'", null, 200,
            """{ "value": [{ "appId": "{appId}", "keyId": "{keyId}" }] }""") { Version = "beta" },
        new("reportroot-list-serviceprincipalsigninactivities", "GET", "reports/servicePrincipalSignInActivities", null, 200, """
            {
              "value": [{
                  "appId": "{appId}", "id": "*",
                  "applicationAuthenticationClientSignInActivity": { "lastSignInDateTime": "2026-03-02T09:00:00Z", "lastSignInRequestId": "*" },
                  "applicationAuthenticationResourceSignInActivity": { "lastSignInDateTime": null, "lastSignInRequestId": null },
                  "delegatedClientSignInActivity": { "lastSignInDateTime": null, "lastSignInRequestId": null },
                  "delegatedResourceSignInActivity": { "lastSignInDateTime": null, "lastSignInRequestId": null },
                  "lastSignInActivity": { "lastSignInDateTime": "2026-03-02T09:00:00Z", "lastSignInRequestId": "*" }
              }]
            }
            """) { Version = "beta" },
        new("reportroot-list-serviceprincipalsigninactivities", "GET", "reports/servicePrincipalSignInActivities?$filter=appId eq '{appId}'", null, 200,
            """{ "value": [{ "appId": "{appId}" }] }""") { Version = "beta" },
        new("security-auditcoreroot-post-auditlogqueries", "POST", "security/auditLog/queries", AuditQuery, 201, """
            {
              "@odata.context": "*", "id": "*", "displayName": "Mail", "filterStartDateTime": "2026-03-01T00:00:00Z",
              "filterEndDateTime": "2026-03-02T00:00:00Z", "operationFilters": [ "Send" ]
            }
            """),
        new("security-auditcoreroot-list-auditlogqueries", "GET", "security/auditLog/queries", null, 200, """{ "value": [{ "id": "{query}", "displayName": "Mail" }] }"""),
        new("security-auditlogquery-get", "GET", "security/auditLog/queries/{query}", null, 200, """{ "id": "{query}", "displayName": "Mail", "operationFilters": [ "Send" ] }"""),
        new("security-auditlogquery-list-records", "GET", "security/auditLog/queries/{query}/records", null, 200, """{ "value": [] }"""),
    ];

    internal const string AuditQuery = """
        {
          "displayName": "Mail", "filterStartDateTime": "2026-03-01T00:00:00Z", "filterEndDateTime": "2026-03-02T00:00:00Z",
          "operationFilters": [ "Send" ]
        }
        """;
}
