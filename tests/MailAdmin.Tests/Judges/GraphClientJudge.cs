using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Judges;

/// <summary>Microsoft's Graph client for JavaScript: mail as an app.</summary>
internal sealed class GraphClientJudge(JudgedTenant tenant)
    : NodeJudge(tenant, "@microsoft/microsoft-graph-client", "graph-client.mjs")
{
    private JudgeProgram _client = null!;

    protected override async Task JudgeAsync()
    {
        await using var client = Start();
        _client = client;
        var mailbox = $"/users/{Tenant.Bob}";
        On("create a folder");
        var folder = (await SendAsync("post", $"{mailbox}/mailFolders", new { displayName = "Graph client" }))!["id"]!.ToString();
        for (var i = 0; i < 5; i++)
        {
            await Tenant.DeliverAsync(Tenant.Bob, $"Page {i}", "Graph client");
        }

        On("all pages of a list");
        var all = await client.AskAsync(new
        {
            token = Tenant.Server["graphToken"], method = "get", path = $"{mailbox}/mailFolders/{folder}/messages", pages = true,
            query = new Dictionary<string, string> { ["$top"] = "2", ["$select"] = "subject" },
        });
        Assert.Equal(
            await Tenant.SubjectsAsync(Tenant.Bob, "Graph client"),
            all!.AsArray().Select(m => m!["subject"]!.ToString()).Order(StringComparer.Ordinal));

        On("filter");
        var found = await SendAsync("get", $"{mailbox}/mailFolders/{folder}/messages?$filter=subject eq 'Page 3'");
        var message = Assert.Single(found!["value"]!.AsArray())!["id"]!.ToString();

        On("MIME content");
        var mime = await SendAsync("get", $"{mailbox}/messages/{message}/$value");
        var stored = (await Tenant.MessagesAsync(Tenant.Bob, "Graph client")).Single(m => m.Subject == "Page 3");
        Assert.Equal(stored.GetContent(), Convert.FromBase64String(mime!.ToString()));

        On("update");
        await SendAsync("patch", $"{mailbox}/messages/{message}", new { isRead = true });
        Assert.True((await Tenant.MessagesAsync(Tenant.Bob, "Graph client")).Single(m => m.Subject == "Page 3").IsRead);

        On("move");
        await SendAsync("post", $"{mailbox}/messages/{message}/move", new { destinationId = "archive" });
        Assert.Contains("Page 3", await Tenant.SubjectsAsync(Tenant.Bob, "archive"));

        On("batch");
        var batch = await SendAsync("post", "/$batch", new
        {
            requests = (await Tenant.MessagesAsync(Tenant.Bob, "Graph client")).Select(
                (m, i) => new { id = $"{i}", method = "DELETE", url = $"{mailbox}/messages/{m.Id}" }),
        });
        Assert.All(batch!["responses"]!.AsArray(), r => Assert.Equal(204, (int)r!["status"]!));
        Assert.Empty(await Tenant.SubjectsAsync(Tenant.Bob, "Graph client"));

        On("large attachment");
        var content = RandomNumberGenerator.GetBytes(4_000_000);
        var draft = (await SendAsync("post", $"{mailbox}/messages", new
        {
            subject = "Sent by graph-client", toRecipients = new[] { new { emailAddress = new { address = Tenant.Bob } } },
        }))!["id"]!.ToString();
        await client.AskAsync(new
        {
            token = Tenant.Server["graphToken"], upload = Convert.ToBase64String(content),
            path = $"{mailbox}/messages/{draft}/attachments/createUploadSession",
            body = new { AttachmentItem = new { attachmentType = "file", name = "large.bin", size = content.Length } },
        });

        On("send");
        await SendAsync("post", $"{mailbox}/messages/{draft}/send", new { });
        var arrived = (await Tenant.MessagesAsync(Tenant.Bob, "Inbox")).Single(m => m.Subject == "Sent by graph-client");
        using var received = Core.Mail.Mime.MimeMessage.Parse(arrived.GetContent());
        using var copy = new MemoryStream();
        await Assert.Single(received.Attachments).DecodeToAsync(copy, Cancel);
        Assert.True(content.AsSpan().SequenceEqual(copy.ToArray()), "The attachment did not arrive as it was sent.");

        On("refusal");
        var refused = await Assert.ThrowsAsync<JudgeException>(() => SendAsync("get", "/applications"));
        Assert.Equal(("Authorization_RequestDenied", 403), ((string?)refused.Error["code"], (int?)refused.Error["statusCode"]));
    }

    private Task<JsonNode?> SendAsync(string method, string path, object? body = null) =>
        _client.AskAsync(new { token = Tenant.Server["graphToken"], method, path, body });
}
