using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>concepts/delta-query-messages.md of microsoftgraph/microsoft-graph-docs-contrib, both examples.</summary>
public sealed class DeltaTests : IDisposable
{
    private readonly TenantClient _client = new();
    private readonly string _token;
    private readonly string _bob;

    public DeltaTests()
    {
        (_token, _bob) = (_client.MintAll(), _client.Tenant.Mailboxes[2].Address);
        for (var i = 0; i < 5; i++)
        {
            Add($"Message {i}", i);
        }
    }

    [Fact]
    public async Task A_round_brings_everything_and_the_next_one_what_changed()
    {
        var first = await RoundAsync($"users/{_bob}/mailFolders/inbox/messages/delta?$select=subject,isRead");
        Assert.Equal([2, 2, 1], first.Pages);
        Assert.Equal(["Message 4", "Message 3", "Message 2", "Message 1", "Message 0"], first.Messages.Select(m => (string)m["subject"]!));
        string deleted = (string)first.Messages[0]["id"]!, read = (string)first.Messages[1]["id"]!;

        (await _client.SendAsync("DELETE", $"users/{_bob}/messages/{deleted}", _token)).Ok();
        (await _client.SendAsync("PATCH", $"users/{_bob}/messages/{read}", _token, """{"isRead":true}""")).Ok();
        Add("New", 9);
        var second = await RoundAsync(first.DeltaLink);

        Assert.Equal(3, second.Messages.Count);
        JsonShape.AssertMatches(JsonNode.Parse($$"""{ "@odata.type": "#microsoft.graph.message", "id": "{{deleted}}", "@removed": { "reason": "deleted" } }"""), second.Messages[0]);
        JsonShape.AssertMatches(JsonNode.Parse($$"""{ "@odata.type": "#microsoft.graph.message", "id": "{{read}}", "subject": "Message 3", "isRead": true }"""), second.Messages[1]);
        Assert.Equal("New", (string)second.Messages[2]["subject"]!);
        Assert.Empty((await RoundAsync(second.DeltaLink)).Messages);
    }

    [Theory]
    [InlineData("created", "New")]
    [InlineData("updated", "Message 3")]
    [InlineData("deleted", "")]
    public async Task A_change_type_brings_only_such_changes(string type, string subject)
    {
        var first = await RoundAsync($"users/{_bob}/mailFolders/inbox/messages/delta?changeType={type}");
        Assert.Equal(5, first.Messages.Count);
        (await _client.SendAsync("POST", $"users/{_bob}/messages/{first.Messages[0]["id"]}/move", _token, """{"destinationId":"archive"}""")).Ok();
        (await _client.SendAsync("PATCH", $"users/{_bob}/messages/{first.Messages[1]["id"]}", _token, """{"isRead":true}""")).Ok();
        Add("New", 9);

        var message = Assert.Single((await RoundAsync(first.DeltaLink)).Messages);

        Assert.Equal(subject, (string?)message["subject"] ?? "");
        Assert.Equal(type == "deleted", message.ContainsKey("@removed"));
    }

    [Fact]
    public async Task With_immutable_ids_a_message_that_came_back_did_not_go()
    {
        var first = await RoundAsync($"users/{_bob}/mailFolders/inbox/messages/delta", "IdType=\"ImmutableId\"");
        var id = (string)first.Messages[0]["id"]!;
        (await _client.SendAsync("POST", $"users/{_bob}/messages/{id}/move", _token, """{"destinationId":"archive"}""")).Ok();
        (await _client.SendAsync("POST", $"users/{_bob}/messages/{id}/move", _token, """{"destinationId":"inbox"}""")).Ok();

        var message = Assert.Single((await RoundAsync(first.DeltaLink, "IdType=\"ImmutableId\"")).Messages);

        Assert.Equal((id, false), ((string)message["id"]!, message.ContainsKey("@removed")));
    }

    [Fact]
    public async Task A_filter_narrows_the_first_round_and_an_old_token_is_gone()
    {
        var first = await RoundAsync($"users/{_bob}/mailFolders/inbox/messages/delta?$filter=receivedDateTime ge 2026-03-02T08:03:00Z");
        Assert.Equal(2, first.Messages.Count);

        _client.Tenant.Clock.Advance(TimeSpan.FromDays(31));

        (await _client.SendAsync("GET", first.DeltaLink, _client.MintAll())).Refused(410, "SyncStateNotFound");
    }

    public void Dispose() => _client.Dispose();

    private void Add(string subject, int minute) => _client.Tenant.AddMessage(
        _bob, "inbox", System.Text.Encoding.ASCII.GetBytes($"From: a@example.com\nSubject: {subject}\n\n"), TenantClient.Start.AddHours(-1).AddMinutes(minute));

    private async Task<(List<int> Pages, List<JsonObject> Messages, string DeltaLink)> RoundAsync(string path, string? prefer = null)
    {
        var pages = new List<int>();
        var messages = new List<JsonObject>();
        while (true)
        {
            var page = (await _client.SendAsync("GET", path, _token, null, ("Prefer", "odata.maxpagesize=2" + (prefer is null ? "" : ", " + prefer)))).Ok();
            pages.Add(page["value"]!.AsArray().Count);
            messages.AddRange(page["value"]!.AsArray().Select(m => m!.AsObject()));
            if ((string?)page["@odata.deltaLink"] is { } deltaLink)
            {
                return (pages, messages, deltaLink);
            }

            path = (string)page["@odata.nextLink"]!;
        }
    }
}
