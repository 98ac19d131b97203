using MailAdmin.Core.Receive;
using MailAdmin.Tests.Receive;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Folders that hold no mail, which Exchange lists over IMAP like any other.</summary>
public sealed class OtherFolderTests : IDisposable
{
    private readonly Destination _destination = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("en-US", "Calendar", "Notes")]
    [InlineData("de-DE", "Kalender", "Notizen")]
    [InlineData("fr-FR", "Calendrier", "Notes")]
    [InlineData("ja-JP", "予定表", "メモ")]
    public async Task They_are_hidden_unless_asked_for_and_never_received_from(string language, string calendar, string notes)
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: language);
        road.Tenant.AddMessage(road.Mailbox, calendar, "Subject: Meeting\r\n\r\n"u8.ToArray(), null);
        await using var store = road.Open(MailProtocol.Imap);
        await using var graph = road.Open(MailProtocol.Graph);

        var all = await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();

        var overGraph = await graph.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();
        var inbox = (await graph.FindFolderAsync("inbox", Cancel))!.Id;
        Assert.Equal(overGraph.Select(f => f.Id == inbox ? "Inbox" : f.Path).Order(StringComparer.Ordinal), all.Select(f => f.Path).Order(StringComparer.Ordinal));
        Assert.Equal((1, "calendar"), ((await store.FindFolderAsync(calendar, Cancel))!.TotalItemCount, (await store.FindFolderAsync("calendar", Cancel))!.WellKnownName));
        Assert.Equal("notes", (await store.FindFolderAsync(notes, Cancel))!.WellKnownName);
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(store, new ReceiveOptions
        {
            Folders = [calendar], AfterProcessing = AfterProcessing.Delete,
        }));
        Assert.Equal("NotAMailFolder", error.Id);
        Assert.Equal(["Meeting"], road.Subjects(calendar));
        Assert.Empty(_destination.Files);
    }

    [Fact]
    public async Task A_folder_that_is_called_as_in_another_language_was_made_by_somebody_and_holds_mail()
    {
        await using var server = Serve("The Microsoft Exchange IMAP4 service is ready.", "Kalender", "Kontakte", "Journal", "Notizen", "Aufgaben", "Calendar", "Notes", "Kalender/Urlaub", "Kunden/Kalender");
        await using var store = server.Open();

        var all = await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();
        var below = await store.GetFoldersAsync("Kalender", recurse: true, Cancel).ToListAsync();

        Assert.Equal(["Inbox", "Calendar", "Notes", "Kunden/Kalender"], all.Select(f => f.Path));
        Assert.Equal(["Kalender/Urlaub"], below.Select(f => f.Path));
        Assert.Null((await store.FindFolderAsync("Notes", Cancel))!.WellKnownName);
    }

    [Fact]
    public async Task On_another_server_every_folder_holds_mail()
    {
        await using var server = Serve("Dovecot ready.", "Calendar", "Contacts", "Notes");
        await using var store = server.Open();

        var all = await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();

        Assert.Equal(["Inbox", "Calendar", "Contacts", "Notes"], all.Select(f => f.Path));
        Assert.All(all.Skip(1), f => Assert.Null(f.WellKnownName));
    }

    private static ScriptedServer Serve(string greeting, params string[] folders)
    {
        var server = new ScriptedServer { Greeting = $"* OK {greeting}\r\n" };
        server.Folders.RemoveAt(1);
        server.Folders.AddRange(folders.Select(folder => $"() \"/\" {folder}"));
        return server;
    }
}
