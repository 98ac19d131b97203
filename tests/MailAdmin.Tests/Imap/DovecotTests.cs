using System.Text;
using MailAdmin.Core;
using MailAdmin.Core.Imap;
using MailAdmin.Core.Imap.Responses;
using MailAdmin.Core.Mail;
using MailAdmin.Tests.Mime;

namespace MailAdmin.Tests.Imap;

[Collection(DovecotCollection.Name)]
[Trait("Network", "Loopback")]
public sealed class DovecotTests(DovecotFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DovecotServer Server => fixture.Server;

    [Fact]
    public async Task A_good_token_signs_in_and_the_server_says_who_it_is()
    {
        await using var store = Server.Open("anna@contoso.test");

        var info = await store.ConnectAsync(Cancel);

        Assert.Equal("Dovecot", info.Name);
        Assert.Contains("UIDPLUS", info.Capabilities);
    }

    [Fact]
    public async Task Bad_tokens_are_refused()
    {
        const string user = "anna@contoso.test";
        await Task.WhenAll(
            RefusedAsync(Server.Token(user, lifetime: TimeSpan.FromMinutes(-1))),
            RefusedAsync(Server.Token(user, audience: "https://graph.microsoft.com")),
            RefusedAsync(Server.Token("bert@contoso.test")),
            RefusedAsync("garbage"));

        async Task RefusedAsync(string token)
        {
            var fresh = new List<bool>();
            await using var store = new ImapMailStore(Wire.Real, Server.Endpoint(), user, (renew, _) =>
            {
                fresh.Add(renew);
                return ValueTask.FromResult(token);
            });

            var refused = await Assert.ThrowsAsync<ServiceRefusedException>(() => store.ConnectAsync(Cancel));

            Assert.Equal(("AUTHENTICATIONFAILED", "401"), (refused.Code, refused.SubCode));
            Assert.Equal([false, true], fresh);
        }
    }

    [Fact]
    public async Task A_token_that_is_renewed_is_taken()
    {
        await using var store = new ImapMailStore(Wire.Real, Server.Endpoint(), "anna@contoso.test", (renew, _) => ValueTask.FromResult(
            Server.Token("anna@contoso.test", lifetime: TimeSpan.FromMinutes(renew ? 10 : -1))));

        Assert.NotNull(await store.FindFolderAsync("inbox", Cancel));
    }

    [Fact]
    public async Task STARTTLS_leads_to_the_same()
    {
        await using var store = new ImapMailStore(
            Wire.Real, Server.Endpoint(ImapSecurity.StartTls), "anna@contoso.test", (_, _) => ValueTask.FromResult(Server.Token("anna@contoso.test")));

        Assert.Equal("Dovecot", (await store.ConnectAsync(Cancel)).Name);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        await using var store = new ImapMailStore(
            Wire.Real, Server.Endpoint() with { TrustedCertificate = null }, "anna@contoso.test", (_, _) => ValueTask.FromResult("token"));

        Assert.False((await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel))).IsTransient);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_lost_connection()
    {
        await using var store = new ImapMailStore(
            Wire.Real, Server.Endpoint() with { Port = 1 }, "anna@contoso.test", (_, _) => ValueTask.FromResult("token"));

        Assert.Equal("localhost:1", (await Assert.ThrowsAsync<ConnectionLostException>(() => store.ConnectAsync(Cancel))).Endpoint);
    }

    [Fact]
    public async Task Messages_arrive_octet_for_octet_and_oldest_first()
    {
        var messages = TestMessages.Mixed(600).ToArray();
        Server.Deliver("mixed@contoso.test", messages);
        await using var store = Server.Open("mixed@contoso.test");
        var inbox = await store.FindFolderAsync("inbox", Cancel);
        Assert.NotNull(inbox);
        Assert.Equal(600, inbox.TotalItemCount);

        var n = 0;
        await foreach (var fetched in store.FetchAsync(inbox, new MessageQuery(), _ => new MemoryStream(), Cancel))
        {
            Assert.Null(fetched.Error);
            Assert.Equal($"{inbox.UidValidity}.{n + 1}", fetched.Message.Id);
            Assert.Equal($"message {n}", fetched.Message.Subject);
            Assert.Equal(messages[n].Length, fetched.Message.Size);
            Assert.Equal(messages[n], fetched.Octets());
            n++;
        }

        Assert.Equal(600, n);
    }

    [Fact]
    public async Task Real_messages_arrive_octet_for_octet()
    {
        var folder = TestMail.Require();
        // Dovecot gives lines their CRLF, and has no NUL to give.
        var messages = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(static file => Path.GetExtension(file) is ".eml" or ".txt" or ".raw" or ".msg")
            .Select(static file => Encoding.Latin1.GetString(File.ReadAllBytes(file)).ReplaceLineEndings("\n").Replace("\n", "\r\n").Replace('\0', '\u0080'))
            .Where(static text => !text.AsSpan().ContainsAny('\f', '\u0085'))
            .Select(Encoding.Latin1.GetBytes).ToArray();
        Server.Deliver("real@contoso.test", messages);
        await using var store = Server.Open("real@contoso.test");
        var inbox = (await store.FindFolderAsync("inbox", Cancel))!;

        var fetched = await store.FetchAllAsync(inbox);
        var listed = await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.InRange(messages.Length, 100, 10_000);
        Assert.All(fetched, f => Assert.Null(f.Error));
        Assert.Equal(messages.Select(Convert.ToHexString), fetched.Select(f => Convert.ToHexString(f.Octets())));
        Assert.Equal(fetched.Select(f => f.Message.Subject), listed.Select(m => m.Subject));
    }

    [Theory]
    [InlineData("R&D")]
    [InlineData("say \"hi\" \\ there")]
    [InlineData("Entwürfe und 日本語")]
    [InlineData("a;b c%d*e")]
    [InlineData("Ebene/zwei/drei")]
    [InlineData("line\r\nA1 LOGOUT")]
    public async Task Folders_of_every_name_are_made_found_filled_and_read(string path)
    {
        await using var store = Server.Open("folders@contoso.test");
        if (path.Contains('\r'))
        {
            // The name goes out as a literal, and it is Dovecot who does not want it.
            Assert.Equal("CANNOT", (await Assert.ThrowsAsync<ServiceRefusedException>(() => store.CreateFolderAsync(path, Cancel))).Code);
            return;
        }

        var made = await store.CreateFolderAsync(path, Cancel);
        await AppendAsync("folders@contoso.test", new MailboxName(made.Id), "Subject: in it\r\n\r\n");
        var found = await store.FindFolderAsync(path, Cancel);

        Assert.Equal((path, ChangeKind.Created), (made.Path, made.Change));
        Assert.Equal((path, made.Id, 1), (found!.Path, found.Id, found.TotalItemCount));
        Assert.Contains(await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync(), f => f.Path == path && f.TotalItemCount == 1);
        Assert.Equal("in it", Assert.Single(await store.FetchAllAsync(found)).Message.Subject);
        Assert.Equal(ChangeKind.Unchanged, (await store.CreateFolderAsync(path, Cancel)).Change);
    }

    [Theory]
    [InlineData('.', "")]
    [InlineData('.', "INBOX.")]
    [InlineData('\\', "")]
    public async Task Paths_are_the_same_whatever_the_separator(char separator, string prefix)
    {
        DovecotFixture.SkipIfMissing();
        await using var server = await DovecotServer.StartAsync(separator, prefix, mechanisms: "oauthbearer");
        await using var store = server.Open("anna@contoso.test");

        var made = await store.CreateFolderAsync("Processed/2024", Cancel);
        var again = await store.CreateFolderAsync(made.Path, Cancel);
        var trash = await store.FindFolderAsync("deleteditems", Cancel);

        Assert.Equal((ChangeKind.Created, ChangeKind.Unchanged), (made.Change, again.Change));
        Assert.Equal(prefix.Length > 0 ? "Inbox/Processed/2024" : "Processed/2024", made.Path);
        Assert.Equal($"{prefix}Processed{separator}2024", made.Id);
        Assert.Equal($"{prefix}Trash", trash!.Id);
        Assert.Equal(made.Id, (await store.FindFolderAsync("Processed/2024", Cancel))!.Id);
    }

    [Fact]
    public async Task Messages_are_marked_moved_deleted_and_purged()
    {
        const string user = "filing@contoso.test";
        Server.Deliver(user, TestMessages.Mixed(10, 100, 100, 100));
        await using var store = Server.Open(user);
        var inbox = (await store.FindFolderAsync("inbox", Cancel))!;
        var target = await store.CreateFolderAsync("Processed", Cancel);
        var all = await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.All(await store.ProcessAsync(inbox, all[..2], AfterProcessing.MarkRead, null, Cancel), p => Assert.Null(p.Error));
        Assert.Equal(2, (await store.GetMessagesAsync(inbox, new MessageQuery { Unread = false }, Cancel).ToListAsync()).Count);

        Assert.All(await store.ProcessAsync(inbox, all[2..5], AfterProcessing.Move, target, Cancel), p => Assert.Null(p.Error));
        Assert.All(await store.ProcessAsync(inbox, all[5..7], AfterProcessing.Delete, null, Cancel), p => Assert.Null(p.Error));
        Assert.All(await store.ProcessAsync(inbox, all[7..9], AfterProcessing.Purge, null, Cancel), p => Assert.Null(p.Error));

        // What is gone already counts as done.
        Assert.All(await store.ProcessAsync(inbox, all[2..9], AfterProcessing.Move, target, Cancel), p => Assert.Null(p.Error));

        Assert.Equal((3, 3, 2), (await Count("inbox"), await Count("Processed"), await Count("deleteditems")));
        var lost = await store.ProcessAsync(inbox, all[..1], AfterProcessing.Move, target with { Id = "Nowhere" }, Cancel);
        Assert.Equal("TRYCREATE", Assert.IsType<ServiceRefusedException>(lost[0].Error).Code);

        async Task<int?> Count(string folder) => (await store.FindFolderAsync(folder, Cancel))!.TotalItemCount;
    }

    [Fact]
    public async Task Without_MOVE_the_messages_are_copied_and_expunged_by_UID()
    {
        DovecotFixture.SkipIfMissing();
        await using var server = await DovecotServer.StartAsync(capability: "IMAP4rev1 UIDPLUS NAMESPACE");
        server.Deliver("anna@contoso.test", TestMessages.Mixed(3, 100, 100, 100));
        await using var store = server.Open("anna@contoso.test");
        var inbox = (await store.FindFolderAsync("inbox", Cancel))!;
        var target = await store.CreateFolderAsync("Processed", Cancel);
        var all = await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync();

        await store.ProcessAsync(inbox, all[..2], AfterProcessing.Move, target, Cancel);

        Assert.Equal(["message 2"], (await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync()).Select(m => m.Subject));
        Assert.Equal(["message 0", "message 1"], (await store.GetMessagesAsync(target, new MessageQuery(), Cancel).ToListAsync()).Select(m => m.Subject));
    }

    [Fact]
    public async Task When_a_folder_is_rebuilt_its_old_UIDs_touch_nothing()
    {
        const string user = "rebuilt@contoso.test";
        await using var store = Server.Open(user);
        var folder = await store.CreateFolderAsync("Old", Cancel);
        await AppendAsync(user, new MailboxName("Old"), "Subject: first\r\n\r\n");
        var old = await store.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync();

        await using (var other = await ConnectAsync(user))
        {
            await other.ExecuteAsync(new ImapCommand("DELETE").Mailbox(new MailboxName("Old")), null, Cancel);
            await other.ExecuteAsync(ImapCommands.Create(new MailboxName("Old")), null, Cancel);
        }

        await AppendAsync(user, new MailboxName("Old"), "Subject: second\r\n\r\n");
        await using var later = Server.Open(user);
        var outcome = await later.ProcessAsync(folder, old, AfterProcessing.Purge, null, Cancel);

        Assert.Equal("UIDVALIDITY", Assert.IsType<ServiceRefusedException>(Assert.Single(outcome).Error).Code);
        Assert.Equal("second", Assert.Single(await later.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync()).Subject);
    }

    [Fact]
    public async Task Queries_find_what_they_describe()
    {
        const string user = "queries@contoso.test";
        Server.Deliver(user, TestMessages.Mixed(30, 100, 100, 100));
        await AppendAsync(user, MailboxName.Inbox, "From: =?utf-8?q?J=C3=BCrgen?= <j@contoso.test>\r\nSubject: Größe\r\n\r\n");
        await using var store = Server.Open(user);
        var inbox = (await store.FindFolderAsync("inbox", Cancel))!;

        Assert.Equal(["message 29", "Größe"], (await Find(new MessageQuery())).TakeLast(2));
        Assert.Equal(["message 17"], await Find(new MessageQuery { Subject = "ESSAGE 17" }));
        Assert.Equal(["Größe"], await Find(new MessageQuery { Subject = "größe" }));
        Assert.Equal(["message 3", "message 10", "message 17", "message 24"], await Find(new MessageQuery { From = "sender3@contoso.test" }));
        Assert.Equal(["Größe", "message 29", "message 28"], await Find(new MessageQuery { First = 3, Descending = true }));
        Assert.Equal(["Größe"], await Find(new MessageQuery { Since = DateTimeOffset.Parse("2024-01-01") }));
        Assert.Equal(30, (await Find(new MessageQuery { Before = DateTimeOffset.Parse("2024-01-01") })).Count);

        async Task<List<string>> Find(MessageQuery query) =>
            [.. (await store.GetMessagesAsync(inbox, query, Cancel).ToListAsync()).Select(m => m.Subject)];
    }

    [Fact]
    public async Task What_a_listing_tells_is_there()
    {
        const string user = "listing@contoso.test";
        var message = TestMessages.Mixed(1, 100, 100, 3000).Single();
        Server.Deliver(user, [message]);
        await using var store = Server.Open(user);

        var listed = Assert.Single(await store.GetMessagesAsync((await store.FindFolderAsync("inbox", Cancel))!, new MessageQuery(), Cancel).ToListAsync());

        Assert.Equal(new EmailAddress("Sender 0", "sender0@contoso.test"), listed.From);
        Assert.Null(listed.Sender);
        Assert.Empty(listed.ReplyTo);
        Assert.Equal([new EmailAddress(null, "inbox@contoso.test")], listed.To);
        Assert.Equal("<0@contoso.test>", listed.InternetMessageId);
        Assert.Equal(DateTimeOffset.Parse("2024-05-06T10:00:00+02:00"), listed.SentAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), listed.ReceivedAt);
        Assert.Equal(message.Length, listed.Size);
        Assert.True(listed.HasAttachments);
        Assert.False(listed.IsRead);
    }

    [Fact]
    public async Task IDLE_tells_when_a_message_comes()
    {
        const string user = "idle@contoso.test";
        await using var connection = await ConnectAsync(user);
        await ImapMailbox.SelectAsync(connection, MailboxName.Inbox, readOnly: true, Cancel);

        var waiting = ImapIdle.WaitAsync(connection, TimeSpan.FromMinutes(1), TimeProvider.System, Cancel);
        await AppendAsync(user, MailboxName.Inbox, "Subject: news\r\n\r\n");

        Assert.True(await waiting);
        Assert.Equal(1u, connection.Session.Mailbox!.Exists);
    }

    [Fact]
    public async Task Parts_changes_and_closing_work_as_the_extensions_say()
    {
        const string user = "parts@contoso.test";
        await AppendAsync(user, MailboxName.Inbox, "Subject: one\r\n\r\n0123456789");
        await using var connection = await ConnectAsync(user);
        await connection.ExecuteAsync(ImapCommands.Select(MailboxName.Inbox, readOnly: false, condStore: true), null, Cancel);
        var before = connection.Session.Mailbox!.HighestModSeq;

        var part = await FetchAsync(ImapCommands.FetchContent(new UidSet([1]), "TEXT", (2, 3)));
        await connection.ExecuteAsync(ImapCommands.AddFlags(new UidSet([1]), SystemFlags.Flagged), null, Cancel);
        var changed = await FetchAsync(ImapCommands.Fetch(new UidSet([1]), FetchItems.Flags | FetchItems.ModSeq, before));

        Assert.Equal(("TEXT", 2L, 3L), (part!.Sections[0].Section, part.Sections[0].Origin, part.Sections[0].StreamedSize));
        Assert.True(changed!.ModSeq > before);
        Assert.True(changed.Flags!.Value.System.HasFlag(SystemFlags.Flagged));
        await connection.ExecuteAsync(ImapCommands.Unselect(), null, Cancel);
        Assert.Null(connection.Session.Mailbox);

        async Task<FetchResponse?> FetchAsync(ImapCommand command)
        {
            FetchResponse? fetched = null;
            await connection.ExecuteAsync(command, response => fetched = response as FetchResponse ?? fetched, Cancel);
            return fetched;
        }
    }

    private async Task<ImapConnection> ConnectAsync(string user)
    {
        var connection = await ImapConnection.OpenAsync(Wire.Real, Server.Endpoint(), new ImapOptions(), Cancel);
        await ImapSignIn.RunAsync(connection, user, Server.Token(user), Cancel);
        return connection;
    }

    private async Task AppendAsync(string user, MailboxName folder, string message)
    {
        await using var connection = await ConnectAsync(user);
        var octets = Encoding.UTF8.GetBytes(message);
        var completion = await connection.ExecuteAsync(
            ImapCommands.Append(folder, SystemFlags.None, DateTimeOffset.UtcNow, octets.Length, new MemoryStream(octets)), null, Cancel);
        Assert.Equal(1, completion.Code!.CopiedUids(ImapQuirks.None)!.Value.Target.Count);
    }
}
