using System.Text;
using MailAdmin.Core.Base;
using MailKit;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Loads and compiles MailKit with a short dialogue in memory, while the token is being fetched: the first connection of a
/// process would wait for that else.
/// </summary>
internal static class ImapWarmUp
{
    private const string Capabilities = "CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR NAMESPACE UIDPLUS MOVE";
    private static readonly Lazy<Task> Once = new(static () => Task.Run(TalkAsync));

    /// <summary>Starts it, once in a process. Callers don't wait for its end.</summary>
    public static Task BeginAsync() => Once.Value;

    private static async Task TalkAsync()
    {
        var (ours, theirs) = InProcessStream.CreatePair();
        var answering = AnswerAsync(theirs);
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), Wire.MachineTime);
            using var client = await MailAdminImapClient.OpenAsync(
                (_, _, _) => ValueTask.FromResult<Stream>(ours), Wire.MachineTime, new ImapServer { Host = "localhost" },
                new ImapOptions(), timeout.Token).ConfigureAwait(false);
            await client.SignInAsync("nobody", "none", timeout.Token).ConfigureAwait(false);
            var folder = await client.OpenFolderAsync("INBOX", readOnly: true, timeout.Token).ConfigureAwait(false);
            var uids = await client.SearchAsync(folder, new ImapQuery(new MessageQuery()), timeout.Token).ConfigureAwait(false);
            const MessageSummaryItems items =
                MessageSummaryItems.UniqueId | MessageSummaryItems.Envelope | MessageSummaryItems.Size;
            await folder.FetchAsync(uids, new FetchRequest(items), timeout.Token).ConfigureAwait(false);
            await folder.GetStreamsAsync(
                uids, static (_, _, _, _, _) => Task.CompletedTask, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is MailAdminException or OperationCanceledException or IOException)
        {
            // What isn't warm now is slow once.
        }

        await answering.ConfigureAwait(false);
    }

    private static async Task AnswerAsync(Stream stream)
    {
        try
        {
            using var lines = new StreamReader(stream, Encoding.ASCII);
            await SendAsync(stream, $"* OK [{Capabilities}] ready\r\n").ConfigureAwait(false);
            while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                var words = line.Split(' ', 3);
                var data = words.ElementAtOrDefault(1) switch
                {
                    "NAMESPACE" => "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
                    "LIST" => "* LIST () \"/\" INBOX\r\n",
                    "EXAMINE" => "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] valid\r\n",
                    "UID" when words[2].StartsWith("SEARCH", StringComparison.Ordinal) => "* SEARCH 1\r\n",
                    "UID" when words[2].Contains("BODY", StringComparison.Ordinal) => "* 1 FETCH (UID 1 BODY[] {2}\r\n\r\n)\r\n",
                    "UID" =>
                        "* 1 FETCH (UID 1 RFC822.SIZE 2 ENVELOPE (NIL \"a\" ((\"b\" NIL \"c\" \"d\")) NIL NIL NIL NIL NIL NIL "
                            + "NIL))\r\n",
                    _ => "",
                };
                var code = words.ElementAtOrDefault(1) switch
                {
                    "EXAMINE" => "[READ-ONLY] ",
                    "AUTHENTICATE" => $"[{Capabilities}] ",
                    _ => "",
                };
                await SendAsync(stream, $"{data}{words[0]} OK {code}done\r\n").ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other end has closed the connection.
        }
    }

    private static async Task SendAsync(Stream stream, string text) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text)).ConfigureAwait(false);
}
