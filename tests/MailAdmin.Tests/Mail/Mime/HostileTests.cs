using System.Diagnostics;
using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>Messages that cost MimeKit alone seconds or gigabytes, read to the end: what a script sees of them, and at what price.</summary>
[Collection(MeasuredCollection.Name)]
public class HostileTests
{
    public static TheoryData<string, string, string, string> Inputs => new()
    {
        { "a folded Subject of 1 MB", "Subject: x", Repeat("\r\n yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 16_000), "\r\n\r\nbody" },
        { "a folded Subject of 2 MB", "Subject: x", Repeat("\r\n yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 32_000), "\r\n\r\nbody" },
        { "a Subject of 2 MB in one line of 8 bit", "Subject: ", Repeat("\u00E4", 2_000_000), "\r\n\r\nbody" },
        { "50,000 addresses", "To: a@b", Repeat(", \"Name, Some\" <somebody@example.com>", 50_000), "\r\n\r\nbody" },
        { "50,000 addresses in a part's header", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nTo: a@b", Repeat(", c@example.com", 50_000), "\r\n\r\nbody\r\n--b--" },
        { "1,000,000 parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n", Repeat("--b\r\n\r\n", 1_000_000), "--b--" },
        { "multiparts 100,000 deep", "Subject: x\r\n", Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 100_000), "\r\nbody" },
        { "messages 100,000 deep", "Subject: x\r\n", Repeat("Content-Type: message/rfc822\r\n\r\n", 100_000), "\r\nbody" },
        { "multiparts without a boundary in each other", "Subject: x\r\n", Repeat("Content-Type: multipart/mixed\r\n\r\n--b\r\n", 50_000), "\r\nbody" },
        { "comments 1,000,000 deep in To", "To: ", Repeat("(", 1_000_000), "\r\n\r\nbody" },
        { "a boundary of 1 MB", "Content-Type: multipart/mixed; boundary=", Repeat("b", 1_000_000), "\r\n\r\nbody" },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public async Task Ends_in_a_bounded_result(string what, string start, string middle, string end)
    {
        var bytes = Encoding.Latin1.GetBytes(start + middle + end);
        var watch = Stopwatch.StartNew();
        var message = MimeMessage.Parse(bytes);
        var listed = new MailboxMessage { Id = "1", Mailbox = "a@b.example", Folder = "Inbox" };
        var read = await MessageContent.CompleteAsync(
            listed, message, MessageDetail.Body | MessageDetail.Attachments | MessageDetail.InternetHeaders, TestContext.Current.CancellationToken);
        _ = (message.Subject, message.From.Count, message.To.Count, message.Date, message.MessageId);

        Assert.NotNull(read.TextBody);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{what}: {watch.Elapsed}");
        watch.Stop();
        GC.Collect();
        var with = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(message);
        GC.KeepAlive(read);
        (message, read) = (null!, null!);
        var held = with - GC.GetTotalMemory(forceFullCollection: true);
        Assert.True(held < 1_000_000 + (10L * bytes.Length), $"{what}: {held} bytes held for {bytes.Length}");
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();
}
