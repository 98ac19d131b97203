using MailAdmin.Core.Receive;
using MailAdmin.Tests.Mail.Imap;

namespace MailAdmin.Tests.Receive;

/// <summary>Deleting over IMAP moves to the Deleted Items folder, whatever it is called, or is refused before anything is fetched.</summary>
public sealed class DeletedItemsTests : IDisposable
{
    private static readonly ReceiveOptions Delete = new() { Folders = ["Many"], AfterProcessing = AfterProcessing.Delete };

    private readonly Destination _destination = new();

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("en-US", "Deleted Items")]
    [InlineData("de-DE", "Gelöschte Elemente")]
    [InlineData("fr-FR", "Éléments supprimés")]
    public async Task In_every_language_what_is_deleted_lies_in_deleted_items(string language, string folder)
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: language);
        road.Fill(3);
        await using var store = road.Open(MailProtocol.Imap);

        var all = await _destination.ReceiveAsync(store, Delete);

        Assert.Equal([null, null, null], all.Select(d => d.Error));
        Assert.All(all, d => Assert.Equal(folder, d.Message.DeletedTo));
        Assert.Empty(road.Subjects("Many"));
        Assert.Equal(["0", "1", "2"], road.Subjects("deleteditems"));
        Assert.Equal(3, (await store.FindFolderAsync("DeletedItems", TestContext.Current.CancellationToken))!.TotalItemCount);
    }

    [Theory]
    [InlineData("JunkEmail", "Junk-E-Mail")]
    [InlineData("sentitems", "Gesendete Elemente")]
    [InlineData("Drafts", "Entwürfe")]
    public async Task A_well_known_name_to_move_to_is_the_folder_in_the_mailboxs_language(string target, string folder)
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: "de-DE");
        road.Fill(1);
        await using var store = road.Open(MailProtocol.Imap);

        var moved = await _destination.ReceiveAsync(store, Delete with { AfterProcessing = AfterProcessing.Move, MoveTo = target });

        Assert.Equal(folder, Assert.Single(moved).Message.MovedTo);
        Assert.Equal(["0"], road.Subjects(folder));
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("fr-FR")]
    public async Task The_Inbox_is_the_Inbox_in_every_language(string language)
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: language);
        await using var store = road.Open(MailProtocol.Imap);
        var count = road.Subjects("inbox").Length;

        var all = await _destination.ReceiveAsync(store, Delete with { Folders = ["Inbox"] });
        var made = await store.CreateFolderAsync("Inbox/Bills", TestContext.Current.CancellationToken);

        Assert.Equal(count, all.Count(d => d.Error is null));
        Assert.Empty(road.Subjects("inbox"));
        Assert.Equal("INBOX/Bills", made.Id);
    }

    [Fact]
    public async Task Where_no_deleted_items_folder_can_be_told_nothing_is_fetched_or_made()
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: "de-DE");
        road.Fill(2);
        road.SetFault("ImapNoSpecialUse", null);
        await using var store = road.Open(MailProtocol.Imap);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => _destination.ReceiveAsync(store, Delete with { CopyTo = "Copies", MoveFailedTo = "Bad" }));

        Assert.Equal("DeletedItemsNotFound", e.Id);
        Assert.Contains("-AfterProcessing Move", e.Advice, StringComparison.Ordinal);
        Assert.Contains("-MoveTo", e.Advice, StringComparison.Ordinal);
        Assert.Contains("Purge", e.Advice, StringComparison.Ordinal);
        Assert.Empty(_destination.Files);
        Assert.Equal(["0", "1"], road.Subjects("Many"));
        Assert.DoesNotContain(await store.GetFoldersAsync(null, false, TestContext.Current.CancellationToken).ToListAsync(), f => f.Path is "Copies" or "Bad");
    }

    [Theory]
    [InlineData(AfterProcessing.Move, "Done")]
    [InlineData(AfterProcessing.Purge, null)]
    [InlineData(AfterProcessing.MarkRead, null)]
    [InlineData(AfterProcessing.None, null)]
    public async Task What_needs_no_such_folder_is_done_without_one(AfterProcessing action, string? target)
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: "fr-FR");
        road.Fill(1);
        road.SetFault("ImapNoSpecialUse", null);
        await using var store = road.Open(MailProtocol.Imap);

        Assert.Null(Assert.Single(await _destination.ReceiveAsync(store, Delete with { AfterProcessing = action, MoveTo = target })).Error);
    }

    [Theory]
    [InlineData("DeletedItems")]
    [InlineData("sentitems")]
    public async Task A_well_known_folder_that_can_not_be_told_is_not_made_anew(string target)
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: "de-DE");
        road.Fill(1);
        road.SetFault("ImapNoSpecialUse", null);
        await using var store = road.Open(MailProtocol.Imap);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(
            () => _destination.ReceiveAsync(store, Delete with { AfterProcessing = AfterProcessing.Move, MoveTo = target }));

        Assert.Equal(("FolderNotFound", target), (e.Id, (string)e.Target!));
        Assert.Equal(["0"], road.Subjects("Many"));
        Assert.DoesNotContain(await store.GetFoldersAsync(null, false, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken), f => f.Path == target);
    }

    [Fact]
    public async Task Over_Graph_the_language_does_not_matter()
    {
        using var road = await ReceiveEndToEnd.StartAsync(language: "de-DE");
        road.Fill(2);
        await using var store = road.Open(MailProtocol.Graph);

        Assert.All(await _destination.ReceiveAsync(store, Delete), d => Assert.Null(d.Error));
        Assert.Empty(road.Subjects("Many"));
    }

    [Fact]
    public async Task Deleted_items_below_the_inbox_are_not_deleted_again()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2);
        server.Folders[1] = "(\\Trash) \"/\" INBOX/Papierkorb";
        server.Folders.Add("() \"/\" INBOX/Papierkorb/alt");
        await using var store = server.Open();

        await _destination.ReceiveAsync(store, new ReceiveOptions { AfterProcessing = AfterProcessing.Delete, Recurse = true });

        Assert.DoesNotContain(server.Received, line => line.StartsWith("EXAMINE", StringComparison.Ordinal) && line.Contains("Papierkorb", StringComparison.Ordinal));
        Assert.Contains("UID MOVE 1:2 INBOX/Papierkorb", server.Received);
        Assert.DoesNotContain(server.Received, line => line.Contains("EXPUNGE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(AfterProcessing.Delete, null)]
    [InlineData(AfterProcessing.Move, "Done")]
    [InlineData(AfterProcessing.Purge, null)]
    public async Task A_message_that_Exchange_can_not_convert_is_an_error_and_stays(AfterProcessing action, string? target)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(2);
        road.AddInvitation("invitation");
        road.SetFault("ImapNotConverted", null);
        await using var store = road.Open(MailProtocol.Imap);

        var all = await _destination.ReceiveAsync(store, Delete with { AfterProcessing = action, MoveTo = target });

        var error = Assert.IsType<ServiceRefusedException>(Assert.Single(all, d => d.Error is not null).Error);
        Assert.Equal("MESSAGEUNREADABLE", error.Code);
        Assert.Equal(2, all.Count(d => d.Error is null));
        Assert.Equal(2, _destination.Files.Count);
        Assert.Empty(_destination.Leftovers);
        Assert.Equal(["invitation"], road.Subjects("Many"));
    }

    [Fact]
    public async Task Such_a_message_goes_where_unreadable_ones_go_and_comes_whole_when_it_can()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.AddInvitation("invitation");
        road.SetFault("ImapNotConverted", null);
        await using var store = road.Open(MailProtocol.Imap);

        await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move with { MoveFailedTo = "Unreadable" });
        Assert.Equal((0, 0, 1), (road.Subjects("Many").Length, road.Subjects("Done").Length, road.Subjects("Unreadable").Length));

        road.Tenant.ClearFaults();
        Assert.Null(Assert.Single(await _destination.ReceiveAsync(store, Delete with { Folders = ["Unreadable"] })).Error);
    }

    [Fact]
    public async Task A_file_of_an_earlier_run_does_not_make_it_readable()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.AddInvitation("invitation");
        await using var store = road.Open(MailProtocol.Imap);
        await _destination.ReceiveAsync(store, Delete, _ => false);
        Assert.Single(_destination.Files);
        road.SetFault("ImapNotConverted", null);

        var again = Assert.Single(await _destination.ReceiveAsync(store, Delete));

        Assert.Equal("MESSAGEUNREADABLE", Assert.IsType<ServiceRefusedException>(again.Error).Code);
        Assert.Equal(["invitation"], road.Subjects("Many"));
    }
}
