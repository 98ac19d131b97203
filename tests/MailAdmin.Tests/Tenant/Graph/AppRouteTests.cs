using MailAdmin.Tenant.Directory;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>What an app can sign in with, beside its own secrets, and what policies say about it.</summary>
public sealed class AppRouteTests : IDisposable
{
    private readonly TenantClient _client = new();
    private readonly string _token;

    public AppRouteTests() => _token = _client.MintAll();

    [Fact]
    public async Task A_service_principal_is_locked_until_its_application_says_otherwise()
    {
        var app = await _client.RegisterAsync();
        var path = $"servicePrincipals/{app.PrincipalId}";

        (await _client.SendAsync("POST", $"{path}/addPassword", _token, "{}")).Refused(400, "CannotUpdateLockedServicePrincipalProperty");
        (await _client.SendAsync("PATCH", path, _token, """{"tokenEncryptionKeyId":"11111111-2222-3333-4444-555555555555"}""")).Refused(400, "CannotUpdateLockedServicePrincipalProperty");
        (await _client.SendAsync("PATCH", path, _token, """{"keyCredentials":[{"type":"AsymmetricX509Cert","usage":"Verify","key":"AA=="}]}""")).Refused(400, "CannotUpdateLockedServicePrincipalProperty");
        (await _client.SendAsync("PATCH", path, _token, """{"notes":"not sensitive"}""")).Ok();
        (await _client.SendAsync("PATCH", $"applications/{app.ObjectId}", _token, """{"servicePrincipalLockConfiguration":{"isEnabled":true,"allProperties":false,"credentialsWithUsageVerify":false}}""")).Ok();

        var made = (await _client.SendAsync("POST", $"{path}/addPassword", _token, """{"passwordCredential":{"displayName":"spare"}}""")).Ok();

        Assert.NotEmpty(await _client.TokenAsync(app.AppId, (string)made["secretText"]!));
        var shown = (await _client.SendAsync("GET", path, _token)).Ok()["passwordCredentials"]!.AsArray();
        Assert.Equal(("spare", null), ((string?)Assert.Single(shown)!["displayName"], (string?)shown[0]!["secretText"]));
        (await _client.SendAsync("PATCH", path, _token, """{"tokenEncryptionKeyId":"11111111-2222-3333-4444-555555555555"}""")).Refused(400, "CannotUpdateLockedServicePrincipalProperty");
        (await _client.SendAsync("POST", $"{path}/removePassword", _token, $$"""{"keyId":"{{made["keyId"]}}"}""")).Ok();
        Assert.Equal("invalid_client", (await _client.PostTokenAsync(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = app.AppId,
            ["client_secret"] = (string)made["secretText"]!,
            ["scope"] = "https://graph.microsoft.com/.default",
        })).Code);
    }

    [Fact]
    public async Task An_older_application_has_no_lock()
    {
        var app = await _client.RegisterAsync();
        _client.Tenant.State.Directory.ApplicationOf(app.AppId)!.Json["servicePrincipalLockConfiguration"] = null;

        (await _client.SendAsync("POST", $"servicePrincipals/{app.PrincipalId}/addPassword", _token, "{}")).Ok();
    }

    [Fact]
    public async Task Workloads_are_kept_by_name_and_once()
    {
        var app = await _client.RegisterAsync();
        var path = $"applications/{app.ObjectId}/federatedIdentityCredentials";
        const string Made = """{"name":"nightly","issuer":"https://builds.example","subject":"main","audiences":["api://AzureADTokenExchange"]}""";
        (await _client.SendAsync("POST", path, _token, """{"name":"nightly"}""")).Refused(400, "Request_BadRequest");
        (await _client.SendAsync("POST", path, _token, """{"name":"n","issuer":"i","subject":"s","audiences":["a","b"]}""")).Refused(400, "Request_BadRequest");
        (await _client.SendAsync("POST", path, _token, """{"nonsense":"n"}""")).Refused(400, "BadRequest");
        var made = (await _client.SendAsync("POST", path, _token, Made)).Ok();

        (await _client.SendAsync("POST", path, _token, Made)).Refused(409, "Request_MultipleObjectsWithSameKeyValue");
        (await _client.SendAsync("PATCH", $"{path}/nightly", _token, """{"description":"every night"}""")).Ok();
        Assert.Equal((made["id"]!.ToString(), "every night"), await FoundAsync($"{path}(name='nightly')"));
        Assert.Equal(204, (await _client.SendAsync("PATCH", $"{path}(name='nightly')", _token, """{"subject":"release"}""", ("Prefer", "create-if-missing"))).Status);
        var upserted = await _client.SendAsync(
            "PATCH", $"{path}(name='weekly')", _token, Made.Replace("main", "week", StringComparison.Ordinal), ("Prefer", "create-if-missing"));
        Assert.Equal((201, "weekly"), (upserted.Status, (string?)upserted.Json["name"]));
        (await _client.SendAsync("PATCH", $"{path}(name='monthly')", _token, Made)).Refused(404, "Request_ResourceNotFound");
        (await _client.SendAsync("DELETE", $"{path}/{made["id"]}", _token)).Ok();
        Assert.Equal(["weekly"], (await _client.SendAsync("GET", path, _token)).Value.Select(c => (string?)c!["name"]));
        for (var i = 1; i < 20; i++)
        {
            (await _client.SendAsync("POST", path, _token, Made.Replace("nightly", $"n{i}", StringComparison.Ordinal).Replace("main", $"s{i}", StringComparison.Ordinal))).Ok();
        }

        (await _client.SendAsync("POST", path, _token, Made)).Refused(400, "Request_BadRequest");

        async Task<(string?, string?)> FoundAsync(string at)
        {
            var found = (await _client.SendAsync("GET", at, _token)).Ok();
            return ((string?)found["id"], (string?)found["description"]);
        }
    }

    [Fact]
    public async Task A_policy_of_an_app_stands_in_place_of_the_tenants()
    {
        var app = await _client.RegisterAsync();
        var secret = $"applications/{app.ObjectId}/addPassword";
        (await _client.SendAsync("PATCH", "policies/defaultAppManagementPolicy", _token,
            """{"isEnabled":true,"applicationRestrictions":{"passwordCredentials":[{"restrictionType":"passwordAddition","restrictForAppsCreatedAfterDateTime":"2019-01-01T00:00:00Z"}]}}""")).Ok();
        (await _client.SendAsync("POST", secret, _token, "{}")).Refused(400, "CredentialTypeNotAllowedAsPerAppPolicy");
        var policy = (await _client.SendAsync("POST", "policies/appManagementPolicies", _token,
            """{"displayName":"May have secrets","isEnabled":true,"restrictions":{"passwordCredentials":[{"restrictionType":"passwordLifetime","maxLifetime":"P30D","restrictForAppsCreatedAfterDateTime":"2019-01-01T00:00:00Z"}]}}""")).Ok();
        var reference = $$"""{"@odata.id":"https://graph.microsoft.com/v1.0/policies/appManagementPolicies/{{policy["id"]}}"}""";

        (await _client.SendAsync("POST", $"applications/{app.ObjectId}/appManagementPolicies/$ref", _token, reference)).Ok();

        (await _client.SendAsync("POST", $"applications/{app.ObjectId}/appManagementPolicies/$ref", _token, reference)).Refused(400, "Request_BadRequest");
        (await _client.SendAsync("POST", secret, _token, "{}")).Refused(400, "CredentialInvalidLifetimeAsPerAppPolicy");
        (await _client.SendAsync("POST", secret, _token, """{"passwordCredential":{"endDateTime":"2026-03-20T00:00:00Z"}}""")).Ok();
        Assert.Equal("May have secrets", (string?)Assert.Single((await _client.SendAsync("GET", $"applications/{app.ObjectId}/appManagementPolicies", _token)).Value)!["displayName"]);
        (await _client.SendAsync("DELETE", $"applications/{app.ObjectId}/appManagementPolicies/{policy["id"]}/$ref", _token)).Ok();
        (await _client.SendAsync("POST", secret, _token, "{}")).Refused(400, "CredentialTypeNotAllowedAsPerAppPolicy");
        (await _client.SendAsync("DELETE", $"policies/appManagementPolicies/{policy["id"]}", _token)).Ok();
        (await _client.SendAsync("GET", $"policies/appManagementPolicies/{policy["id"]}", _token)).Refused(404, "Request_ResourceNotFound");
    }

    [Fact]
    public async Task A_sign_in_is_logged_with_the_id_that_its_refusal_names()
    {
        var app = await _client.RegisterAsync();
        _client.Tenant.SetFault("ConditionalAccess", count: 1);
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = app.AppId,
            ["client_secret"] = app.Secret,
            ["scope"] = "https://graph.microsoft.com/.default",
        };
        var refused = await _client.PostTokenAsync(form);
        (await _client.PostTokenAsync(form)).Ok();
        await _client.Tenant.SignInAsync(Person.ByDeviceCode(_client.Tenant, Person.Admin));

        var people = (await _client.SendAsync("GET", "auditLogs/signIns", _token)).Value;
        var apps = (await _client.SendAsync(
            "GET", $"https://graph.microsoft.com/beta/auditLogs/signIns?$filter=appId eq '{app.AppId}' and signInEventTypes/any(t: t eq 'servicePrincipal')", _token)).Value;

        Assert.All(people, s => Assert.Equal(Person.Admin, (string?)s!["userPrincipalName"]));
        Assert.NotEmpty(people);
        Assert.Equal([(0, "notApplied"), (53003, "failure")], apps.Select(s => ((int)s!["status"]!["errorCode"]!, (string)s["conditionalAccessStatus"]!)));
        Assert.Equal((string?)refused.Json["correlation_id"], (string?)apps[1]!["correlationId"]);
        var one = (await _client.SendAsync("GET", $"auditLogs/signIns/{people[0]!["id"]}", _token)).Ok();
        Assert.Equal((string?)people[0]!["id"], (string?)one["id"]);
        (await _client.SendAsync("GET", "auditLogs/signIns/nothing", _token)).Refused(404, "UnknownError");
        _client.Tenant.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Empty((await _client.SendAsync("GET", "auditLogs/signIns", _client.MintAll())).Value);
    }

    [Fact]
    public async Task What_Conditional_Access_made_of_a_sign_in_is_told()
    {
        var policy = new ConditionalAccessPolicy("No device codes", BlocksDeviceCode: true, RequiresMfa: false, []);
        _client.Tenant.State.Directory.ConditionalAccess.Add(policy);

        await Assert.ThrowsAsync<ServiceRefusedException>(() => _client.Tenant.SignInAsync(Person.ByDeviceCode(_client.Tenant, Person.Admin)));

        var signIn = (await _client.SendAsync("GET", "auditLogs/signIns?$filter=status/errorCode eq 53003", _token)).Value[0]!;
        Assert.Equal("failure", (string?)signIn["conditionalAccessStatus"]);
        var applied = Assert.Single(signIn["appliedConditionalAccessPolicies"]!.AsArray())!;
        Assert.Equal((policy.Id, "failure"), ((string?)applied["id"], (string?)applied["result"]));
        Assert.Equal("No device codes", (string?)(await _client.SendAsync("GET", $"identity/conditionalAccess/policies/{policy.Id}", _token)).Ok()["displayName"]);
        (await _client.SendAsync("GET", "identity/conditionalAccess/policies/nothing", _token)).Refused(404, "Request_ResourceNotFound");
    }

    [Fact]
    public async Task Who_is_in_what_is_told_through_groups_too()
    {
        var alice = _client.Tenant.Mailboxes[1].UserId;
        var state = _client.Tenant.State;
        MailAdmin.Tenant.Configuration.RecipientGroup inner = new(Guid.NewGuid().ToString(), "Inner", "inner@contoso.onmicrosoft.com", "MailUniversalDistributionGroup", [alice]),
            outer = new(Guid.NewGuid().ToString(), "Outer", "outer@contoso.onmicrosoft.com", "MailUniversalSecurityGroup", [inner.Id]);
        state.Exchange.Seed(c => c with { Groups = c.Groups.Add(inner).Add(outer) });
        _client.Tenant.AddAdministrativeUnit("Unit", _client.Tenant.Mailboxes[1].Address);

        Assert.Equal(["Inner", "Unit"], await NamesAsync($"users/{alice}/memberOf"));
        Assert.Equal(["Inner", "Outer", "Unit"], await NamesAsync($"users/{alice}/transitiveMemberOf"));
        Assert.Equal(["Inner", "Outer"], await NamesAsync($"users/{alice}/transitiveMemberOf/microsoft.graph.group"));
        Assert.Equal(["Inner"], await NamesAsync($"groups/{outer.Id}/members"));
        Assert.Equal(["Alice Johnson", "Inner"], await NamesAsync($"groups/{outer.Id}/transitiveMembers"));
        Assert.Equal(["Global Administrator"], await NamesAsync($"users/{Person.Admin}/memberOf"));
        Assert.Equal(["Dana Olsen"], await NamesAsync($"directoryRoles(roleTemplateId='{DirectoryStore.GlobalAdministrator}')/members"));
        (await _client.SendAsync("GET", $"users/{alice}/memberOf/microsoft.graph.device", _token)).Refused(400, "BadRequest");
        (await _client.SendAsync("GET", "groups/11111111-2222-3333-4444-555555555555", _token)).Refused(404, "Request_ResourceNotFound");
        (await _client.SendAsync("GET", "domains/fabrikam.example", _token)).Refused(404, "Request_ResourceNotFound");
        (await _client.SendAsync("GET", $"organization/{Guid.NewGuid()}", _token)).Refused(404, "Request_ResourceNotFound");
        Assert.Equal("Contoso", (string?)(await _client.SendAsync("GET", $"organization/{_client.Tenant.TenantId}", _token)).Ok()["displayName"]);

        async Task<string[]> NamesAsync(string path) =>
            [.. (await _client.SendAsync("GET", path, _token)).Value.Select(o => (string)o!["displayName"]!).Order(StringComparer.Ordinal)];
    }

    public void Dispose() => _client.Dispose();
}
