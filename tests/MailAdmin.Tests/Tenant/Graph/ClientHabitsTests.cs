namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>Ways of asking that clients of other makers have; the judges found that the sandbox lacked them.</summary>
public sealed class ClientHabitsTests : IDisposable
{
    private readonly TenantClient _client = new();

    [Fact]
    public async Task The_tenant_has_an_alias()
    {
        var token = await _client.AdminTokenAsync();
        var plain = (await _client.SendAsync("GET", "applications", token)).Value;
        Assert.Equal(plain.ToJsonString(), (await _client.SendAsync("GET", "myorganization/applications", token)).Value.ToJsonString());
    }

    [Fact]
    public async Task A_property_of_a_directory_object_can_be_asked_for()
    {
        var app = await _client.RegisterAsync();
        var token = await _client.AdminTokenAsync();
        var graph = (await _client.SendAsync("GET", $"servicePrincipals/{app.GraphId}", token)).Ok();

        foreach (var list in (string[])["appRoles", "oauth2PermissionScopes"])
        {
            var listed = await _client.SendAsync("GET", $"servicePrincipals/{app.GraphId}/{list}", token);
            Assert.Equal(graph[list]!.ToJsonString(), listed.Value.ToJsonString());
            Assert.Equal(
                $"https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('{app.GraphId}')/{list}",
                (string?)listed.Json["@odata.context"]);
        }

        var name = await _client.SendAsync("GET", $"applications/{app.ObjectId}/displayName", token);
        Assert.Equal("Reader", (string?)name.Ok()["value"]);
        Assert.NotNull((await _client.SendAsync("GET", $"applications/{app.ObjectId}/web", token)).Ok()["redirectUris"]);
        Assert.Equal(204, (await _client.SendAsync("GET", $"applications/{app.ObjectId}/description", token)).Status);
        (await _client.SendAsync("GET", $"applications/{app.ObjectId}/owner", token)).Refused(400, "BadRequest");
    }

    public void Dispose() => _client.Dispose();
}
