using System.Diagnostics;
using System.Security.Cryptography;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Tests.Mail.Graph;

/// <summary>
/// 150 MB by upload session, in a process of its own whose managed heap is limited. The tenant is in that process too, and keeps
/// what is uploaded in a temporary file; what it needs for a request is counted as if it were the sender's.
/// </summary>
public sealed class LargeAttachmentTests
{
    private const long Limit = 40_000_000;

    private const long Size = OutgoingAttachment.LargestSize;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_150_MB_attachment_costs_less_than_40_MB_of_memory_and_arrives_byte_for_byte()
    {
        // For all that the process has on its heap, the tenant and the test runner included.
        var said = await TestChild.RunAsync(
            typeof(LargeAttachmentTests), nameof(In_the_child_the_attachment_is_sent_and_measured),
            TestChild.WithHeapLimit(Limit), [], Token);

        Assert.Contains("extra bytes:", said, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(said);
    }

    [ChildFact]
    public async Task In_the_child_the_attachment_is_sent_and_measured()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var hash = await WriteAsync(path);
            using var road = await EndToEnd.StartAsync();
            var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send");
            var recipient = road.Tenant.Mailboxes[1].Address;
            road.Tenant.State.Mailboxes.Find(road.Mailbox)!.MaxSendSize = Size;
            await using var sender = MailboxAccess.OpenSender(MailboxConnections.As(app, road.Mailbox));
            var message = new OutgoingMessage { To = [new EmailAddress(null, recipient)], Subject = "Large" };
            await sender.SendAsync(message with { Subject = "Warm-up" }, Token);
            GC.Collect();
            var before = Environment.WorkingSet;

            await sender.SendAsync(message with { Attachments = [OutgoingAttachment.Of(path)] }, Token);

            using var process = Process.GetCurrentProcess();
            var extra = process.PeakWorkingSet64 - before;
            Console.WriteLine($"extra bytes: {extra}");
            Assert.InRange(extra, 1, Limit);
            Assert.Equal(hash, await ArrivedAsync(road, app, recipient));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<byte[]> WriteAsync(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path, bufferSize: 0);
        var random = new Random(150);
        var block = new byte[64 * 1024];
        for (var left = Size; left > 0; left -= block.Length)
        {
            random.NextBytes(block);
            hash.AppendData(block);
            await file.WriteAsync(block, Token);
        }

        return hash.GetHashAndReset();
    }

    private static async Task<byte[]> ArrivedAsync(EndToEnd road, MailAppRegistration app, string recipient)
    {
        var message = Assert.Single(road.Tenant.GetMessages(recipient, "Inbox"), m => m.Subject == "Large");
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, recipient));
        var attachment = Assert.Single((await store.FindMessageAsync(null, message.Id, MessageDetail.Attachments, Token))!.Attachment!);
        Assert.Equal(Size, attachment.Size);
        using var tokens = MailboxAccess.Tokens(MailboxConnections.As(app, recipient));
        using var http = new HttpClient(new BearerHandler(road.Tenant.Wire.Http, tokens, road.Admin.Cloud.GraphScope), disposeHandler: false);
        await using var content = await http.GetStreamAsync(
            $"https://graph.microsoft.com/v1.0/users/{recipient}/messages/{message.Id}/attachments/{attachment.Id}/$value", Token);
        return await SHA256.HashDataAsync(content, Token);
    }
}
