using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>Messages that a caller has chosen one by one: each comes, or is reported as missing.</summary>
internal static class ChosenMessages
{
    /// <summary>Adds an error for each message that is not where it was listed. Nothing comes in its place.</summary>
    /// <param name="deliveries">The messages that are found.</param>
    /// <param name="ids">Those that were chosen.</param>
    /// <param name="folder">The folder they were listed in.</param>
    /// <returns>The messages, then the errors.</returns>
    public static async IAsyncEnumerable<Delivery> WithMissingAsync(
        IAsyncEnumerable<Delivery> deliveries, IReadOnlyList<string> ids, MailFolder folder)
    {
        var missing = new HashSet<string>(ids, StringComparer.Ordinal);
        var found = deliveries.GetAsyncEnumerator();
        await using (found.ConfigureAwait(false))
        {
            while (await MoveNextAsync(found).ConfigureAwait(false))
            {
                missing.Remove(found.Current.Message.Id);
                yield return found.Current;
            }
        }

        foreach (var id in ids.Where(missing.Remove))
        {
            yield return Missing(id, folder.Path, folder.Mailbox);
        }
    }

    /// <summary>Reports a message that isn't in its folder.</summary>
    /// <param name="folder">The path of the folder it was listed in.</param>
    /// <param name="mailbox">The mailbox; empty where the folder was not found either.</param>
    /// <returns>A delivery with the error (MessageNotFound).</returns>
    public static Delivery Missing(string id, string folder, string mailbox = "") => new(
        new ReceivedMessage(new MailboxMessage { Id = id, Mailbox = mailbox, Folder = folder }),
        new InvalidRequestException("MessageNotFound", $"The message '{id}' wasn't found in '{folder}'.")
        {
            Target = id,
            Advice = "It was moved or deleted after it was listed. List the messages again.",
        });

    /// <summary>Takes the next one; where the server has numbered its messages anew, none of the chosen ones exists.</summary>
    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<Delivery> deliveries)
    {
        try
        {
            return await deliveries.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (FolderCursor.IsLost(e))
        {
            VerboseLog.Write(e.Message);
            return false;
        }
    }
}
