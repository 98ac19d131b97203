using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Benchmarks;

/// <summary>How the benchmarks ask the product for files: the one place that knows its interface.</summary>
internal static class Receiving
{
    /// <summary>Receives the Inbox into files.</summary>
    /// <param name="store">The mailbox.</param>
    /// <param name="destination">A folder that is empty.</param>
    /// <param name="durable">Whether every file is on the disk before it has its name.</param>
    /// <returns>How many messages.</returns>
    public static async Task<int> ToFilesAsync(IMailStore store, string destination, bool durable)
    {
        var count = 0;
        var options = new ReceiveOptions { Destination = destination, Durability = durable ? Durability.Full : Durability.None };
        await foreach (var delivery in new MailReceiver(store, options).ReceiveAsync(CancellationToken.None))
        {
            delivery.Acknowledge();
            count += delivery.Error is null ? 1 : throw delivery.Error;
        }

        return count;
    }

    /// <summary>Receives the Inbox as objects, with bodies and lists of attachments.</summary>
    /// <param name="store">The mailbox.</param>
    /// <returns>How many messages were as they were sent.</returns>
    public static async Task<int> AsObjectsAsync(IMailStore store)
    {
        var count = 0;
        await foreach (var delivery in new MailReceiver(store, new ReceiveOptions()).ReceiveAsync(CancellationToken.None))
        {
            delivery.Acknowledge();
            count += delivery is { Error: null, Message: { Subject: not null, From: not null, TextBody.Length: > 0 } } ? 1 : 0;
        }

        return count;
    }
}
