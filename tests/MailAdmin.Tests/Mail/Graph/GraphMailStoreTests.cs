using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Graph;

public class GraphMailStoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_come_oldest_first_or_newest_first_as_asked()
    {
        using var road = await EndToEnd.StartAsync();
        await using var store = await road.OpenAsync();
        var inbox = await store.GetFolderAsync("Inbox", Token);

        var oldest = await store.GetMessagesAsync(inbox, new MessageQuery(), Token).ToListAsync(Token);
        var newest = await store.GetMessagesAsync(inbox, new MessageQuery { Descending = true }, Token).ToListAsync(Token);

        Assert.Equal(road.Tenant.GetMessages(road.Mailbox, "Inbox").Select(m => m.Id), oldest.Select(m => m.Id));
        Assert.Equal(oldest.Select(m => m.Id).Reverse(), newest.Select(m => m.Id));
    }

    /// <summary>Without them, what follows in the list would be left out, or the message itself.</summary>
    [Theory]
    [InlineData("id", true)]
    [InlineData("id", false)]
    [InlineData("receivedDateTime", true)]
    [InlineData("receivedDateTime", false)]
    public async Task A_message_without_what_a_list_goes_by_is_an_error(string property, bool descending)
    {
        using var road = await EndToEnd.StartAsync(null, inner => new Relay(inner) { After = WithoutAsync });
        await using var store = await road.OpenAsync();
        var inbox = await store.GetFolderAsync("Inbox", Token);

        var error = await Assert.ThrowsAsync<UnexpectedResponseException>(
            () => store.GetMessagesAsync(inbox, new MessageQuery { Descending = descending }, Token).ToListAsync(Token).AsTask());

        Assert.Equal(("Graph", 200), (error.Service, error.HttpStatus));

        async Task<HttpResponseMessage> WithoutAsync(HttpRequestMessage request, HttpResponseMessage answer)
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/messages", StringComparison.Ordinal))
            {
                var page = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
                page["value"]![1]!.AsObject().Remove(property);
                answer.Content = new StringContent(page.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
            }

            return answer;
        }
    }

    [Fact]
    public async Task A_list_is_complete_though_messages_move_away_while_it_is_read()
    {
        using var road = await EndToEnd.StartAsync();
        var start = road.Tenant.Clock.GetUtcNow().AddDays(1);
        for (var i = 0; i < 350; i++)
        {
            // Many within one second, as a migration leaves them.
            road.Tenant.AddMessage(road.Mailbox, "Many", System.Text.Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n{i}"), start.AddSeconds(i / 140));
        }

        await using var store = await road.OpenAsync();
        var folder = await store.GetFolderAsync("Many", Token);
        var target = await store.CreateFolderAsync("Done", Token);
        var seen = new List<string>();
        await foreach (var message in store.GetMessagesAsync(folder, new MessageQuery(), Token))
        {
            seen.Add(message.Subject);
            await store.ProcessAsync(folder, [message], AfterProcessing.Move, target, Token);
        }

        Assert.Equal(350, seen.Distinct().Count());
        Assert.Equal(350, seen.Count);
        Assert.Empty(road.Tenant.GetMessages(road.Mailbox, "Many"));
    }

    [Fact]
    public async Task A_list_is_complete_and_without_repetition_when_nothing_moves_and_many_came_in_one_second()
    {
        using var road = await EndToEnd.StartAsync();
        for (var i = 0; i < 450; i++)
        {
            road.Tenant.AddMessage(road.Mailbox, "Many", System.Text.Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n{i}"), road.Tenant.Clock.GetUtcNow().AddSeconds(i / 400));
        }

        await using var store = await road.OpenAsync();
        var folder = await store.GetFolderAsync("Many", Token);
        foreach (var descending in new[] { false, true })
        {
            var seen = await store.GetMessagesAsync(folder, new MessageQuery { Descending = descending }, Token).Select(m => m.Id).ToListAsync(Token);
            Assert.Equal(450, seen.Count);
            Assert.Equal(450, seen.Distinct().Count());
        }
    }

    [Theory]
    [InlineData("billing@contoso.onmicrosoft.com")]
    [InlineData("INVOICES@contoso.onmicrosoft.com")]
    public async Task A_mailbox_is_found_by_any_of_its_addresses(string address)
    {
        using var road = await EndToEnd.StartAsync();
        await using var store = await road.OpenAsync(address);
        Assert.NotNull(await store.FindFolderAsync("Inbox", Token));
    }

    [Fact]
    public async Task A_mailbox_is_found_by_the_id_of_its_user()
    {
        using var road = await EndToEnd.StartAsync();
        await using var store = await road.OpenAsync(road.Tenant.Mailboxes[1].UserId);
        Assert.NotNull(await store.FindFolderAsync("Inbox", Token));
    }

    [Fact]
    public async Task Folders_are_made_with_those_above_them_and_only_once()
    {
        using var road = await EndToEnd.StartAsync();
        await using var store = await road.OpenAsync();

        var made = await store.CreateFolderAsync(@"Inbox/2026/In\/Out & 'more'", Token);
        var again = await store.CreateFolderAsync(made.Path, Token);

        Assert.Equal((ChangeKind.Created, ChangeKind.Unchanged), (made.Change, again.Change));
        Assert.Equal(@"Inbox/2026/In\/Out & 'more'", made.Path);
        Assert.Equal(made.Id, again.Id);
        var all = await store.GetFoldersAsync(null, recurse: true, Token).Select(f => f.Path).ToListAsync(Token);
        Assert.Contains(made.Path, all);
        Assert.True(all.IndexOf("Inbox") < all.IndexOf("Inbox/2026"));
    }

    [Fact]
    public async Task Filters_are_the_server_s_and_values_are_only_values()
    {
        using var road = await EndToEnd.StartAsync();
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
        road.Tenant.AddMessage(road.Mailbox, "F", "From: O'Brien <ob@x.example>\r\nSubject: it's 100%\r\n\r\n"u8.ToArray(), at);
        road.Tenant.AddMessage(road.Mailbox, "F", "From: b@x.example\r\nSubject: other\r\n\r\n"u8.ToArray(), at.AddSeconds(1), isRead: true);
        await using var store = await road.OpenAsync();
        var folder = await store.GetFolderAsync("F", Token);
        async Task<string[]> Find(MessageQuery query) => [.. await store.GetMessagesAsync(folder, query, Token).Select(m => m.Subject).ToListAsync(Token)];

        Assert.Equal("it's 100%", Assert.Single(await Find(new MessageQuery { Subject = "IT'S" })));
        Assert.Empty(await Find(new MessageQuery { Subject = "x') or contains(subject,'" }));
        Assert.Equal("it's 100%", Assert.Single(await Find(new MessageQuery { From = "ob@x.example" })));
        Assert.Equal("it's 100%", Assert.Single(await Find(new MessageQuery { Unread = true })));
        Assert.Equal("other", Assert.Single(await Find(new MessageQuery { Unread = false })));
        Assert.Equal("other", Assert.Single(await Find(new MessageQuery { Since = at.AddSeconds(1) })));
        Assert.Equal("it's 100%", Assert.Single(await Find(new MessageQuery { Before = at.AddSeconds(1) })));
        Assert.Equal("other", Assert.Single(await Find(new MessageQuery { First = 1, Descending = true })));
    }
}
