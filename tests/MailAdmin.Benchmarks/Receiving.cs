using MailAdmin.Core.Imap;
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
    public static async Task<int> ToFilesAsync(ImapMailStore store, string destination, bool durable)
    {
        var count = 0;
        if (durable)
        {
            await foreach (var delivery in new MailReceiver(store, new ReceiveOptions { Destination = destination }).ReceiveAsync(CancellationToken.None))
            {
                await delivery.AcknowledgeAsync(CancellationToken.None);
                count += delivery.Error is null ? 1 : throw delivery.Error;
            }

            return count;
        }

        var inbox = (await store.FindFolderAsync("inbox", CancellationToken.None))!;
        var fetching = store.FetchAsync(inbox, new MessageQuery(), message => Open(Path.Combine(destination, $"{message.Id}.eml.part")), CancellationToken.None);
        await foreach (var fetched in fetching)
        {
            var file = (FileStream)fetched.Content!;
            await file.DisposeAsync();
            File.Move(file.Name, Path.ChangeExtension(file.Name, null));
            count += fetched.Error is null ? 1 : throw fetched.Error;
        }

        return count;
    }

    private static FileStream Open(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
}
