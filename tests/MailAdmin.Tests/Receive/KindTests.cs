using System.Text;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>Receiving by what a message is: what isn't wanted stays on the server as it is, over both protocols.</summary>
public sealed class KindTests
{
    private static readonly string[] Texts =
    [
        "Subject: one\n\n1", "Subject: away\nAuto-Submitted: auto-replied\n\nAway", "Subject: two\n\n2",
        "Subject: bounce\nX-Failed-Recipients: x@y.example\n\nNo such user", "Subject: three\n\n3",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MailProtocol.Graph, true)]
    [InlineData(MailProtocol.Graph, false)]
    [InlineData(MailProtocol.Imap, true)]
    [InlineData(MailProtocol.Imap, false)]
    public async Task Other_kinds_are_neither_delivered_nor_touched(MailProtocol protocol, bool toFiles)
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        road.Tenant.GrantImap(app.ClientId, road.Mailbox);
        for (var i = 0; i < Texts.Length; i++)
        {
            road.Tenant.AddMessage(
                road.Mailbox, "Kinds", Encoding.ASCII.GetBytes(Texts[i]), new DateTimeOffset(2026, 1, 2, 3, i, 0, TimeSpan.Zero));
        }

        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, protocol));
        using var folder = new TempFolder(isMade: false);
        var options = new ReceiveOptions
        {
            Folders = ["Kinds"],
            Kinds = new HashSet<MailMessageKind> { MailMessageKind.Message },
            AfterProcessing = AfterProcessing.Delete,
            Destination = toFiles ? folder.Path : null,
            Query = new MessageQuery { First = 2 },
        };

        Assert.Equal(["one", "two"], await ReceiveAsync(store, options));
        Assert.Equal(["three"], await ReceiveAsync(store, options));
        Assert.Empty(await ReceiveAsync(store, options));
        Assert.Equal(["away", "bounce"], (await store.GetMessagesAsync(
            await store.GetFolderAsync("Kinds", Token), new MessageQuery(), Token).ToListAsync(Token)).Select(m => m.Subject));
        Assert.Equal(toFiles ? 3 : 0, Directory.Exists(folder.Path) ? Directory.GetFiles(folder.Path, "*", SearchOption.TopDirectoryOnly).Length : 0);
    }

    [Fact]
    public async Task What_was_left_out_comes_in_a_later_run()
    {
        using var road = await EndToEnd.StartAsync();
        foreach (var text in Texts)
        {
            road.Tenant.AddMessage(road.Mailbox, "Kinds", Encoding.ASCII.GetBytes(text));
        }

        await using var store = await road.OpenAsync();
        using var folder = new TempFolder(isMade: false);
        var options = new ReceiveOptions { Folders = ["Kinds"], Destination = folder.Path };

        Assert.Equal(3, (await ReceiveAsync(store, options with { Kinds = new HashSet<MailMessageKind> { MailMessageKind.Message } })).Count);
        Assert.Equal(2, (await ReceiveAsync(store, options)).Count);
        Assert.Empty(await ReceiveAsync(store, options));
    }

    [Fact]
    public async Task A_file_is_read_back_as_the_message_that_it_was()
    {
        using var folder = new TempFolder();
        var file = folder["a.eml"];
        File.WriteAllText(
            file,
            "Received: from a by b; Wed, 4 Mar 2026 05:06:07 +0000\nFrom: a@b.example\nSubject: files\nDate: Tue, 3 Mar 2026 10:11:12 +0100\n"
            + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: text/csv; name=a.csv\n\n1;2\n--b--\n");

        var read = await SavedMessage.ReadAsync(file, saveAttachments: true, Token);
        var again = await SavedMessage.ReadAsync(file, saveAttachments: true, Token);

        Assert.Equal(("files", "text", MailMessageKind.Message, true), (read.Subject, read.TextBody, read.Kind, read.HasAttachments));
        Assert.Equal(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), read.ReceivedAt);
        Assert.Equal([Path.Combine(folder.Path, "a", "a.csv")], read.Attachment!.Select(a => a.Path));
        Assert.Equal(read.Attachment!.Select(a => a.Path), again.Attachment!.Select(a => a.Path));
        Assert.Single(Directory.GetFileSystemEntries(Path.Combine(folder.Path, "a")));
    }

    [Theory]
    [InlineData("%PDF-1.4\n%\u00E2", "NotAMessage")]
    [InlineData("no: message\n\nat all", "NotAMessage")]
    [InlineData("", "NotAMessage")]
    [InlineData(null, "MessageFileNotReadable")]
    public async Task What_is_no_message_is_an_error(string? content, string id)
    {
        using var folder = new TempFolder();
        if (content is not null)
        {
            File.WriteAllText(folder["a.eml"], content);
        }

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => SavedMessage.ReadAsync(folder["a.eml"], false, Token));

        Assert.Equal(id, error.Id);
    }

    private static async Task<List<string>> ReceiveAsync(IMailStore store, ReceiveOptions options)
    {
        var subjects = new List<string>();
        await foreach (var delivery in new MailReceiver(store, options).ReceiveAsync(Token))
        {
            Assert.Null(delivery.Error);
            subjects.Add(delivery.Message.Subject);
            delivery.Acknowledge();
        }

        return subjects;
    }
}
