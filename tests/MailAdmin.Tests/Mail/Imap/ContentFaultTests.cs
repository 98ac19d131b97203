using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Content that is missing, odd or has nowhere to go, by the numbers of the project's list of faults.</summary>
public sealed class ContentFaultTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("NIL")]
    [InlineData("\"\"")]
    [InlineData("{0}\r\n")]
    public async Task Fault_14_A_message_without_content_is_an_error_and_the_others_come(string body)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            await c.SendContentAsync(1, server.Messages[1]);
            await c.SendAsync($"* 2 FETCH (UID 2 BODY[] {body})\r\n");
            await c.SendContentAsync(3, server.Messages[3]);
            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 2u, 3u], fetched.Select(f => f.Uid()));
        Assert.Null(fetched[0].Error);
        Assert.Equal("MESSAGEUNREADABLE", Assert.IsType<ServiceRefusedException>(fetched[1].Error).Code);
        Assert.Equal(server.Messages[3], fetched[2].Octets());
    }

    [Fact]
    public async Task Fault_13_A_message_that_vanishes_before_its_content_is_one_error()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", async (c, command) =>
        {
            if (command.Arguments.Contains("BODY.PEEK[]"))
            {
                server.Messages.Remove(2);
            }

            await server.FetchAsync(c, command);
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.Equal([1u, 3u, 2u], fetched.Select(f => f.Uid()));
        Assert.Equal("MESSAGEUNREADABLE", Assert.IsType<ServiceRefusedException>(fetched[2].Error).Code);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("999999")]
    [InlineData("0")]
    public async Task Fault_15_The_literal_counts_and_not_the_announced_size(string size)
    {
        await using var server = new ScriptedServer();
        server.AddMessages(1);
        server.On("UID FETCH", (c, command) => command.Arguments.Contains("BODY.PEEK[]")
            ? server.FetchAsync(c, command)
            : c.SendAsync(server.Summary(1, size) + $"{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        var message = Assert.Single(await store.FetchAllAsync(server.Inbox));

        Assert.Null(message.Error);
        Assert.Equal(server.Messages[1], message.Octets());
    }

    [Fact]
    public async Task Fault_19_The_octets_are_the_servers_NUL_and_8_bit_and_bare_line_ends_included()
    {
        await using var server = new ScriptedServer();
        server.Messages[1] = [.. Enumerable.Range(0, 100_000).Select(n => (byte)(n * 31))];
        await using var store = server.Open();

        Assert.Equal(server.Messages[1], Assert.Single(await store.FetchAllAsync(server.Inbox)).Octets());
    }

    [Fact]
    public async Task A_server_that_names_the_message_after_its_content_is_understood()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2);
        server.On("UID FETCH", async (c, command) =>
        {
            if (!command.Arguments.Contains("BODY.PEEK[]"))
            {
                await server.FetchAsync(c, command);
                return;
            }

            foreach (var uid in server.Select(command.Arguments.Split(' ')[0]))
            {
                await c.SendAsync($"* {uid} FETCH (BODY[] {{{server.Messages[uid].Length}}}\r\n");
                await c.SendAsync(server.Messages[uid]);
                await c.SendAsync($" UID {uid})\r\n");
            }

            await c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var fetched = await store.FetchAllAsync(server.Inbox);

        Assert.All(fetched, f => Assert.Equal(server.Messages[f.Uid()], f.Octets()));
        Assert.Equal([1u, 2u], fetched.Select(f => f.Uid()));
    }

    [Fact]
    public async Task A_full_disk_fails_one_message_and_not_the_others()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        await using var store = server.Open();

        var fetched = await store.FetchAsync(
            server.Inbox,
            new MessageQuery(),
            message => message.Id switch
            {
                "7.1" => throw new IOException("no space left"),
                "7.2" => new OneWayStream(new MemoryStream()) { Failure = new IOException("disk gone") },
                _ => new MemoryStream(),
            },
            Cancel).ToListAsync();

        Assert.Equal("no space left", fetched[0].Error!.Message);
        Assert.Equal("disk gone", fetched[1].Error!.Message);
        Assert.Equal(server.Messages[3], fetched[2].Octets());
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_refusal_for_all_is_followed_by_asking_one_by_one()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(3);
        server.On("UID FETCH", (c, command) =>
            command.Arguments.Contains("BODY.PEEK[]") && server.Select(command.Arguments.Split(' ')[0]).Contains(2u)
                ? c.SendAsync($"{command.Tag} NO The message could not be decoded\r\n")
                : server.FetchAsync(c, command));
        await using var store = server.Open();

        var fetched = (await store.FetchAllAsync(server.Inbox)).OrderBy(f => f.Uid()).ToList();

        Assert.Equal(server.Messages[1], fetched[0].Octets());
        Assert.Contains("could not be decoded", fetched[1].Error!.Message);
        Assert.Equal(server.Messages[3], fetched[2].Octets());
    }
}
