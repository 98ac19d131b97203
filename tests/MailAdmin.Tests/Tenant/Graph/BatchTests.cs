using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>concepts/json-batching.md of microsoftgraph/microsoft-graph-docs-contrib.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly TenantClient _client = new();

    [Fact]
    public async Task Every_item_has_its_own_status_as_the_page_shows()
    {
        var reply = await BatchAsync(_client.Mint(["User.Read.All"]), """
            {
              "requests": [
                { "id": "1", "method": "GET", "url": "/users/alice@contoso.onmicrosoft.com?$select=displayName" },
                { "id": "2", "method": "GET", "url": "/users/alice@contoso.onmicrosoft.com/messages" },
                { "id": "3", "method": "POST", "url": "/applications", "body": { "displayName": "x" }, "headers": { "Content-Type": "application/json" } },
                { "id": "5", "method": "GET", "url": "users?$select=id,displayName&$filter=endswith(displayName,'Martin')&$count=true", "headers": { "ConsistencyLevel": "eventual" } }
              ]
            }
            """);

        JsonShape.AssertMatches(JsonNode.Parse("""
            {
              "responses": [
                { "id": "1", "status": 200, "headers": { "Cache-Control": "no-cache", "OData-Version": "4.0", "Content-Type": "*" }, "body": { "displayName": "Alice Johnson" } },
                { "id": "2", "status": 403, "body": { "error": { "code": "ErrorAccessDenied" } } },
                { "id": "3", "status": 403, "headers": { "Content-Type": "application/json" }, "body": { "error": { "code": "Authorization_RequestDenied", "message": "Insufficient privileges to complete the operation.", "innerError": { "date": "*", "request-id": "*", "client-request-id": "*" } } } },
                { "id": "5", "status": 200, "body": { "@odata.count": 1, "value": [ { "displayName": "Bob Martin" } ] } }
              ]
            }
            """), reply.Ok());
    }

    [Fact]
    public async Task DependsOn_orders_and_fails_what_hangs_on_a_failure()
    {
        var reply = await BatchAsync(_client.MintAll(), """
            {
              "requests": [
                { "id": "3", "method": "GET", "url": "/users/bob@contoso.onmicrosoft.com/mailFolders?$select=displayName&$filter=displayName eq 'Later'", "dependsOn": [ "1" ] },
                { "id": "1", "method": "POST", "url": "/users/bob@contoso.onmicrosoft.com/mailFolders", "body": { "displayName": "Later" }, "headers": { "Content-Type": "application/json" } },
                { "id": "4", "method": "GET", "url": "/users/bob@contoso.onmicrosoft.com/mailFolders/none" },
                { "id": "5", "method": "GET", "url": "/users", "dependsOn": [ "4" ] }
              ]
            }
            """);

        JsonShape.AssertMatches(JsonNode.Parse("""
            {
              "responses": [
                { "id": "3", "status": 200, "body": { "value": [ { "displayName": "Later" } ] } }, { "id": "1", "status": 201 },
                { "id": "4", "status": 400 }, { "id": "5", "status": 424 }
              ]
            }
            """), reply.Ok());
    }

    [Fact]
    public async Task One_item_may_be_throttled_inside_a_success()
    {
        _client.Tenant.SetFault("Throttled429", count: 1);

        var reply = await BatchAsync(_client.MintAll(), """{ "requests": [ { "id": "1", "method": "GET", "url": "/users" }, { "id": "2", "method": "GET", "url": "/users" } ] }""");

        JsonShape.AssertMatches(JsonNode.Parse("""{ "responses": [ { "id": "1", "status": 429, "headers": { "Retry-After": "5" } }, { "id": "2", "status": 200 } ] }"""), reply.Ok());
    }

    [Theory]
    [InlineData("""{ "requests": [ { "id": "1", "method": "GET", "url": "/users" }, { "id": "1", "method": "GET", "url": "/users" } ] }""", "BadRequest")]
    [InlineData("""{ "requests": [ { "id": "1", "method": "GET" } ] }""", "BadRequest")]
    [InlineData("""{ "requests": [ { "id": "1", "method": "GET", "url": "/users", "dependsOn": [ "1" ] } ] }""", "BadRequest")]
    [InlineData("""{ "requests": [ { "id": "1", "method": "GET", "url": "/users", "dependsOn": [ "9" ] } ] }""", "BadRequest")]
    [InlineData("{}", "BadRequest")]
    public async Task A_malformed_batch_is_refused(string batch, string code) => (await BatchAsync(_client.MintAll(), batch)).Refused(400, code);

    [Fact]
    public async Task Twenty_items_are_the_limit()
    {
        string Items(int count) => $$"""{ "requests": [ {{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{ "id": "{{i}}", "method": "GET", "url": "/organization" }"""))}} ] }""";

        (await BatchAsync(_client.MintAll(), Items(20))).Ok();
        (await BatchAsync(_client.MintAll(), Items(21))).Refused(400, "MaximumValueExceeded");
    }

    public void Dispose() => _client.Dispose();

    private Task<Reply> BatchAsync(string token, string json) => _client.SendAsync("POST", "$batch", token, json);
}
