using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tenant.Directory;

/// <summary>
/// The resource principals that every tenant has, with the permissions that mail administration meets; and Azure Storage.
/// </summary>
/// <remarks>
/// Ids of Microsoft Graph: https://learn.microsoft.com/graph/permissions-reference. Of Office 365 Exchange Online:
/// https://learn.microsoft.com/powershell/exchange/app-only-auth-powershell-v2 and
/// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth.
/// </remarks>
internal static class Resources
{
    public const string GraphAppId = "00000003-0000-0000-c000-000000000000";

    public const string ExchangeAppId = "00000002-0000-0ff1-ce00-000000000000";

    public const string StorageAppId = "e406a681-f3d4-42a8-90b6-c2b029497af1";

    public const string MicrosoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

    /// <summary>A permission of a resource: an app role or a scope.</summary>
    private sealed record Permission(string Value, string Id);

    private static readonly Permission[] GraphRoles =
    [
        new("Application.Read.All", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30"),
        new("Application.ReadWrite.All", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"),
        new("Application.ReadWrite.OwnedBy", "18a4783c-866b-4cc7-a460-3d5e5662c884"),
        new("AppRoleAssignment.ReadWrite.All", "06b708a9-e830-4db3-a914-8e69da51d44f"),
        new("AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da"),
        new("AuditLogsQuery-Exchange.Read.All", "6b0d2622-d34e-4470-935b-b96550e5ca8d"),
        new("Calendars.Read", "798ee544-9d2d-430c-a058-570e29e34338"),
        new("Calendars.ReadWrite", "ef54d2bf-783f-4e0f-bca1-3210c0444d99"),
        new("ConsentRequest.Read.All", "1260ad83-98fb-4785-abbb-d6cc1806fd41"),
        new("ConsentRequest.ReadWrite.All", "9f1b81a7-0223-4428-bfa4-0bcb5535f27d"),
        new("Contacts.Read", "089fe4d0-434a-44c5-8827-41ba8a0b17f5"),
        new("Contacts.ReadWrite", "6918b873-d17a-4dc1-b314-35f528134491"),
        new("DelegatedPermissionGrant.ReadWrite.All", "8e8e4742-1d95-4f68-9d56-6ee75648c72a"),
        new("Directory.Read.All", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
        new("Directory.ReadWrite.All", "19dbc75e-c2e2-444c-a770-ec69d8559fc7"),
        new("Domain.Read.All", "dbb9058a-0e50-45d7-ae91-66909b5d4664"),
        new("Group.Read.All", "5b567255-7703-4780-807c-7be8301ae99b"),
        new("GroupMember.Read.All", "98830695-27a2-44f7-8c18-0c3ebc9698f6"),
        new("Mail-Advanced.ReadWrite.All", "e118f1da-5c1c-46cf-bff6-8858d786f46f"),
        new("Mail.Read", "810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
        new("Mail.ReadBasic", "6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a"),
        new("Mail.ReadBasic.All", "693c5e45-0940-467d-9b8a-1022fb9d42ef"),
        new("Mail.ReadWrite", "e2a3a72e-5f79-4c64-b1b1-878b674786c9"),
        new("Mail.Send", "b633e1c5-b582-4048-a93e-9f11b44c7e96"),
        new("MailboxFolder.Read.All", "99280d24-a782-4793-93cc-0888549957f6"),
        new("MailboxFolder.ReadWrite.All", "fef87b92-8391-4589-9da7-eb93dab7dc8a"),
        new("MailboxItem.Read.All", "7d9f353d-a7bd-4fbb-822a-26d5dd39a3ce"),
        new("MailboxSettings.Read", "40f97065-369a-49f4-947c-6a255697ae91"),
        new("MailboxSettings.ReadWrite", "6931bccd-447a-43d1-b442-00a195474933"),
        new("Organization.Read.All", "498476ce-e0fe-48b0-b801-37ba7e2685c6"),
        new("Policy.Read.All", "246dd0d5-5bd0-4def-940b-0421030a5b68"),
        new("Policy.ReadWrite.ApplicationConfiguration", "be74164b-cff1-491c-8741-e671cb536e13"),
        new("Policy.ReadWrite.Authorization", "fb221be6-99f2-473f-bd32-01c6a0e9ca3b"),
        new("Policy.ReadWrite.ConsentRequest", "999f8c63-0a38-4f1b-91fd-ed1947bdd1a9"),
        new("RoleManagement.Read.Directory", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c"),
        new("RoleManagement.Read.Exchange", "c769435f-f061-4d0b-8ff1-3d39870e5f85"),
        new("RoleManagement.ReadWrite.Exchange", "025d3225-3f02-4882-b4c0-cd5b541a4e80"),
        new("User.Read.All", "df021288-bdef-4463-88db-98f22de89214"),
        new("User.ReadBasic.All", "97235f07-e226-4f63-ace3-39588e11d3a1"),
    ];

    private static readonly Permission[] GraphScopes =
    [
        new("Application.ReadWrite.All", "bdfbf15f-ee85-4955-8675-146e8e5296b5"),
        new("AppRoleAssignment.ReadWrite.All", "84bccea3-f856-4a8a-967b-dbe0a3d53a64"),
        new("AuditLog.Read.All", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20"),
        // Its ID isn't documented, so this one is invented. It's looked up by name.
        new("AuditLogsQuery-Exchange.Read.All", "5a1c0d7e-9b34-4c62-8f21-7d0e3b9a4c15"),
        new("Calendars.ReadWrite", "1ec239c2-d7c9-4623-a91a-a9775856bb36"),
        new("ConsentRequest.Read.All", "f3bfad56-966e-4590-a536-82ecf548ac1e"),
        new("DelegatedPermissionGrant.ReadWrite.All", "41ce6ca6-6826-4807-84f1-1c82854f7ee5"),
        new("Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a"),
        new("email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0"),
        new("IMAP.AccessAsUser.All", "652390e4-393a-48de-9484-05f9b1212954"),
        new("Mail.Read", "570282fd-fa5c-430d-a7fd-fc8dc98a9dca"),
        new("Mail.Read.Shared", "7b9103a5-4610-446b-9670-80643382c1fa"),
        new("Mail.ReadBasic", "a4b8392a-d8d1-4954-a029-8e668a39a170"),
        new("Mail.ReadWrite", "024d486e-b451-40bb-833d-3e66d98c5c73"),
        new("Mail.ReadWrite.Shared", "5df07973-7d5d-46ed-9847-1271055cbd51"),
        new("Mail.Send", "e383f46e-2787-4529-855e-0e479a3ffac0"),
        new("Mail.Send.Shared", "a367ab51-6b49-43bf-a716-a1fb06d2a174"),
        new("MailboxSettings.Read", "87f447af-9fa4-4c32-9dfa-4a57a73d18ce"),
        new("MailboxSettings.ReadWrite", "818c620a-27a9-40bd-a6a5-d96f7d610b4b"),
        new("offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182"),
        new("openid", "37f7f235-527c-4136-accd-4a02d197296e"),
        new("Policy.Read.All", "572fea84-0151-49b2-9301-11cb16974376"),
        new("Policy.ReadWrite.ConsentRequest", "4d135e65-66b8-41a8-9f8b-081452c91774"),
        new("POP.AccessAsUser.All", "d7b7f2d9-0f45-4ea1-9d42-e50810c06991"),
        new("profile", "14dad69e-099b-42c9-810b-d002981feec1"),
        new("RoleManagement.ReadWrite.Exchange", "c1499fe0-52b1-4b22-bed2-7a244e0e879f"),
        new("SMTP.Send", "258f6531-6087-4cc4-bb90-092c5fb3ed3f"),
        new("User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
        new("User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59"),
    ];

    private static readonly Permission[] ExchangeRoles =
    [
        new("Calendars.ReadWrite.All", "ef54d2bf-783f-4e0f-bca1-3210c0444d99"),
        new("Exchange.ManageAsApp", "dc50a0fb-09a3-484d-be87-e023b12c6440"),
        new("full_access_as_app", "dc890d15-9560-4a4c-9b7f-a736ec74ec40"),
        new("IMAP.AccessAsApp", "5e5addcd-3e8d-4e90-baf5-964efab2b20a"),
        new("Mail.Read", "810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
        new("Mail.ReadWrite", "e2a3a72e-5f79-4c64-b1b1-878b674786c9"),
        new("Mail.Send", "b633e1c5-b582-4048-a93e-9f11b44c7e96"),
        new("MailboxSettings.Read", "d45fa9f8-36e5-4cd2-b601-b063c7cf9ac2"),
        new("POP.AccessAsApp", "cb842b43-da6e-4506-86fe-bb12199c656d"),
        // This role's ID isn't documented. The sandbox uses its own, so that only a lookup by name finds it.
        new("SMTP.SendAsApp", SandboxId("SMTP.SendAsApp")),
        new("User.Read.All", "bf24470f-10c1-436d-8d53-7b997eb473be"),
    ];

    private static readonly Permission[] ExchangeScopes =
    [
        new("Exchange.Manage", "ab4f2b77-0b06-4fc1-a9de-02113fc2ab7c"),
        new("IMAP.AccessAsUser.All", "195adc35-e27b-454b-a7ed-1ecdffa1c09f"),
        new("SMTP.Send", "76faac2a-0f20-42f1-928a-50de5b9dbe52"),
    ];

    /// <summary>The service principal of Microsoft Graph in this tenant.</summary>
    public static JsonObject Graph(Cloud cloud, DateTimeOffset created) => Principal(
        GraphAppId,
        "Microsoft Graph",
        [$"https://{cloud.GraphHost}/", $"https://{cloud.GraphHost}"],
        GraphRoles,
        GraphScopes,
        created);

    /// <summary>The service principal of Office 365 Exchange Online in this tenant.</summary>
    public static JsonObject Exchange(Cloud cloud, DateTimeOffset created) => Principal(
        ExchangeAppId,
        "Office 365 Exchange Online",
        [
            $"https://{cloud.ExchangeHost}/", $"https://{cloud.ExchangeHost}",
            .. cloud.ImapHost == cloud.ExchangeHost
                ? Array.Empty<string>()
                : [$"https://{cloud.ImapHost}/", $"https://{cloud.ImapHost}"],
            "https://outlook.office.com", "https://outlook.office.com/", "https://ps.outlook.com",
        ],
        ExchangeRoles,
        ExchangeScopes,
        created);

    /// <summary>
    /// The service principal of Azure Storage. A tenant has it after the first token request for Azure Storage. Azure, not Entra,
    /// authorizes the caller there.
    /// </summary>
    /// <remarks>https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory</remarks>
    public static JsonObject Storage(DateTimeOffset created) => Principal(
        StorageAppId,
        "Azure Storage",
        [StorageName, $"{StorageName}/"],
        [],
        [new("user_impersonation", "03e0da56-190b-40ad-a80c-ea378c433f7f")],
        created);

    /// <summary>The resource of token requests for Azure Storage, in every cloud.</summary>
    public const string StorageName = "https://storage.azure.com";

    private static JsonObject Principal(
        string appId, string name, string[] names, Permission[] roles, Permission[] scopes, DateTimeOffset created)
    {
        var json = ServicePrincipals.New(appId, name, MicrosoftTenant, created);
        json["servicePrincipalNames"] = Json.Array([appId, .. names]);
        json["appRoles"] = new JsonArray([.. roles.Select(Role)]);
        json["oauth2PermissionScopes"] = new JsonArray([.. scopes.Select(Scope)]);
        return json;
    }

    // https://learn.microsoft.com/graph/api/resources/approle
    private static JsonObject Role(Permission permission) => new()
    {
        ["allowedMemberTypes"] = Json.Array("Application"),
        ["description"] = $"Allows the app to act with {permission.Value} without a signed-in user.",
        ["displayName"] = permission.Value,
        ["id"] = permission.Id,
        ["isEnabled"] = true,
        ["origin"] = "Application",
        ["value"] = permission.Value,
    };

    // https://learn.microsoft.com/graph/api/resources/permissionscope
    private static JsonObject Scope(Permission permission) => new()
    {
        ["adminConsentDescription"] = $"Allows the app to act with {permission.Value} for the signed-in user.",
        ["adminConsentDisplayName"] = permission.Value,
        ["id"] = permission.Id,
        ["isEnabled"] = true,
        ["type"] = IsForAdmins(permission.Value) ? "Admin" : "User",
        ["userConsentDescription"] = null,
        ["userConsentDisplayName"] = null,
        ["value"] = permission.Value,
    };

    /// <summary>
    /// Whether only an admin may consent to a scope: the "AdminConsentRequired" row of
    /// https://learn.microsoft.com/graph/permissions-reference.
    /// </summary>
    private static bool IsForAdmins(string scope) =>
        scope is "Exchange.Manage" or "Policy.ReadWrite.ConsentRequest"
        || (scope.EndsWith(".All", StringComparison.Ordinal) && !scope.EndsWith(".AccessAsUser.All", StringComparison.Ordinal));

    private static string SandboxId(string name) =>
        new Guid(SHA256.HashData(Encoding.ASCII.GetBytes(name)).AsSpan(0, 16)).ToString();
}
