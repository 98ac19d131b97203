using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>Every endpoint: what it answers to, which app roles open it, and the page that documents it.</summary>
internal static class GraphRoutes
{
    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "applications", Permissions.ReadApplications, "application-list", ApplicationApi.List),
        new("POST", "applications", Permissions.WriteApplications, "application-post-applications", ApplicationApi.Create),
        new("GET", "applications/$count", Permissions.ReadApplications, "application-list", ApplicationApi.Count),
        new("GET", "applications/{application}", Permissions.ReadApplications, "application-get", ApplicationApi.Get),
        new("PATCH", "applications/{application}", Permissions.WriteApplications, "application-update", ApplicationApi.Update),
        new("DELETE", "applications/{application}", Permissions.WriteApplications, "application-delete", ApplicationApi.Delete),
        new("POST", "applications/{application}/addPassword", Permissions.WriteApplications, "application-addpassword",
            PasswordApi.Add),
        new("POST", "applications/{application}/removePassword", Permissions.WriteApplications, "application-removepassword",
            PasswordApi.Remove),
        new("GET", "applications/{application}/owners", Permissions.ReadApplications, "application-list-owners",
            OwnerApi.OfApplication),
        new("POST", "applications/{application}/owners/$ref", Permissions.WriteApplications, "application-post-owners",
            OwnerApi.AddToApplication),
        new("DELETE", "applications/{application}/owners/{owner}/$ref", Permissions.WriteApplications,
            "application-delete-owners", OwnerApi.RemoveFromApplication),

        new("GET", "servicePrincipals", Permissions.ReadApplications, "serviceprincipal-list", ServicePrincipalApi.List),
        new("POST", "servicePrincipals", Permissions.WriteApplications, "serviceprincipal-post-serviceprincipals",
            ServicePrincipalApi.Create),
        new("GET", "servicePrincipals/{principal}", Permissions.ReadApplications, "serviceprincipal-get",
            ServicePrincipalApi.Get),
        new("PATCH", "servicePrincipals/{principal}", Permissions.WriteApplications, "serviceprincipal-update",
            ServicePrincipalApi.Update),
        new("DELETE", "servicePrincipals/{principal}", Permissions.WriteApplications, "serviceprincipal-delete",
            ServicePrincipalApi.Delete),
        new("GET", "servicePrincipals/{principal}/owners", Permissions.ReadApplications, "serviceprincipal-list-owners",
            OwnerApi.OfServicePrincipal),
        new("GET", "servicePrincipals/{principal}/appRoleAssignments", Permissions.ReadApplications,
            "serviceprincipal-list-approleassignments", GrantApi.RolesOf),
        new("POST", "servicePrincipals/{principal}/appRoleAssignments", Permissions.GrantRoles,
            "serviceprincipal-post-approleassignments", GrantApi.GrantRole),
        new("DELETE", "servicePrincipals/{principal}/appRoleAssignments/{assignment}", Permissions.GrantRoles,
            "serviceprincipal-delete-approleassignments", GrantApi.RevokeRole),
        new("GET", "servicePrincipals/{principal}/appRoleAssignedTo", Permissions.ReadApplications,
            "serviceprincipal-list-approleassignedto", GrantApi.RolesAssignedTo),
        new("POST", "servicePrincipals/{principal}/appRoleAssignedTo", Permissions.GrantRoles,
            "serviceprincipal-post-approleassignedto", GrantApi.AssignRole),
        new("DELETE", "servicePrincipals/{principal}/appRoleAssignedTo/{assignment}", Permissions.GrantRoles,
            "serviceprincipal-delete-approleassignedto", GrantApi.RevokeRole),
        new("GET", "servicePrincipals/{principal}/oauth2PermissionGrants", Permissions.ReadGrants,
            "serviceprincipal-list-oauth2permissiongrants", GrantApi.ScopesOf),

        new("GET", "oauth2PermissionGrants", Permissions.ReadGrants, "oauth2permissiongrant-list", GrantApi.Scopes),
        new("POST", "oauth2PermissionGrants", Permissions.WriteGrants, "oauth2permissiongrant-post", GrantApi.GrantScope),
        new("GET", "oauth2PermissionGrants/{grant}", Permissions.ReadGrants, "oauth2permissiongrant-get", GrantApi.Scope),
        new("PATCH", "oauth2PermissionGrants/{grant}", Permissions.WriteGrants, "oauth2permissiongrant-update",
            GrantApi.ChangeScope),
        new("DELETE", "oauth2PermissionGrants/{grant}", Permissions.WriteGrants, "oauth2permissiongrant-delete",
            GrantApi.RevokeScope),

        new("GET", "directory/deletedItems/application", Permissions.ReadApplications, "directory-deleteditems-list",
            DeletedItemsApi.ListApplications),
        new("GET", "directory/deletedItems/servicePrincipal", Permissions.ReadApplications, "directory-deleteditems-list",
            DeletedItemsApi.ListServicePrincipals),
        new("GET", "directory/deletedItems/{id}", Permissions.ReadApplications, "directory-deleteditems-get",
            DeletedItemsApi.Get),
        new("POST", "directory/deletedItems/{id}/restore", Permissions.WriteApplications, "directory-deleteditems-restore",
            DeletedItemsApi.Restore),
        new("DELETE", "directory/deletedItems/{id}", Permissions.WriteApplications, "directory-deleteditems-delete",
            DeletedItemsApi.Purge),

        new("GET", "organization", Permissions.ReadOrganization, "organization-list", UserApi.Organization),
        new("GET", "users", Permissions.ReadUsers, "user-list", UserApi.List),
        new("GET", "users/{user}", Permissions.ReadUsers, "user-get", UserApi.Get),

        new("GET", "users/{user}/mailFolders", Permissions.MailBasic, "user-list-mailfolders", FolderApi.List),
        new("POST", "users/{user}/mailFolders", Permissions.MailWrite, "user-post-mailfolders", FolderApi.Create),
        new("GET", "users/{user}/mailFolders/{folder}", Permissions.MailBasic, "mailfolder-get", FolderApi.Get),
        new("PATCH", "users/{user}/mailFolders/{folder}", Permissions.MailWrite, "mailfolder-update", FolderApi.Update),
        new("DELETE", "users/{user}/mailFolders/{folder}", Permissions.MailWrite, "mailfolder-delete", FolderApi.Delete),
        new("GET", "users/{user}/mailFolders/{folder}/childFolders", Permissions.MailBasic, "mailfolder-list-childfolders",
            FolderApi.ListChildren),
        new("POST", "users/{user}/mailFolders/{folder}/childFolders", Permissions.MailWrite, "mailfolder-post-childfolders",
            FolderApi.CreateChild),

        new("GET", "users/{user}/messages", Permissions.MailBasic, "user-list-messages", MessageApi.List),
        new("GET", "users/{user}/messages/$count", Permissions.MailBasic, "user-list-messages", MessageApi.CountAll),
        new("GET", "users/{user}/mailFolders/{folder}/messages", Permissions.MailBasic, "mailfolder-list-messages",
            MessageApi.ListFolder),
        new("GET", "users/{user}/mailFolders/{folder}/messages/$count", Permissions.MailBasic, "mailfolder-list-messages",
            MessageApi.Count),
        new("POST", "users/{user}/messages", Permissions.MailWrite, "user-post-messages", DraftApi.Create),
        new("POST", "users/{user}/mailFolders/{folder}/messages", Permissions.MailWrite, "mailfolder-post-messages",
            DraftApi.CreateIn),
        new("POST", "users/{user}/sendMail", Permissions.MailSend, "user-sendmail", DraftApi.SendMail),
        new("GET", "users/{user}/mailFolders/{folder}/messages/delta", Permissions.MailBasic, "message-delta", DeltaApi.Get),
        .. OfMessage("GET", "", Permissions.MailBasic, "message-get", MessageApi.Get),
        .. OfMessage("GET", "/$value", Permissions.MailContent, "message-get", MessageApi.GetMime),
        .. OfMessage("PATCH", "", Permissions.MailWrite, "message-update", MessageApi.Update),
        .. OfMessage("DELETE", "", Permissions.MailWrite, "message-delete", MessageApi.Delete),
        .. OfMessage("POST", "/move", Permissions.MailWrite, "message-move", MessageApi.Move),
        .. OfMessage("POST", "/copy", Permissions.MailWrite, "message-copy", MessageApi.Copy),
        .. OfMessage("POST", "/permanentDelete", Permissions.MailWrite, "message-permanentdelete", MessageApi.PermanentDelete),
        .. OfMessage("POST", "/send", Permissions.MailSend, "message-send", DraftApi.Send),
        .. OfMessage("POST", "/forward", Permissions.MailSend, "message-forward", ForwardApi.Forward),
        .. OfMessage("GET", "/attachments", Permissions.MailContent, "message-list-attachments", AttachmentApi.List),
        .. OfMessage("POST", "/attachments", Permissions.MailWrite, "message-post-attachments", AttachmentApi.Add),
        .. OfMessage(
            "POST", "/attachments/createUploadSession", Permissions.MailWrite, "attachment-createuploadsession",
            UploadApi.Create),
        .. OfMessage("GET", "/attachments/{attachment}", Permissions.MailContent, "attachment-get", AttachmentApi.Get),
        .. OfMessage(
            "GET", "/attachments/{attachment}/$value", Permissions.MailContent, "attachment-get", AttachmentApi.GetContent),
        .. OfMessage("DELETE", "/attachments/{attachment}", Permissions.MailWrite, "attachment-delete", AttachmentApi.Delete),

        new("GET", "users/{user}/mailboxSettings", Permissions.ReadSettings, "user-get-mailboxsettings", SettingsApi.Get),
        new("GET", "users/{user}/mailboxSettings/{setting}", Permissions.ReadSettings, "user-get-mailboxsettings",
            SettingsApi.GetOne),
        new("PATCH", "users/{user}/mailboxSettings", Permissions.WriteSettings, "user-update-mailboxsettings",
            SettingsApi.Update),

        new("GET", "policies/defaultAppManagementPolicy", Permissions.ReadPolicies, "tenantappmanagementpolicy-get",
            PolicyApi.Get),
        new("PATCH", "policies/defaultAppManagementPolicy", Permissions.WritePolicies, "tenantappmanagementpolicy-update",
            PolicyApi.Update),
        new("GET", "policies/adminConsentRequestPolicy", Permissions.ReadConsentPolicy, "adminconsentrequestpolicy-get",
            ConsentPolicyApi.Get),
        new("PUT", "policies/adminConsentRequestPolicy", Permissions.WriteConsentPolicy, "adminconsentrequestpolicy-update",
            ConsentPolicyApi.Replace),
        new("GET", "identityGovernance/appConsent/appConsentRequests", Permissions.ReadConsentRequests,
            "appconsentapprovalroute-list-appconsentrequests", ConsentRequestApi.List),
        new("GET", "identityGovernance/appConsent/appConsentRequests/{request}", Permissions.ReadConsentRequests,
            "appconsentrequest-get", ConsentRequestApi.Get),
        new("GET", "identityGovernance/appConsent/appConsentRequests/{request}/userConsentRequests",
            Permissions.ReadConsentRequests, "appconsentrequest-list-userconsentrequests", ConsentRequestApi.ListAskers),

        new("GET", "reports/appCredentialSignInActivities", Permissions.ReadActivity,
            "reportroot-list-appcredentialsigninactivities", CredentialActivityApi.List) { Version = "beta" },
        new("GET", "reports/servicePrincipalSignInActivities", Permissions.ReadActivity,
            "reportroot-list-serviceprincipalsigninactivities", AppActivityApi.List) { Version = "beta" },
    ];

    /// <summary>Finds the endpoint of a request.</summary>
    /// <exception cref="GraphRefusal">There is none.</exception>
    public static (Route Route, IReadOnlyDictionary<string, string> Keys) Find(
        string method, string version, IReadOnlyList<string> path)
    {
        var known = false;
        foreach (var route in All.Where(r => r.Version == version))
        {
            if (route.Match(path) is { } keys)
            {
                known = true;
                if (route.Method == method)
                {
                    return (route, keys);
                }
            }
        }

        throw known
            ? new GraphRefusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
            : GraphRefusal.NoSegment(path.Count == 0 ? "" : path[^1]);
    }

    /// <summary>A message is reached through its mailbox and through its folder.</summary>
    private static Route[] OfMessage(
        string method, string suffix, string[] roles, string page, Func<GraphCall, TenantAnswer> handle) =>
    [
        new(method, "users/{user}/messages/{message}" + suffix, roles, page, handle),
        new(method, "users/{user}/mailFolders/{folder}/messages/{message}" + suffix, roles, page, handle),
    ];
}
