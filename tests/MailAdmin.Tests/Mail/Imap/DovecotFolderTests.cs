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
            // RFC 6855 section 3 wants no control characters in a name.
            Assert.Equal("InvalidFolderPath", (await Assert.ThrowsAsync<InvalidRequestException>(() => store.CreateFolderAsync(path, Cancel))).Id);
            return;
        }

        var made = await store.CreateFolderAsync(path, Cancel);
        await fixture.AppendAsync("folders@contoso.test", made.Id, "Subject: in it\r\n\r\n");
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
        await fixture.AppendAsync(user, "Old", "Subject: first\r\n\r\n");
        var old = await store.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync();

        await using (var other = await fixture.ConnectAsync(user))
        {
            await other.SendAsync("DELETE Old");
            await other.SendAsync("CREATE Old");
        }

        await fixture.AppendAsync(user, "Old", "Subject: second\r\n\r\n");
        await using var later = Server.Open(user);
        var outcome = await later.ProcessAsync(folder, old, AfterProcessing.Purge, null, Cancel);

        Assert.Equal("UIDVALIDITY", Assert.IsType<ServiceRefusedException>(Assert.Single(outcome).Error).Code);
        Assert.Equal("second", Assert.Single(await later.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync()).Subject);
    }

    [Fact]
    public async Task IDLE_tells_when_a_message_comes()
    {
        const string user = "idle@contoso.test";
        var idling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new ImapOptions { Log = line => _ = line.StartsWith("S: + ", StringComparison.Ordinal) && idling.TrySetResult() };
        await using var store = Server.Open(user, options);
        var inbox = (await store.FindFolderAsync("inbox", Cancel))!;
        await store.WaitForNewsAsync(inbox, TimeSpan.FromDays(1), TimeSpan.FromDays(1), Cancel);

        var waiting = store.WaitForNewsAsync(inbox, TimeSpan.FromDays(1), TimeSpan.FromDays(1), Cancel);
        await idling.Task;
        Assert.False(waiting.IsCompleted);
        await fixture.AppendAsync(user, "INBOX", "Subject: news\r\n\r\n");

        await waiting;
        Assert.Single(await store.GetMessagesAsync(inbox, new MessageQuery(), Cancel).ToListAsync());
    }
}
