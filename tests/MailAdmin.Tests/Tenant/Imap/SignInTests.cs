namespace MailAdmin.Tests.Tenant.Imap;

/// <summary>Who gets in over IMAP, who does not, and who only seems to.</summary>
public sealed class SignInTests
{
    private const string NotConnected = "BAD User is authenticated but not connected.";

    public static TheoryData<string> Wrongs =>
        ["audience", "expired", "tenant", "role", "signature", "unregistered", "object id", "user", "no bearer", "garbage"];

    [Fact]
    public async Task Capabilities_are_Exchanges_before_and_after_sign_in()
    {
        using var world = new TenantClient();
        await using var stranger = await ImapTestClient.ConnectAsync(world.Tenant);
        Assert.Equal(
            ["* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+", "OK CAPABILITY completed."],
            await stranger.RunAsync("CAPABILITY"));

        await using var client = await ImapTestClient.SignedInAsync(world);
        Assert.Contains("CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE", (await client.RunAsync("CAPABILITY"))[0]);
        Assert.Equal("* NAMESPACE ((\"\" \"/\")) NIL NIL", (await client.RunAsync("NAMESPACE"))[0]);
        Assert.Contains("Microsoft.Exchange.Imap4.Imap4Server", (await client.RunAsync("ID (\"name\" \"test\" \"vendor\" NIL)"))[0]);
        Assert.Equal(["* BYE Microsoft Exchange Server IMAP4 server signing off.", "OK LOGOUT completed."], await client.RunAsync("LOGOUT"));
        Assert.Null(await client.LineAsync());
    }

    [Fact]
    public async Task The_token_can_follow_the_continuation()
    {
        using var world = new TenantClient();
        world.Tenant.GrantImap(world.Tenant.AdminApp.ClientId, world.Invoices);
        await using var client = await ImapTestClient.ConnectAsync(world.Tenant);
        await client.SendAsync("a AUTHENTICATE XOAUTH2\r\n");
        Assert.Equal("+ ", await client.LineAsync());
        await client.SendAsync(ImapTestClient.Response(world.Invoices, ImapTestClient.Mint(world)) + "\r\n");
        Assert.Equal("a OK AUTHENTICATE completed.", await client.LineAsync());
        Assert.StartsWith("OK", (await client.RunAsync("SELECT INBOX"))[^1]);
    }

    [Theory]
    [MemberData(nameof(Wrongs))]
    public async Task What_is_wrong_is_refused_without_a_reason(string what)
    {
        using var world = new TenantClient();
        var app = world.Tenant.AdminApp.ClientId;
        if (what != "unregistered")
        {
            world.Tenant.GrantImap(app, world.Invoices);
        }

        if (what == "object id")
        {
            var wrong = world.Tenant.State.Directory.ApplicationOf(app)!.Id;
            world.Tenant.State.Exchange.Seed(c => c with { Principals = [.. c.Principals.Select(p => p with { ObjectId = wrong })] });
        }

        var token = ImapTestClient.Mint(world, claims =>
        {
            switch (what)
            {
                case "audience": claims["aud"] = "https://graph.microsoft.com"; break;
                case "expired": claims["exp"] = TenantClient.Start.ToUnixTimeSeconds(); break;
                case "tenant": claims["tid"] = Guid.NewGuid().ToString(); break;
                case "role": claims["roles"] = new System.Text.Json.Nodes.JsonArray("POP.AccessAsApp"); break;
            }
        });
        var response = what switch
        {
            "signature" => ImapTestClient.Response(world.Invoices, token[..^8] + "AAAAAAAA"),
            "user" => ImapTestClient.Response("nobody@" + world.Tenant.Domain, token),
            "no bearer" => Convert.ToBase64String("user=a\u0001\u0001"u8),
            "garbage" => "###",
            _ => ImapTestClient.Response(world.Invoices, token),
        };
        await using var client = await ImapTestClient.ConnectAsync(world.Tenant);
        Assert.Equal(["NO AUTHENTICATE failed."], await client.RunAsync($"AUTHENTICATE XOAUTH2 {response}"));
        Assert.Equal(["BAD Command received in Invalid state."], await client.RunAsync("SELECT INBOX"));
    }

    [Theory]
    [InlineData("AUTHENTICATE PLAIN AGEAYg==", "NO AUTHENTICATE failed.")]
    [InlineData("LOGIN a b", "NO LOGIN failed.")]
    [InlineData("STARTTLS", "BAD Command Error. 10")]
    [InlineData("FETCH 1 FLAGS", "BAD Command received in Invalid state.")]
    public async Task Nobody_gets_in_another_way(string command, string answer)
    {
        using var world = new TenantClient();
        await using var client = await ImapTestClient.ConnectAsync(world.Tenant);
        Assert.Equal([answer], await client.RunAsync(command));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Without_the_right_to_the_mailbox_only_the_sign_in_succeeds(bool fullAccess, bool imapEnabled)
    {
        using var world = new TenantClient();
        world.Tenant.GrantImap(world.Tenant.AdminApp.ClientId, fullAccess ? world.Invoices : world.Tenant.Mailboxes[1].Address);
        world.Tenant.State.Mailboxes.Find(world.Invoices)!.IsImapEnabled = imapEnabled;
        await using var client = await ImapTestClient.ConnectAsync(world.Tenant);
        Assert.Equal(["OK AUTHENTICATE completed."], await client.RunAsync($"AUTHENTICATE XOAUTH2 {ImapTestClient.Response(world.Invoices, ImapTestClient.Mint(world))}"));
        Assert.Equal([NotConnected], await client.RunAsync("LIST \"\" *"));
        Assert.Equal([NotConnected], await client.RunAsync("SELECT INBOX"));
    }

    [Fact]
    public async Task The_twenty_first_session_of_a_mailbox_is_not_connected()
    {
        using var world = new TenantClient();
        var clients = new List<ImapTestClient>();
        for (var i = 0; i < 21; i++)
        {
            clients.Add(await ImapTestClient.SignedInAsync(world));
        }

        Assert.Equal([NotConnected], await clients[20].RunAsync("SELECT INBOX"));
        await clients[0].RunAsync("LOGOUT");
        Assert.Null(await clients[0].LineAsync());
        await using var another = await ImapTestClient.SignedInAsync(world);
        Assert.Equal([NotConnected], await clients[20].RunAsync("SELECT INBOX"));
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_session_ends_with_its_token()
    {
        using var world = new TenantClient();
        await using var client = await ImapTestClient.SignedInAsync(world);
        world.Tenant.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal("BAD Session invalidated - AccessTokenExpired", (await client.RunAsync("NOOP"))[^1]);
        Assert.Equal("* BYE Session invalidated - AccessTokenExpired", await client.LineAsync());
        Assert.Null(await client.LineAsync());
    }

    [Theory]
    [InlineData("ImapThrottled", "BAD Request is throttled. Suggested Backoff Time: 5000 milliseconds", "* BYE Connection closed. 14")]
    [InlineData("ImapServerUnavailable", "NO Server Unavailable. 15", null)]
    [InlineData("ImapNotConnected", NotConnected, null)]
    public async Task A_fault_strikes_a_session(string fault, string answer, string? bye)
    {
        using var world = new TenantClient();
        await using var client = await ImapTestClient.SignedInAsync(world);
        world.Tenant.SetFault(fault, 1, world.Invoices, world.Tenant.AdminApp.ClientId);
        Assert.Equal([answer], await client.RunAsync("SELECT INBOX"));
        if (bye is not null)
        {
            Assert.Equal(bye, await client.LineAsync());
            Assert.Null(await client.LineAsync());
        }
        else
        {
            // A session that is not connected stays so; a busy server recovers.
            var again = (await client.RunAsync("SELECT INBOX"))[^1];
            Assert.Equal(fault == "ImapNotConnected" ? NotConnected : "OK [READ-WRITE] SELECT completed.", again);
        }

        Assert.Empty(world.Tenant.ActiveFaults);
    }

    [Fact]
    public async Task A_fault_can_cut_the_connection_or_prevent_it()
    {
        using var world = new TenantClient();
        await using var client = await ImapTestClient.SignedInAsync(world);
        world.Tenant.SetFault("ImapDisconnect", 1);
        await Assert.ThrowsAsync<IOException>(() => client.RunAsync("SELECT INBOX"));

        world.Tenant.SetFault("NameNotResolved", 1);
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => ImapTestClient.ConnectAsync(world.Tenant));
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(
            async () => await world.Tenant.Wire.OpenStream("imap.example.com", 993, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(
            async () => await world.Tenant.Wire.OpenStream("outlook.office365.com", 143, TestContext.Current.CancellationToken));
    }
}
