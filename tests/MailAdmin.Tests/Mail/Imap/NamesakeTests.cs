using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;
using MailAdmin.Tests.Receive;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>A folder with a slash in its name beside one that lies in another.</summary>
public sealed class NamesakeTests : IDisposable
{
    private readonly Destination _destination = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task Both_are_there_and_what_is_done_to_one_is_not_done_to_the_other(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        Add(road, "A/B", "nested");
        Add(road, @"A\/B", "slash");
        Add(road, @"A\\/B", "backslash");
        await using var store = road.Open(protocol);

        var folders = await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();
        Assert.Equal(
            [("A", "A"), ("A/B", "B"), (@"A\/B", "A/B"), (@"A\\", @"A\"), (@"A\\/B", "B")],
            folders.Where(f => f.Path.StartsWith('A') && f.Path != "Archive").Select(f => (f.Path, f.Name)).OrderBy(f => f.Path, StringComparer.Ordinal));
        Assert.Equal(folders.Count, folders.Select(f => f.Id).Distinct().Count());
        foreach (var (path, subject) in new[] { ("A/B", "nested"), (@"A\/B", "slash"), (@"A\\/B", "backslash") })
        {
            // A connection that has not listed the folders.
            await using var fresh = road.Open(protocol);
            var folder = folders.Single(f => f.Path == path);
            Assert.Equal([subject], (await fresh.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync()).Select(m => m.Subject));
        }

        var deleted = await _destination.ReceiveAsync(store, new ReceiveOptions { Folders = [@"A\/B"], AfterProcessing = AfterProcessing.Delete });

        Assert.Equal("slash", Assert.Single(deleted).Message.Subject);
        Assert.Null(deleted[0].Error);
        Assert.Equal(["nested"], road.Subjects("A/B"));
        Assert.Empty(road.Subjects(@"A\/B"));
        Assert.Equal(["backslash"], road.Subjects(@"A\\/B"));
        Assert.Equal(["slash"], road.Subjects("deleteditems"));

        await _destination.ReceiveAsync(store, new ReceiveOptions { Folders = ["A/B"], AfterProcessing = AfterProcessing.Move, MoveTo = @"A\/B" });
        Assert.Empty(road.Subjects("A/B"));
        Assert.Equal(["nested"], road.Subjects(@"A\/B"));
    }

    [Fact]
    public async Task A_separator_that_a_server_encoded_belongs_to_the_name()
    {
        await using var server = new ScriptedServer();
        server.Folders.AddRange(["() \"/\" Up", "() \"/\" Up/1&AC8-2", "() \"/\" Up/1", "() \"/\" Up/1/2", "() \"/\" Up/1&AC8-2/x&AC8-y"]);
        var selected = new List<string>();
        server.On("EXAMINE", (c, command) =>
        {
            selected.Add(command.Arguments);
            return c.SendAsync($"* 0 EXISTS\r\n* FLAGS ()\r\n* OK [UIDVALIDITY 7] valid\r\n{command.Tag} OK [READ-ONLY] done\r\n");
        });
        await using var store = server.Open();

        Assert.NotNull(await store.FindFolderAsync(@"Up/1\/2", Cancel));
        Assert.NotNull(await store.FindFolderAsync("Up/1/2", Cancel));
        var paths = (await store.GetFoldersAsync("Up", recurse: true, Cancel).ToListAsync()).Select(f => f.Path);
        foreach (var path in new[] { "Up/1/2", @"Up/1\/2", @"Up/1\/2/x\/y" })
        {
            await store.GetMessagesAsync((await store.FindFolderAsync(path, Cancel))!, new MessageQuery(), Cancel).ToListAsync();
        }

        Assert.Equal([@"Up/1\/2", @"Up/1\/2/x\/y", "Up/1", "Up/1/2"], paths);
        Assert.Equal(["Up/1/2", "Up/1&AC8-2", "Up/1&AC8-2/x&AC8-y"], selected.Select(s => s.Trim('"')));
    }

    private static void Add(ReceiveEndToEnd road, string folder, string subject) => road.Tenant.AddMessage(
        road.Mailbox, folder, System.Text.Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x.example>\r\n\r\nText\r\n"), null);
}
