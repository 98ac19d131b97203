using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

public sealed class AttachmentFilesTests : IDisposable
{
    private const string TwoOfOneName = """
        Subject: two
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain

        see the files
        --b
        Content-Type: text/plain
        Content-Disposition: attachment; filename="../../etc/report.txt"

        first
        --b
        Content-Type: text/plain
        Content-Disposition: attachment; filename="REPORT.txt"
        Content-Transfer-Encoding: base64

        c2Vjb25k
        --b
        Content-Type: message/rfc822

        Subject: inner

        inner body
        --b--
        """;

    private readonly TempFolder _destination = new(isMade: false);
    private readonly MemoryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task They_lie_in_a_folder_beside_the_message_before_the_caller_sees_it()
    {
        Add("0", TwoOfOneName);
        await foreach (var delivery in Receiver().ReceiveAsync(Token))
        {
            var folder = Path.ChangeExtension(delivery.Message.Path!, null);
            var attachments = delivery.Message.Attachment!;
            Assert.Equal(["report.txt", "REPORT (2).txt", "inner.eml"], attachments.Select(a => Path.GetRelativePath(folder, a.Path!)));
            Assert.Equal("first", await File.ReadAllTextAsync(attachments[0].Path!, Token));
            Assert.Equal("second", await File.ReadAllTextAsync(attachments[1].Path!, Token));
            Assert.Equal("Subject: inner\r\n\r\ninner body", await File.ReadAllTextAsync(attachments[2].Path!, Token));
            Assert.Equal([5L, 6L, 28L], attachments.Select(a => a.Size));
            Assert.Equal(("../../etc/report.txt", "inner"), (attachments[0].Name, attachments[2].Name));
            Assert.Equal(MailAttachmentKind.Item, attachments[2].Kind);
            Assert.Equal(attachments[0].Path, attachments[0].ToString());
            // Of what is under way nothing is left, and nothing was written anywhere else.
            Assert.Equal([folder, folder + ".eml"], Entries().Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_message_without_any_makes_no_folder_and_says_so()
    {
        Add("0", "Subject: none\n\ntext");
        Assert.Empty((await ReceiveAsync())[0].Attachment!);
        Assert.Single(Entries());
    }

    [Fact]
    public async Task They_are_not_looked_for_unless_asked_for()
    {
        Add("0", TwoOfOneName);
        Assert.Null((await ReceiveAsync(save: false))[0].Attachment);
        Assert.Single(Entries());
    }

    [Fact]
    public async Task A_message_that_comes_again_overwrites_nothing_and_completes_what_is_missing()
    {
        Add("0", TwoOfOneName);
        var first = (await ReceiveAsync())[0].Attachment!;
        await File.WriteAllTextAsync(first[0].Path!, "changed by somebody", Token);
        File.Delete(first[1].Path!);

        var again = (await ReceiveAsync())[0];

        Assert.True(again.Redelivered);
        Assert.Equal(first, again.Attachment);
        Assert.Equal("changed by somebody", await File.ReadAllTextAsync(first[0].Path!, Token));
        Assert.Equal("second", await File.ReadAllTextAsync(first[1].Path!, Token));
        Assert.Equal(2, Entries().Length);
    }

    [Fact]
    public async Task A_run_that_died_between_the_message_and_its_attachments_is_completed_by_the_next()
    {
        Add("0", TwoOfOneName);
        await ReceiveAsync(save: false);

        var again = (await ReceiveAsync())[0];

        Assert.True(again.Redelivered);
        Assert.All(again.Attachment!, a => Assert.True(File.Exists(a.Path)));
    }

    [Fact]
    public async Task A_folder_that_can_t_be_made_is_an_error_of_its_message_which_stays()
    {
        Add("0", TwoOfOneName);
        Add("1", "Subject: none\n\ntext");
        await ReceiveAsync(save: false);
        await File.WriteAllTextAsync(Path.ChangeExtension(Directory.GetFiles(_destination).Order(StringComparer.Ordinal).First(), null), "in the way", Token);

        var all = new List<Delivery>();
        await foreach (var delivery in Receiver(action: AfterProcessing.Delete).ReceiveAsync(Token))
        {
            all.Add(delivery);
            delivery.Acknowledge();
        }

        var e = Assert.IsType<InvalidRequestException>(all[0].Error);
        Assert.Equal(("DestinationNotWritable", "0"), (e.Id, e.Target));
        Assert.Null(all[1].Error);
        Assert.Equal(["0"], _store.IdsIn("Inbox"));
        Assert.Equal([".mailadmin"], Directory.GetDirectories(_destination).Select(Path.GetFileName));
    }

    [Fact]
    public void They_need_a_destination() => Assert.Equal(
        "SaveAttachmentRequiresDestination",
        Assert.Throws<InvalidRequestException>(() => new MailReceiver(_store, new ReceiveOptions { SaveAttachments = true })).Id);

    [Theory]
    [InlineData(MailEnvironment.USGov)]
    [InlineData(MailEnvironment.USGovDoD)]
    [InlineData(MailEnvironment.China)]
    public void Purging_is_refused_in_the_clouds_that_do_not_have_it(MailEnvironment environment)
    {
        var purge = new ReceiveOptions { AfterProcessing = AfterProcessing.Purge };
        Assert.Equal("PurgeNotAvailable", Assert.Throws<InvalidRequestException>(() => purge.Validate(Connection(environment, MailProtocol.Graph))).Id);
        // IMAP has a command for it, whatever the cloud.
        purge.Validate(Connection(environment, MailProtocol.Imap));
        purge.Validate(Connection(MailEnvironment.Global, MailProtocol.Graph));
        (purge with { AfterProcessing = AfterProcessing.Delete }).Validate(Connection(environment, MailProtocol.Graph));
    }

    private static MailboxConnection Connection(MailEnvironment environment, MailProtocol protocol) =>
        new() { TenantId = "t", ClientId = "c", Mailbox = "m", Environment = environment, Protocol = protocol };

    private void Add(string id, string text) => _store.Add(id, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));

    /// <summary>What lies there for the user.</summary>
    private string[] Entries() => [.. Directory.GetFileSystemEntries(_destination).Where(e => Path.GetFileName(e) != ".mailadmin")];

    private MailReceiver Receiver(bool save = true, AfterProcessing action = AfterProcessing.None) =>
        new(_store, new ReceiveOptions { Destination = _destination, SaveAttachments = save, Resync = action == AfterProcessing.None, AfterProcessing = action });

    private async Task<List<ReceivedMessage>> ReceiveAsync(bool save = true) =>
        await Receiver(save).ReceiveAsync(Token).Select(d => d.Message).ToListAsync(Token);
}
