using MailAdmin.Tests.Mail.Imap;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>The engine against a real IMAP server.</summary>
[Collection(DovecotCollection.Name)]
[Trait("Network", "Loopback")]
public sealed class DovecotReceiveTests(DovecotFixture fixture) : IDisposable
{
    private readonly Destination _destination = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DovecotServer Server => fixture.Server;

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task Fault_3_messages_that_somebody_has_marked_deleted_are_left_alone()
    {
        const string user = "marked@contoso.test";
        await AppendAsync(user, "a", "b", "c");
        await using (var other = await ConnectAsync(user))
        {
            await other.SendAsync("SELECT Box");
            await other.SendAsync(@"UID STORE 2 +FLAGS (\Deleted)");
        }

        await using var store = Server.Open(user);
        var all = await _destination.ReceiveAsync(store, new ReceiveOptions { Folders = ["Box"], AfterProcessing = AfterProcessing.Move, MoveTo = "Done" });
        Assert.Equal(["a", "c"], all.Select(d => d.Message.Subject));
        Assert.Empty(await _destination.ReceiveAsync(store, new ReceiveOptions { Folders = ["Box"] }));
    }

    [Fact]
    public async Task Fault_6_when_the_folder_is_made_anew_between_two_runs_nothing_is_lost_and_nothing_comes_twice()
    {
        const string user = "anew@contoso.test";
        await AppendAsync(user, "a", "b", "c");
        var options = new ReceiveOptions { Folders = ["Box"] };
        await using (var store = Server.Open(user))
        {
            Assert.Equal(["a", "b", "c"], (await _destination.ReceiveAsync(store, options)).Select(d => d.Message.Subject));
        }

        await RemoveAsync(user);
        await AppendAsync(user, "x", "c", "a", "b");
        await using (var store = Server.Open(user))
        {
            Assert.Equal(["x"], (await _destination.ReceiveAsync(store, options)).Select(d => d.Message.Subject));
            Assert.Empty(await _destination.ReceiveAsync(store, options));
        }

        await AppendAsync(user, "y");
        await using var later = Server.Open(user);
        Assert.Equal(["y"], (await _destination.ReceiveAsync(later, options)).Select(d => d.Message.Subject));
        Assert.Equal(
            new[] { "a", "b", "c", "x", "y" }.Select(s => Convert.ToHexString(SHA256.HashData(Message(s)))).Order(StringComparer.Ordinal),
            _destination.Files.Values.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Fault_7_when_the_folder_is_made_anew_between_fetch_and_move_the_move_is_refused()
    {
        const string user = "between@contoso.test";
        await AppendAsync(user, "a", "b");
        await using var store = Server.Open(user);

        var all = await _destination.ReceiveAsync(store, new ReceiveOptions { Folders = ["Box"], AfterProcessing = AfterProcessing.Move, MoveTo = "Done" }, m =>
        {
            if (m.Subject == "b")
            {
                Task.Run(
                    async () =>
                    {
                        await RemoveAsync(user);
                        await AppendAsync(user, "other", "others");
                    },
                    Cancel).GetAwaiter().GetResult();
            }

            return true;
        });

        Assert.Equal(["a", "b"], all.Where(d => d.Error is null).Select(d => d.Message.Subject));
        Assert.All(all.Where(d => d.Error is not null), d => Assert.Equal("UIDVALIDITY", Assert.IsType<ServiceRefusedException>(d.Error).Code));
        Assert.Equal(2, all.Count(d => d.Error is not null));
        await using var later = Server.Open(user);
        using var elsewhere = new Destination();
        Assert.Equal(["other", "others"], (await elsewhere.ReceiveAsync(later, new ReceiveOptions { Folders = ["Box"] })).Select(d => d.Message.Subject));
    }

    [Fact]
    public async Task Fault_19_files_have_the_servers_octets()
    {
        const string user = "octets@contoso.test";
        var messages = TestMessages.Mixed(40, 2_000, 20_000, 60_000).ToArray();
        Server.Deliver(user, messages);
        await using var store = Server.Open(user);
        Assert.Equal(40, (await _destination.ReceiveAsync(store, new ReceiveOptions { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" })).Count);
        Assert.Equal(
            messages.Select(m => Convert.ToHexString(SHA256.HashData(m))).Order(StringComparer.Ordinal), _destination.Files.Values.Order(StringComparer.Ordinal));
        Assert.Empty(await _destination.ReceiveAsync(store));
    }

    [Theory]
    [InlineData(AfterProcessing.None)]
    [InlineData(AfterProcessing.Move)]
    public async Task Mail_that_comes_while_it_idles_is_received_and_no_connection_is_left(AfterProcessing action)
    {
        var user = $"waiting-{action}@contoso.test";
        await AppendAsync(user, "0");
        var sent = 0;
        var options = new ImapOptions
        {
            Log = line =>
            {
                // Only what follows the server's consent is told by IDLE and not by the look before it.
                if (line.StartsWith("S: + idling", StringComparison.OrdinalIgnoreCase) && sent < 3)
                {
                    var subject = $"{++sent}";
                    _ = Task.Run(() => AppendAsync(user, subject), Cancel);
                }
            },
        };
        using var stop = new CancellationTokenSource();
        var subjects = new List<string>();
        await using (var store = Server.Open(user, options))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _destination.ReceiveAsync(
                store,
                new ReceiveOptions
                {
                    Folders = ["Box"], AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null, Wait = true, PollInterval = TimeSpan.FromDays(1),
                },
                m =>
                {
                    subjects.Add(m.Subject);
                    if (m.Subject == "3")
                    {
                        stop.CancelAfter(TimeSpan.FromMilliseconds(1));
                    }

                    return true;
                },
                stop: stop));
        }

        Assert.Equal(["0", "1", "2", "3"], subjects);
        Assert.Equal(4, _destination.Files.Count);
        while (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Any(c => c.RemoteEndPoint.Port == Server.TlsPort && c.State == TcpState.Established))
        {
            Cancel.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static byte[] Message(string subject) => Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\n\r\nBody of {subject}.\r\n");

    private Task<RawSession> ConnectAsync(string user) => fixture.ConnectAsync(user);

    private async Task AppendAsync(string user, params string[] subjects)
    {
        await using var store = Server.Open(user);
        await store.CreateFolderAsync("Box", Cancel);
        await using var connection = await ConnectAsync(user);
        foreach (var octets in subjects.Select(Message))
        {
            await connection.AppendAsync("Box", octets, "02-Jan-2026 03:04:05 +0000");
        }
    }

    private async Task RemoveAsync(string user)
    {
        await using var connection = await ConnectAsync(user);
        await connection.SendAsync("DELETE Box");
    }
}
