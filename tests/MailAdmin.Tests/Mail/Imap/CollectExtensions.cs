using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

internal static class CollectExtensions
{
    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> source)
    {
        var list = new List<T>();
        await foreach (var item in source)
        {
            list.Add(item);
        }

        return list;
    }

    /// <summary>Fetches everything into memory.</summary>
    public static Task<List<FetchedMessage>> FetchAllAsync(this IMailStore store, MailFolder folder, MessageQuery? query = null) =>
        store.FetchAsync(folder, query ?? new MessageQuery(), _ => new MemoryStream(), TestContext.Current.CancellationToken).ToListAsync();

    public static byte[] Octets(this FetchedMessage message) => ((MemoryStream)message.Content!).ToArray();

    public static uint Uid(this FetchedMessage message) => uint.Parse(message.Message.Id.Split('.')[1]);
}
