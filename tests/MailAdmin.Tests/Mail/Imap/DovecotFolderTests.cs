using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Folders of a real server, and what its extensions tell of them.</summary>
[Collection(DovecotCollection.Name)]
[Trait("Network", "Loopback")]
public sealed class DovecotFolderTests(DovecotFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DovecotServer Server => fixture.Server;

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
        await fixture.AppendAsync("folders@contoso.test", new MailboxName(made.Id), "Subject: in it\r\n\r\n");
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
    public async Task When_a_folder_is_rebuilt_its_old_UIDs_touch_nothing()
    {
        const string user = "rebuilt@contoso.test";
        await using var store = Server.Open(user);
        var folder = await store.CreateFolderAsync("Old", Cancel);
        await fixture.AppendAsync(user, new MailboxName("Old"), "Subject: first\r\n\r\n");
        var old = await store.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync();

        await using (var other = await fixture.ConnectAsync(user))
        {
            await other.ExecuteAsync(new ImapCommand("DELETE").Mailbox(new MailboxName("Old")), null, Cancel);
            await other.ExecuteAsync(ImapCommands.Create(new MailboxName("Old")), null, Cancel);
        }

        await fixture.AppendAsync(user, new MailboxName("Old"), "Subject: second\r\n\r\n");
        await using var later = Server.Open(user);
        var outcome = await later.ProcessAsync(folder, old, AfterProcessing.Purge, null, Cancel);

        Assert.Equal("UIDVALIDITY", Assert.IsType<ServiceRefusedException>(Assert.Single(outcome).Error).Code);
        Assert.Equal("second", Assert.Single(await later.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync()).Subject);
    }

    [Fact]
    public async Task IDLE_tells_when_a_message_comes()
    {
        const string user = "idle@contoso.test";
        await using var connection = await fixture.ConnectAsync(user);
        await ImapMailbox.SelectAsync(connection, MailboxName.Inbox, readOnly: true, Cancel);

        var waiting = ImapIdle.WaitAsync(connection, TimeSpan.FromMinutes(1), TimeProvider.System, Cancel);
        await fixture.AppendAsync(user, MailboxName.Inbox, "Subject: news\r\n\r\n");

        Assert.True(await waiting);
        Assert.Equal(1u, connection.Session.Mailbox!.Exists);
    }

    [Fact]
    public async Task Parts_changes_and_closing_work_as_the_extensions_say()
    {
        const string user = "parts@contoso.test";
        await fixture.AppendAsync(user, MailboxName.Inbox, "Subject: one\r\n\r\n0123456789");
        await using var connection = await fixture.ConnectAsync(user);
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
}
