using System.Text;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Messages on a real server: read, found, filed.</summary>
[Collection(DovecotCollection.Name)]
[Trait("Network", "Loopback")]
public sealed class DovecotTests(DovecotFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DovecotServer Server => fixture.Server;

    [Fact]
    public async Task Messages_arrive_octet_for_octet_and_oldest_first()
    {
        var messages = TestMessages.Mixed(2000, 2_000, 20_000, 100_000).ToArray();
        Server.Deliver("mixed@contoso.test", messages);
        await using var store = Server.Open("mixed@contoso.test");
        var inbox = await store.FindFolderAsync("inbox", Cancel);
        Assert.NotNull(inbox);
        Assert.Equal(2000, inbox.TotalItemCount);

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

        Assert.Equal(2000, n);
    }

    [Fact]
    public async Task Real_messages_arrive_octet_for_octet()
    {
        var folder = TestMail.Folder;
        // Dovecot gives lines their CRLF, and has no NUL to give.
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(static file => Path.GetExtension(file) is ".eml" or ".txt" or ".raw" or ".msg")
            .Select(static file => (Path: file, Text: Encoding.Latin1.GetString(File.ReadAllBytes(file))
                .ReplaceLineEndings("\n").Replace("\n", "\r\n").Replace('\0', '\u0080')))
            .Where(static file => !file.Text.AsSpan().ContainsAny('\f', '\u0085')).ToArray();
        var messages = Array.ConvertAll(files, static file => Encoding.Latin1.GetBytes(file.Text));
        Server.Deliver("real@contoso.test", messages);
        await using var store = Server.Open("real@contoso.test");
        var inbox = (await store.FindFolderAsync("inbox", Cancel))!;

        var fetched = await store.FetchAllAsync(inbox);
        var listed = await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync();

        Assert.InRange(messages.Length, 100, 10_000);
        Assert.All(fetched, f => Assert.Null(f.Error));
        Assert.Equal(messages.Select(Convert.ToHexString), fetched.Select(f => Convert.ToHexString(f.Octets())));
        // Where a header is not plain, what its own header section says counts; MailKit reads a few ENVELOPEs otherwise. The body comes
        // later, and with it the charset of a part, which a header without one might be in.
        var words = messages.Zip(fetched).Where(static pair => HasWords(pair.First)).ToArray();
        Assert.InRange(words.Length, 20, messages.Length);
        Assert.All(words, static pair => Assert.Equal(
            Unfolded(Core.Mail.Mime.MimeMessage.Parse(Header(pair.First)).Subject ?? ""), Unfolded(pair.Second.Message.Subject)));
        // Messages that stand in for real ones are broken at random places: Dovecot's ENVELOPE and MailKit may well differ on those.
        var whole = fetched.Zip(listed, files).Where(static one => !TestMail.IsBroken(one.Third.Path)).ToArray();
        var same = whole.Count(static one => one.First.Message.Subject == one.Second.Subject);
        Assert.InRange(same, whole.Length * 95 / 100, whole.Length);

        static bool HasWords(byte[] message) => Encoding.Latin1.GetString(message) is var text
            && text.Split("\r\n\r\n")[0] is var header && (header.Contains("=?", StringComparison.Ordinal) || !Ascii.IsValid(header));

        static byte[] Header(byte[] message) => message[..(message.AsSpan().IndexOf("\r\n\r\n"u8) is >= 0 and var end ? end + 4 : message.Length)];

        static string Unfolded(string text) => string.Join(' ', text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
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
        Assert.Equal("NONEXISTENT", Assert.IsType<ServiceRefusedException>(lost[0].Error).Code);

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
    public async Task Queries_find_what_they_describe()
    {
        const string user = "queries@contoso.test";
        Server.Deliver(user, TestMessages.Mixed(30, 100, 100, 100));
        await fixture.AppendAsync(user, "INBOX", "From: =?utf-8?q?J=C3=BCrgen?= <j@contoso.test>\r\nSubject: Größe\r\n\r\n");
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
    public async Task A_message_is_read_whole_with_bodies_attachments_and_header_fields()
    {
        const string user = "detail@contoso.test";
        Server.Deliver(user, [.. TestMessages.Mixed(2, 100, 5000, 50_000), MessageDetailTests.Octets(MessageDetailTests.Mixed)]);
        await using var store = Server.Open(user);
        var inbox = (await store.FindFolderAsync("inbox", Cancel))!;
        var listed = await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync();

        var read = new List<MailboxMessage>();
        foreach (var message in listed)
        {
            read.Add((await store.FindMessageAsync(inbox, message.Id, MessageDetail.Body | MessageDetail.Attachments | MessageDetail.InternetHeaders, Cancel))!);
        }

        // A list can't tell whether a picture is shown within the HTML.
        Assert.Equal(listed.Zip(read, (m, r) => (m.Id, m.Subject, m.Size, m.HasAttachments ?? r.HasAttachments, m.ReceivedAt)), read.Select(m => (m.Id, m.Subject, m.Size, m.HasAttachments, m.ReceivedAt)));
        Assert.Equal(["f0", "f1", "logo.png", "März.pdf", "Inner"], read.SelectMany(m => m.Attachment!).Select(a => a.Name));
        Assert.Equal([37_500L, 3750L, 8L, 9L, 28L], read.SelectMany(m => m.Attachment!).Select(a => a.Size));
        Assert.Equal(["See below.", "See below.", "Grüße, zwei < drei"], read.Select(m => m.TextBody!.Trim()));
        Assert.Equal(["one", "two"], read[2].InternetHeader!.Where(h => h.Name == "X-Reason").Select(h => h.Value));
        var header = (await store.FindMessageAsync(inbox, listed[2].Id, MessageDetail.InternetHeaders, Cancel))!;
        Assert.Equal(read[2].InternetHeader, header.InternetHeader);
        Assert.Null(header.TextBody);
        Assert.All(await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync(), m => Assert.False(m.IsRead));
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
}
