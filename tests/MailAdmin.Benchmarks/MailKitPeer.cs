using MailAdmin.Tests.TestKit;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;

namespace MailAdmin.Benchmarks;

/// <summary>MailKit as a script would use it, and nothing of ours.</summary>
internal sealed class MailKitPeer(DovecotServer server, string user) : IDisposable
{
    private readonly ImapClient _client = new()
    {
        CheckCertificateRevocation = false,
        ServerCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == server.Certificate.GetCertHashString(),
    };

    /// <summary>Receives the Inbox into files, each under a temporary name and then renamed.</summary>
    /// <param name="folder">Where they go.</param>
    /// <param name="oneByOne">Whether each message is asked for on its own, parsed and written again.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> ToFilesAsync(string folder, bool oneByOne)
    {
        await _client.ConnectAsync("localhost", server.TlsPort, SecureSocketOptions.SslOnConnect);
        await _client.AuthenticateAsync(new SaslMechanismOAuth2(user, server.Token(user)));
        await _client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        var uids = await _client.Inbox.SearchAsync(SearchQuery.All);
        var count = 0;
        if (oneByOne)
        {
            foreach (var uid in uids)
            {
                using var message = await _client.Inbox.GetMessageAsync(uid);
                await SaveAsync(uid, file => message.WriteToAsync(file));
            }
        }
        else
        {
            await ((ImapFolder)_client.Inbox).GetStreamsAsync(uids, (_, _, uid, stream, _) => SaveAsync(uid, file => stream.CopyToAsync(file)));
        }

        return count;

        async Task SaveAsync(UniqueId uid, Func<Stream, Task> write)
        {
            var path = Path.Combine(folder, $"{uid.Id}.eml");
            await using (var file = new FileStream(path + ".part", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                await write(file);
            }

            File.Move(path + ".part", path);
            count++;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
