using System.Text;
using System.Text.Json.Nodes;
using MailAdmin.Tenant.Configuration;
using MailAdmin.Tenant.Directory;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>A tenant with one of everything that the examples of the documentation speak of, each under a name.</summary>
public sealed class DocumentedWorld : IDisposable
{
    /// <summary>The message of the examples.</summary>
    public const string Concert = """
        From: Adele Vance <adelev@contoso.onmicrosoft.com>
        To: Alex Wilber <AlexW@contoso.onmicrosoft.com>
        Subject: 9/9/2018: concert
        Date: Sun, 09 Sep 2018 03:15:06 +0000
        Message-ID: <MWHPR6E1BE060@MWHPR1120.namprd22.prod.outlook.com>
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8
        x-custom-header-group-name: Washington

        <html><body>The group represents Nevada.</body></html>
        """;

    private DocumentedWorld(TenantClient client, string token) => (Client, Token) = (client, token);

    public TenantClient Client { get; }

    /// <summary>A token that opens everything.</summary>
    public string Token { get; }

    /// <summary>What "{name}" in an example stands for.</summary>
    public Dictionary<string, string> Names { get; } = [];

    public static async Task<DocumentedWorld> CreateAsync()
    {
        var client = new TenantClient();
        var world = new DocumentedWorld(client, client.MintAll());
        await world.AddDirectoryAsync();
        await world.AddMailAsync();
        world.Names["query"] = (string)(await world.OkAsync("POST", "security/auditLog/queries", DirectoryExamples.AuditQuery))["id"]!;
        return world;
    }

    /// <summary>The same with groups, policies, workloads and sign-ins, which only some of the examples speak of.</summary>
    public static async Task<DocumentedWorld> CreateWholeAsync()
    {
        var world = await CreateAsync();
        await world.AddGroupsAsync();
        await world.AddPoliciesAsync();
        await world.AddSignInAsync();
        return world;
    }

    public async Task<JsonObject> OkAsync(string method, string path, string? json = null) =>
        (await Client.SendAsync(method, Fill(path), Token, json is null ? null : Fill(json))).Ok();

    /// <summary>A text with the names in braces replaced.</summary>
    public string Fill(string text) => Names.Aggregate(text, (t, n) => t.Replace("{" + n.Key + "}", n.Value, StringComparison.Ordinal));

    public void Dispose() => Client.Dispose();

    private async Task AddDirectoryAsync()
    {
        Names["tenant"] = Client.Tenant.TenantId;
        Names["admin"] = Client.Tenant.State.Directory.PrincipalOf(Client.Tenant.AdminApp.ClientId)!.Id;
        var app = await OkAsync("POST", "applications", """{"displayName":"My app","signInAudience":"AzureADMyOrg","identifierUris":["http://contoso/"]}""");
        Names["app"] = (string)app["id"]!;
        Names["appId"] = (string)app["appId"]!;
        Names["principal"] = (string)(await OkAsync("POST", "servicePrincipals", """{"appId":"{appId}"}"""))["id"]!;
        var graph = await OkAsync("GET", "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')");
        Names["graph"] = (string)graph["id"]!;
        Names["assignment"] = (string)(await OkAsync("POST", "servicePrincipals/{principal}/appRoleAssignments",
            """{"principalId":"{principal}","resourceId":"{graph}","appRoleId":"e2a3a72e-5f79-4c64-b1b1-878b674786c9"}"""))["id"]!;
        Names["grant"] = (string)(await OkAsync("POST", "oauth2PermissionGrants",
            """{"clientId":"{principal}","consentType":"AllPrincipals","resourceId":"{graph}","scope":"Mail.Read"}"""))["id"]!;
        Names["keyId"] = (string)(await OkAsync("POST", "applications/{app}/addPassword"))["keyId"]!;
        Names["workload"] = (string)(await OkAsync("POST", "applications/{app}/federatedIdentityCredentials", """
            {
              "name": "testing02", "issuer": "https://login.microsoftonline.com/3d1e2be9-a10a-4a0c-8380-7ce190f98ed9/v2.0",
              "subject": "a7d388c3-5e3f-4959-ac7d-786b3383006a", "audiences": [ "api://AzureADTokenExchange" ]
            }
            """))["id"]!;
        Names["principalKeyId"] = Guid.NewGuid().ToString();
        Client.Tenant.State.Directory.ApplicationOf(Client.Tenant.AdminApp.ClientId)!.Json["servicePrincipalLockConfiguration"] = null;
        ((JsonArray)Client.Tenant.State.Directory.PrincipalOf(Client.Tenant.AdminApp.ClientId)!.Json["passwordCredentials"]!).Add(
            new JsonObject { ["keyId"] = Names["principalKeyId"], ["displayName"] = "of the service principal" });
        Client.Tenant.State.Directory.Credentials[Names["keyId"]].LastUsedAt = Client.Tenant.Clock.GetUtcNow();
        var gone = await OkAsync("POST", "applications", """{"displayName":"Gone","signInAudience":"AzureADMyOrg"}""");
        Names["deleted"] = (string)gone["id"]!;
        await OkAsync("DELETE", "applications/{deleted}");
        var asked = Client.Tenant.State.Consent.Requests[0];
        Names["consent"] = asked.Id;
        Names["asker"] = asked.Askers[0].Id;
        Names["wantedApp"] = asked.AppId;
        var answered = new ConsentRequest(Names["appId"], "Graph Explorer", ["Mail.Read"]);
        answered.Askers.Add(new ConsentAsker(asked.Askers[0].User, "I need access", Client.Tenant.Clock.GetUtcNow()));
        Client.Tenant.State.Consent.Requests.Add(answered);
        Names["granted"] = answered.Id;
        Names["reviewer"] = (string)Client.Tenant.State.Consent.Policy["reviewers"]![0]!["query"]!;
        Names["user"] = Client.Tenant.Mailboxes[1].UserId;
        Names["alice"] = Client.Tenant.Mailboxes[1].Address;
        Names["spare"] = (string)(await OkAsync("POST", "applications", """{"displayName":"Spare"}"""))["appId"]!;
    }

    private async Task AddGroupsAsync()
    {
        var state = Client.Tenant.State;
        var nested = new RecipientGroup(Guid.NewGuid().ToString(), "Mail readers of Bonn", "bonn@contoso.onmicrosoft.com", RecipientGroup.Distribution, [Names["user"]]);
        var group = new RecipientGroup(Guid.NewGuid().ToString(), "Mail readers", "readers@contoso.onmicrosoft.com", RecipientGroup.Security, [Names["user"], Names["principal"], nested.Id]);
        state.Exchange.Seed(c => c with { Groups = c.Groups.Add(group).Add(nested) });
        (Names["group"], Names["nested"], Names["other"]) = (group.Id, nested.Id, Client.Tenant.Mailboxes[2].UserId);
        Names["role"] = (string)(await OkAsync("GET", "directoryRoles"))["value"]![0]!["id"]!;
        await OkAsync("POST", "servicePrincipals/{principal}/appRoleAssignedTo", """{"principalId":"{user}","resourceId":"{principal}","appRoleId":"00000000-0000-0000-0000-000000000000"}""");
        await OkAsync("POST", "oauth2PermissionGrants", """{"clientId":"{principal}","consentType":"Principal","principalId":"{user}","resourceId":"{graph}","scope":"Mail.ReadWrite"}""");
        await OkAsync("DELETE", "oauth2PermissionGrants/{grant}");
        Names["grant"] = (string)(await OkAsync("POST", "oauth2PermissionGrants", """{"clientId":"{principal}","consentType":"AllPrincipals","resourceId":"{graph}","scope":"Mail.Read"}"""))["id"]!;
        Names["searchFolder"] = state.Mailboxes.All[2].WellKnown("searchfolders").Id;
    }

    private async Task AddPoliciesAsync()
    {
        Names["credential"] = (string)(await OkAsync("POST", "applications/{app}/federatedIdentityCredentials",
            """{"name":"nightly","issuer":"https://builds.contoso.example","subject":"nightly","audiences":["api://AzureADTokenExchange"]}"""))["id"]!;
        await OkAsync("PATCH", "applications/{app}", """{"servicePrincipalLockConfiguration":{"isEnabled":false}}""");
        Names["principalKeyId"] = (string)(await OkAsync("POST", "servicePrincipals/{principal}/addPassword"))["keyId"]!;
        Names["policy"] = (string)(await OkAsync("POST", "policies/appManagementPolicies",
            """{"displayName":"Short secrets","restrictions":{"passwordCredentials":[{"restrictionType":"passwordLifetime","maxLifetime":"P900D","restrictForAppsCreatedAfterDateTime":"2030-01-01T00:00:00Z"}]}}"""))["id"]!;
        await OkAsync("POST", "applications/{app}/appManagementPolicies/$ref", """{"@odata.id":"https://graph.microsoft.com/v1.0/policies/appManagementPolicies/{policy}"}""");
        var access = new ConditionalAccessPolicy("No device codes", BlocksDeviceCode: true, RequiresMfa: false, []);
        Client.Tenant.State.Directory.ConditionalAccess.Add(access);
        Names["access"] = access.Id;
        Names["spareApp"] = (string)(await OkAsync("GET", "applications(appId='{spare}')"))["id"]!;
    }

    /// <summary>Somebody signed in, as the service notes it.</summary>
    private async Task AddSignInAsync()
    {
        var directory = Client.Tenant.State.Directory;
        directory.SignIns.Begin(Guid.NewGuid().ToString());
        var signIn = directory.SignIns.Current;
        (signIn.App, signIn.User, signIn.Resource, signIn.IsInteractive) =
            (directory.ServicePrincipals.Find(p => p.DisplayName.StartsWith("Microsoft Graph Command", StringComparison.Ordinal)), directory.Users.First(u => u.Id == Names["user"]), directory.PrincipalOf(Resources.GraphAppId), true);
        directory.SignIns.End(0, null);
        Names["signIn"] = (string)(await OkAsync("GET", "auditLogs/signIns"))["value"]![0]!["id"]!;
    }

    private async Task AddMailAsync()
    {
        Names["mailbox"] = Client.Tenant.Mailboxes[2].Address;
        Client.Tenant.State.Mailboxes.Find(Names["mailbox"])!.Rules.Add(new InboxRule("Remove spam") { SubjectContains = ["enlarge"], DeletesMessage = true });
        Client.Tenant.AddMessage(
            Names["mailbox"], "inbox", Encoding.UTF8.GetBytes(Concert), new DateTimeOffset(2018, 9, 9, 3, 15, 8, TimeSpan.Zero), isRead: true);
        Names["message"] = await FirstAsync("users/{mailbox}/messages");
        Names["forwarded"] = await FirstAsync("users/{alice}/messages?$filter=subject eq 'Fwd: Delivery note 88'");
        Names["invoice"] = await FirstAsync("users/{shared}/messages?$filter=subject eq 'Invoice 2024-0117'".Replace("{shared}", Client.Invoices, StringComparison.Ordinal));
        Names["shared"] = Client.Invoices;
        Names["fileAttachment"] = await FirstAsync("users/{shared}/messages/{invoice}/attachments");
        Names["itemAttachment"] = await FirstAsync("users/{alice}/messages/{forwarded}/attachments");
        Names["draft"] = (string)(await OkAsync("POST", "users/{mailbox}/messages",
            """{"subject":"Draft","toRecipients":[{"emailAddress":{"address":"{alice}"}}]}"""))["id"]!;
        Names["draftAttachment"] = (string)(await OkAsync("POST", "users/{mailbox}/messages/{draft}/attachments",
            """{"@odata.type":"#microsoft.graph.fileAttachment","name":"a.txt","contentType":"text/plain","contentBytes":"YQ=="}"""))["id"]!;
        Names["referenceAttachment"] = (string)(await OkAsync("POST", "users/{mailbox}/messages/{draft}/attachments", """
            {
              "@odata.type": "#microsoft.graph.referenceAttachment", "name": "Sales Invoice Template.docx", "isInline": true,
              "contentType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            }
            """))["id"]!;
        await OkAsync("POST", "users/{mailbox}/mailFolders/sentitems/childFolders", """{"displayName":"Internal Screens"}""");
        await OkAsync("POST", "users/{mailbox}/mailFolders/sentitems/childFolders", """{"displayName":"Clutters","isHidden":true}""");
        foreach (var key in (string[])["forwarded", "invoice", "itemAttachment"])
        {
            Names[key + "Key"] = Uri.EscapeDataString(Names[key]);
        }

        Names["folder"] = (string)(await OkAsync("POST", "users/{mailbox}/mailFolders/inbox/childFolders", """{"displayName":"Internal Screens"}"""))["id"]!;
        Names["inbox"] = (string)(await OkAsync("GET", "users/{mailbox}/mailFolders/inbox"))["id"]!;
    }

    private async Task<string> FirstAsync(string path) => (string)(await OkAsync("GET", path))["value"]![0]!["id"]!;
}
