using System.Collections.Concurrent;
using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Base;

/// <summary>
/// Texts that others may choose go through every builder of requests: each stays the one segment or value that it is, and what
/// fails, fails with an error of ours.
/// </summary>
public sealed class HostileNamesTests
{
    /// <summary>A name of each kind that is asked for in a way of its own: a name, a well-known one, one as long as an ID, an ID.</summary>
    private static readonly string[] Harmless =
        ["plain", "inbox", "INBOX", new('x', 300), "11111111-1111-1111-1111-111111111111"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void There_are_two_hundred() => Assert.Equal(200, HostileNames.All.Count);

    [Fact]
    public async Task A_name_asks_for_no_other_resource()
    {
        var requests = new ConcurrentQueue<string>();
        using var road = await EndToEnd.StartAsync(null, inner => new Relay(inner)
        {
            Before = (request, _) =>
            {
                requests.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}");
                return Task.FromResult<HttpResponseMessage?>(null);
            },
        });
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send", "Exchange/IMAP.AccessAsApp");
        road.Tenant.GrantImap(app.ClientId, road.Mailbox);

        var faults = new List<string>();
        foreach (var (what, ask) in Builders(road, app))
        {
            var expected = new HashSet<string>(StringComparer.Ordinal);
            foreach (var name in Harmless)
            {
                requests.Clear();
                await ask(name);
                expected.UnionWith(requests.Select(r => RequestShape.Of(r, name)));
            }

            foreach (var name in HostileNames.All)
            {
                requests.Clear();
                try
                {
                    await ask(name);
                }
                catch (MailAdminException)
                {
                    // Refused, by us or by the service.
                }
                catch (Exception e)
                {
                    faults.Add($"{what} '{Show(name)}': {e}");
                }

                var other = requests.Select(r => RequestShape.Of(r, name)).FirstOrDefault(r => !expected.Contains(r));
                if (other is not null)
                {
                    faults.Add($"{what} '{Show(name)}' asks for {other}, not for {string.Join(", ", expected)}.");
                }
            }
        }

        Assert.True(faults.Count == 0, $"{faults.Count} faults:\n{string.Join('\n', faults.Take(20))}");
    }

    [Fact]
    public void A_name_of_a_file_stays_in_its_folder()
    {
        using var folder = new TempFolder();
        foreach (var name in HostileNames.All)
        {
            var path = Path.GetFullPath(Path.Combine(folder.Path, SafeFileName.From(name, "application/octet-stream")));
            Assert.Equal(folder.Path, Path.GetDirectoryName(path));
            Assert.DoesNotContain(Path.GetFileName(path), c => char.IsControl(c) || c is '/' or '\\' or ':' or '\u202e');
        }
    }

    private static IEnumerable<(string What, Func<string, Task> Ask)> Builders(EndToEnd road, MailAppRegistration app)
    {
        yield return ("An app", name => FindAppAsync(name));
        yield return ("A user", async name => await IgnoringAsync(() => Core.Service.SessionUsers.FindUserAsync(road.Admin, name, Cancel)));
        yield return ("A mailbox in Exchange", name => road.Admin.FindMailboxAsync(name, Cancel));
        yield return ("A mailbox in Graph", name => IgnoringAsync(async () =>
        {
            await using var store = MailboxAccess.Open(MailboxConnections.As(app, name));
            return await store.FindFolderAsync("Inbox", Cancel);
        }));
        foreach (var protocol in (MailProtocol[])[MailProtocol.Graph, MailProtocol.Imap])
        {
            yield return ($"A folder over {protocol}", async name =>
            {
                await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, protocol));
                await store.FindFolderAsync(FolderPath.Join(null, name), Cancel);
            });
            yield return ($"A subject over {protocol}", name => SearchAsync(protocol, new MessageQuery { Subject = name }));
            yield return ($"A sender over {protocol}", name => SearchAsync(protocol, new MessageQuery { From = name }));
        }

        Task FindAppAsync(string name) => new AppLookup(road.Admin).FindAsync(name, Cancel);

        async Task SearchAsync(MailProtocol protocol, MessageQuery query)
        {
            await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, protocol));
            var inbox = await store.FindFolderAsync("Inbox", Cancel);
            await foreach (var message in store.GetMessagesAsync(inbox!, query, Cancel))
            {
                _ = message;
            }
        }
    }

    private static async Task IgnoringAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            await ask();
        }
        catch (ServiceRefusedException)
        {
            // There is no such person.
        }
    }

    private static string Show(string name) => string.Concat(name.Take(60).Select(
        c => char.IsControl(c) || char.IsSurrogate(c) || c > 127 ? $"\\u{(int)c:x4}" : $"{c}"));
}
