using MailAdmin.Core.Receive;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Receive;

/// <summary>Real messages, broken ones among them, through the sandbox and out again.</summary>
public sealed class RealMailTests : IDisposable
{
    private readonly TempFolder _destination = new(isMade: false);

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task Every_message_comes_out_byte_for_byte_and_is_in_the_target_folder_and_only_there()
    {
        var folder = TestMail.Folder;
        var originals = Directory.EnumerateFiles(folder, "*.eml", SearchOption.AllDirectories)
            .Select(f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))).Order(StringComparer.Ordinal).ToArray();
        using var road = await EndToEnd.StartAsync(new SandboxOptions { MailPath = folder });
        await using var store = await road.OpenAsync();
        var receiver = new MailReceiver(store, new ReceiveOptions { Destination = _destination, AfterProcessing = AfterProcessing.Move, MoveTo = "Done" });
        var token = TestContext.Current.CancellationToken;

        var order = new List<DateTimeOffset?>();
        await foreach (var delivery in receiver.ReceiveAsync(token))
        {
            Assert.Null(delivery.Error);
            order.Add(delivery.Message.ReceivedAt);
            delivery.Acknowledge();
        }

        Assert.True(originals.Length > 100);
        Assert.Equal(originals, Directory.EnumerateFiles(_destination)
            .Select(f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))).Order(StringComparer.Ordinal));
        Assert.Equal(order.Order(), order);
        Assert.Empty(road.Tenant.GetMessages(road.Mailbox, "Inbox"));
        Assert.Equal(originals.Length, road.Tenant.GetMessages(road.Mailbox, "Done").Count());
    }
}
