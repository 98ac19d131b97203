using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Tenant.Mailboxes;

/// <summary>Messages of other mail libraries' tests, well made and broken: none of them breaks a listing, all come back as they are.</summary>
public sealed class RealMailTests
{
    [Fact]
    public async Task Every_message_is_listed_with_its_attachments_and_comes_back_byte_for_byte()
    {
        var folder = TestMail.Folder;
        using var client = new TenantClient(new SandboxOptions { MailPath = folder });
        var token = client.MintAll();
        var files = Directory.GetFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var ids = new List<string>();

        for (var next = $"users/{client.Invoices}/mailFolders/inbox/messages?$orderby=receivedDateTime&$top=50&$expand=attachments"; next is not null;)
        {
            var page = (await client.SendAsync("GET", next, token)).Ok();
            ids.AddRange(page["value"]!.AsArray().Select(m => (string)m!["id"]!));
            next = (string?)page["@odata.nextLink"];
        }

        Assert.Equal(files.Length, ids.Count);
        for (var i = 0; i < files.Length; i++)
        {
            var mime = await client.SendAsync("GET", $"users/{client.Invoices}/messages/{ids[i]}/$value", token);
            Assert.Equal(await File.ReadAllBytesAsync(files[i], TestContext.Current.CancellationToken), mime.Bytes);
        }
    }
}
