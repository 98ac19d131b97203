using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Tokens and throttling, by the numbers of the project's list of faults.</summary>
public sealed class SignInFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(299)]
    public async Task Fault_20_A_token_that_expires_on_the_way_is_renewed_and_nothing_is_lost_or_doubled(int after)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(300);
        server.On("UID FETCH", async (c, command) =>
        {
            if (c.Number > 1 || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                if (uid == after + 1)
                {
                    await c.SendAsync("* BYE Session invalidated - AccessTokenExpired\r\n");
                    await c.CloseAsync();
                }

                await c.SendContentAsync(uid, server.Messages[uid]);
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal(server.Messages.Keys, fetched.Select(f => f.Uid()));
        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.Equal([false, true], server.TokenRequests);
    }

    [Theory]
    [InlineData("* BYE Session invalidated - AccessTokenExpired\r\n")]
    [InlineData("{0} BAD Session invalidated - AccessTokenExpired\r\n")]
    public async Task Fault_20_A_token_that_expired_while_nothing_was_done_is_renewed(string farewell)
    {
        await using var server = new ScriptedServer();
        server.On("LIST", (c, command) => c.SendAsync(c.Number == 1
            ? string.Format(farewell, command.Tag)
            : $"* LIST () \"/\" INBOX\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();
        await store.ConnectAsync(Cancel);

        Assert.NotNull(await store.FindFolderAsync("inbox", Cancel));
        Assert.Equal([false, true], server.TokenRequests);
    }

    [Fact]
    public async Task Fault_21_A_bad_token_is_refused_twice_and_never_shown()
    {
        var answers = new List<string>();
        await using var server = new ScriptedServer();
        server.On("AUTHENTICATE", async (c, command) =>
        {
            await c.SendAsync("+ " + Convert.ToBase64String("{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}"u8) + "\r\n");
            answers.Add(await c.ReadLineAsync());
            var token = Encoding.ASCII.GetString(Convert.FromBase64String(command.Arguments.Split(' ')[1])).Split("Bearer ")[1].Trim('\u0001');
            await c.SendAsync($"{command.Tag} NO AUTHENTICATE failed for {token} {command.Arguments}\r\n");
        });
        var log = new List<string>();
        await using var store = server.Open(new ImapOptions { Log = log.Add });

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.ConnectAsync(Cancel));

        Assert.Equal(("AUTHENTICATIONFAILED", "401"), (refused.Code, refused.SubCode));
        Assert.Equal(["", ""], answers);
        Assert.Equal([false, true], server.TokenRequests);
        var told = refused + string.Join('\n', log);
        Assert.DoesNotContain("secret-token", told);
        Assert.DoesNotContain(Convert.ToBase64String("secret-token"u8)[..12], told);
        Assert.DoesNotContain("auth=Bearer", Encoding.ASCII.GetString(log.SelectMany(l => l.Split(' ')).SelectMany(TryBase64).ToArray()));
        Assert.Contains(log, static line => line.StartsWith("C: ", StringComparison.Ordinal) && line.EndsWith(" AUTHENTICATE XOAUTH2 ***", StringComparison.Ordinal));

        static byte[] TryBase64(string word)
        {
            var octets = new byte[word.Length];
            return Convert.TryFromBase64String(word, octets, out var n) ? octets[..n] : [];
        }
    }

    [Fact]
    public async Task Fault_22_A_login_that_only_looks_good_is_explained()
    {
        await using var server = new ScriptedServer();
        server.On("NAMESPACE", (c, command) => c.SendAsync($"{command.Tag} BAD User is authenticated but not connected.\r\n"));
        await using var store = server.Open();

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.ConnectAsync(Cancel));

        Assert.Equal("NOTCONNECTED", refused.Code);
        Assert.False(refused.IsTransient);
        Assert.Contains("FullAccess", refused.Advice);
    }

    [Fact]
    public async Task Fault_23_Endless_challenges_are_not_answered()
    {
        var answers = 0;
        await using var server = new ScriptedServer();
        server.On("AUTHENTICATE", async (c, _) =>
        {
            while (true)
            {
                await c.SendAsync("+ eA==\r\n");
                await c.ReadLineAsync();
                answers++;
            }
        });
        await using var store = server.Open();

        await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel));

        Assert.InRange(answers, 1, 2); // one for each of two connections
    }

    [Theory]
    [InlineData("{0} NO Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n")]
    [InlineData("{0} BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n* BYE Connection closed. 14\r\n")]
    [InlineData("* BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n")]
    [InlineData("* BYE Request is throttled. Suggested Backoff Time: 299961 milliseconds\r\n")]
    public async Task Fault_24_A_back_off_is_waited_for_and_the_rest_follows(string answer)
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time };
        server.AddMessages(5);
        var throttled = false;
        server.On("UID FETCH", async (c, command) =>
        {
            if (throttled || !command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            throttled = true;
            await c.SendContentAsync(1, server.Messages[1]);
            await c.SendAsync(string.Format(answer, command.Tag));
        });
        await using var store = server.Open();

        var fetching = store.FetchAllAsync(server.Inbox);
        await time.SomebodyWaitsFor(TimeSpan.FromMilliseconds(299961));
        Assert.False(fetching.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(299961));

        Assert.Equal([1u, 2u, 3u, 4u, 5u], (await fetching).Select(f => f.Uid()));
    }

    [Fact]
    public async Task Fault_24_A_back_off_can_be_cancelled()
    {
        var time = new ManualTime();
        await using var server = new ScriptedServer { Time = time };
        server.On("LIST", (c, command) => c.SendAsync($"{command.Tag} NO Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n"));
        await using var store = server.Open();
        using var stop = new CancellationTokenSource();

        var finding = store.FindFolderAsync("inbox", stop.Token);
        await time.SomebodyWaitsFor(TimeSpan.FromSeconds(5));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
    }

    [Fact]
    public async Task Fault_24_A_back_off_that_is_too_long_is_reported_with_its_time()
    {
        await using var server = new ScriptedServer();
        server.On("LIST", (c, command) => c.SendAsync($"{command.Tag} NO Request is throttled. Suggested Backoff Time: 5000 milliseconds\r\n"));
        await using var store = server.Open(new ImapOptions { LongestBackOff = TimeSpan.FromSeconds(4) });

        var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.FindFolderAsync("inbox", Cancel));

        Assert.Equal(("THROTTLED", "IMAP", TimeSpan.FromSeconds(5)), (refused.Code, refused.Service, refused.RetryAfter));
    }
}
