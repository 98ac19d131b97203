namespace MailAdmin.Tests.Tenant.Graph;

/// <summary>The largest file that concepts/outlook-large-attachments.md of microsoftgraph/microsoft-graph-docs-contrib allows.</summary>
public sealed class LargeFileTests
{
    private const int Slice = 3840 * 1024, Size = 150 * 1024 * 1024;

    [Fact]
    public async Task A_hundred_and_fifty_megabytes_go_through_without_staying_in_memory()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var client = new TenantClient();
        string token = client.MintAll(), bob = client.Tenant.Mailboxes[2].Address, alice = client.Tenant.Mailboxes[1].Address;
        client.Tenant.State.Mailboxes.Find(bob)!.MaxSendSize = Size;
        var draft = (await client.SendAsync("POST", $"users/{bob}/messages", token,
            $$"""{ "subject": "Big", "toRecipients": [ { "emailAddress": { "address": "{{alice}}" } } ] }""")).Ok();
        var session = (await client.SendAsync("POST", $"users/{bob}/messages/{draft["id"]}/attachments/createUploadSession", token,
            $$"""{ "AttachmentItem": { "attachmentType": "file", "name": "a.bin", "size": {{Size}} } }""")).Ok();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var slice = new byte[Slice];
        for (var from = 0; from < Size; from += Slice)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, (string)session["uploadUrl"]!) { Content = new ByteArrayContent(slice) };
            request.Content.Headers.ContentRange = new(from, from + Slice - 1, Size);
            using var response = await client.Http.SendAsync(request, cancellation);
            Assert.True(response.IsSuccessStatusCode, response.StatusCode.ToString());
        }

        (await client.SendAsync("POST", $"users/{bob}/messages/{draft["id"]}/send", token)).Ok();
        var arrived = client.Tenant.GetMessages(alice, "inbox").Single(m => m.Subject == "Big");
        await using var mime = arrived.OpenContent();
        long length = 0;
        var buffer = new byte[81920];
        for (int read; (read = await mime.ReadAsync(buffer, cancellation)) > 0;)
        {
            length += read;
        }

        Assert.Equal(arrived.Size, length);
        Assert.InRange(length, Size / 3 * 4, Size / 3 * 4 * 1.04);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 30 * 1024 * 1024);
    }
}
