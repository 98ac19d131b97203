using System.Net;
using System.Text;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Mail.Graph;

/// <summary>
/// https://learn.microsoft.com/graph/api/user-sendmail, https://learn.microsoft.com/graph/outlook-large-attachments: what goes
/// over the wire, and what is there afterwards.
/// </summary>
public sealed class GraphMailSenderTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly TempFolder _folder = new();
    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 5, 6, 7, 8, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_small_message_goes_in_one_request_and_arrives_as_it_was_written()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var sent = await outbox.SendAsync(Message() with
        {
            Cc = [new EmailAddress("Bob Märtin", "bob@contoso.onmicrosoft.com")],
            Bcc = [new EmailAddress(null, "support@contoso.onmicrosoft.com")],
            ReplyTo = [new EmailAddress(null, "replies@contoso.example")],
            Body = "<p>Grüße, \"Ärger\" & Zoë 🎉<img src=\"cid:logo\"></p>",
            IsHtml = true,
            Importance = MailImportance.High,
            Attachments = [File("Rechnung für Müller.pdf", 5000), File("logo.png", 300, contentId: "logo")],
        });

        Assert.Equal(["POST sendMail"], outbox.Seen);
        Assert.Null(sent.Id);
        Assert.True(sent.SavedToSentItems);
        Assert.Equal(_clock.GetUtcNow(), sent.SentAt);
        var copy = Assert.Single(outbox.Messages(outbox.Mailbox, "Sent Items"));
        Assert.Equal("Rechnung 100 %; März", copy.Subject);
        foreach (var recipient in new[] { "alice", "bob", "support" })
        {
            var arrived = await outbox.ReadNewestAsync($"{recipient}@contoso.onmicrosoft.com");
            Assert.Equal("<p>Grüße, \"Ärger\" & Zoë 🎉<img src=\"cid:logo\"></p>", arrived.HtmlBody);
            Assert.Equal("Bob Märtin", Assert.Single(arrived.Cc).Name);
            Assert.Empty(arrived.Bcc);
            Assert.Equal("replies@contoso.example", Assert.Single(arrived.ReplyTo).Address);
            Assert.Equal(MailImportance.High, arrived.Importance);
            Assert.Equal(["logo.png", "Rechnung für Müller.pdf"], arrived.Attachment!.Select(a => a.Name));
            Assert.Equal(["logo", null], arrived.Attachment!.Select(a => a.ContentId));
            Assert.Equal([true, false], arrived.Attachment!.Select(a => a.IsInline));
            Assert.Equal(["image/png", "application/pdf"], arrived.Attachment!.Select(a => a.ContentType));
        }
    }

    [Theory]
    [InlineData("Müller, Erika")]
    [InlineData("x\" <evil@x.test>, \"y")]
    [InlineData("Bcc: support@contoso.onmicrosoft.com;")]
    public async Task A_display_name_never_becomes_another_recipient(string name)
    {
        var outbox = await Outbox.OpenAsync(_clock);
        await outbox.SendAsync(Message() with { To = [new EmailAddress(name, "alice@contoso.onmicrosoft.com")], Attachments = [] });

        var arrived = await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com");
        var mime = Encoding.ASCII.GetString(outbox.Messages("alice@contoso.onmicrosoft.com", "Inbox").Last().GetContent());
        Assert.Equal(("alice@contoso.onmicrosoft.com", name), (Assert.Single(arrived.To).Address, arrived.To[0].Name));
        Assert.Equal("alice@contoso.onmicrosoft.com", Assert.Single(Core.Mail.Mime.MimeMessage.Parse(Encoding.ASCII.GetBytes(mime)).To).Address);
        Assert.DoesNotContain(outbox.Messages("support@contoso.onmicrosoft.com", "Inbox"), m => m.Subject == "Rechnung 100 %; März");
    }

    [Fact]
    public async Task What_could_end_a_header_field_is_refused_before_anything_is_sent()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var bad = new EmailAddress("x\r\nBcc: evil@x.test", "alice@contoso.onmicrosoft.com");
        OutgoingMessage[] refused =
        [
            Message() with { Subject = "x\r\nBcc: evil@x.test" },
            Message() with { Subject = "x\0" },
            Message() with { To = [bad] },
            Message() with { Cc = [bad] },
            Message() with { Bcc = [bad] },
            Message() with { ReplyTo = [bad] },
            Message() with { From = bad },
            Message() with { To = [new EmailAddress(null, "alice@contoso.onmicrosoft.com\nevil@x.test")] },
            Message() with { Attachments = [File("logo.png", 300, contentId: "logo>\r\nX: y")] },
        ];
        foreach (var message in refused)
        {
            Assert.Equal("ControlCharacter", (await Assert.ThrowsAsync<InvalidRequestException>(() => outbox.SendAsync(message))).Id);
        }

        Assert.Empty(outbox.Seen);
    }

    [Fact]
    public async Task No_copy_is_kept_when_none_is_wanted()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var sent = await outbox.SendAsync(Message() with { SaveToSentItems = false });

        Assert.False(sent.SavedToSentItems);
        Assert.Empty(outbox.Messages(outbox.Mailbox, "Sent Items"));
    }

    [Fact]
    public async Task Large_files_go_in_slices_in_order_without_a_token_and_small_ones_beside_them_whole()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var large = File("video.mp4", (9 * Mebibyte) + 12345);
        var small = File("note.txt", 1 * Mebibyte);

        var sent = await outbox.SendAsync(Message() with { Attachments = [large, small], SaveToSentItems = false });

        Assert.True(sent.SavedToSentItems, "A draft that is sent always leaves a copy.");
        Assert.Equal(
            ["POST messages", "POST createUploadSession", "PUT 0-3932159", "PUT 3932160-7864319", "PUT 7864320-9449528", "POST attachments", "POST send"],
            outbox.Seen);
        Assert.All(outbox.Slices, s => Assert.False(s.Headers.Contains("Authorization")));
        var arrived = await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com");
        Assert.Equal(["video.mp4", "note.txt"], arrived.Attachment!.Select(a => a.Name));
        await AssertSameAsync(outbox, arrived, large, small);
        Assert.Empty(outbox.Messages(outbox.Mailbox, "drafts"));
    }

    [Theory]
    [InlineData((3 * Mebibyte) - 1)]
    [InlineData(3 * Mebibyte)]
    [InlineData(3_145_400)]
    [InlineData(12 * 320 * 1024)]
    [InlineData((12 * 320 * 1024) + 1)]
    public async Task A_file_around_a_limit_of_the_service_arrives(int size)
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var file = File("data.bin", size);
        await outbox.SendAsync(Message() with { Attachments = [file] });
        await AssertSameAsync(outbox, await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com"), file);
    }

    [Fact]
    public async Task A_file_that_is_too_large_for_one_request_after_all_goes_in_slices()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        // Less than 3 MB of 1,048,576 bytes; in base64 more than the service takes in a request.
        var file = File("data.bin", (3 * Mebibyte) - 1);

        await outbox.SendAsync(Message() with { Attachments = [file] });

        Assert.Equal(["POST messages", "POST attachments", "POST createUploadSession", "PUT 0-3145726", "POST send"], outbox.Seen);
        await AssertSameAsync(outbox, await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com"), file);
    }

    [Fact]
    public async Task Whoever_uploads_more_than_the_service_takes_waits_as_long_as_it_asks()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var file = File("video.mp4", 9 * Mebibyte);
        outbox.CountUpload((150 * Mebibyte) - (4 * Mebibyte));
        var start = _clock.GetUtcNow();

        await outbox.SendPatientlyAsync(Message() with { Attachments = [file] });

        Assert.InRange(_clock.GetUtcNow() - start, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        await AssertSameAsync(outbox, await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com"), file);
    }

    [Fact]
    public async Task Small_files_that_are_too_much_together_go_by_draft()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var files = Enumerable.Range(0, 4).Select(i => File($"{i}.bin", 1 * Mebibyte)).ToArray();
        await outbox.SendAsync(Message() with { Attachments = files });

        Assert.DoesNotContain("POST sendMail", outbox.Seen);
        await AssertSameAsync(outbox, await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com"), files);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_answer_that_is_lost_costs_nothing_of_the_upload(int slice)
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var file = File("video.mp4", 9 * Mebibyte);
        outbox.LoseAnswer = r => r.Method == HttpMethod.Put && outbox.Slices.Count == slice;

        await outbox.SendPatientlyAsync(Message() with { Attachments = [file] });

        await AssertSameAsync(outbox, await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com"), file);
    }

    [Fact]
    public async Task A_host_that_fails_for_longer_than_the_retries_is_asked_where_to_go_on()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var file = File("video.mp4", 9 * Mebibyte);
        outbox.Refuse = r => r.Method == HttpMethod.Put && outbox.Slices.Count is >= 2 and < 9 ? HttpStatusCode.ServiceUnavailable : null;

        await outbox.SendPatientlyAsync(Message() with { Attachments = [file] });

        Assert.Contains("GET upload", outbox.Seen);
        await AssertSameAsync(outbox, await outbox.ReadNewestAsync("alice@contoso.onmicrosoft.com"), file);
    }

    [Fact]
    public async Task An_upload_that_is_refused_leaves_no_draft()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        outbox.Refuse = r => r.Method == HttpMethod.Put ? HttpStatusCode.BadRequest : null;

        await Assert.ThrowsAsync<ServiceRefusedException>(() => outbox.SendAsync(Message() with { Attachments = [File("video.mp4", 9 * Mebibyte)] }));

        Assert.Empty(outbox.Messages(outbox.Mailbox, "drafts"));
        Assert.Empty(outbox.Messages(outbox.Mailbox, "Sent Items"));
    }

    [Fact]
    public async Task A_sending_that_is_cancelled_leaves_no_draft()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        using var stop = new CancellationTokenSource();
        outbox.LoseAnswer = r =>
        {
            if (r.Method == HttpMethod.Put && outbox.Slices.Count == 2)
            {
                stop.Cancel();
            }

            return false;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => outbox.SendAsync(Message() with { Attachments = [File("video.mp4", 9 * Mebibyte)] }, stop.Token));

        Assert.Empty(outbox.Messages(outbox.Mailbox, "drafts"));
        Assert.Empty(outbox.Messages(outbox.Mailbox, "Sent Items"));
    }

    [Fact]
    public async Task A_draft_whose_sending_got_no_answer_is_neither_sent_twice_nor_taken_back()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        outbox.LoseAnswer = r => r.RequestUri!.AbsolutePath.EndsWith("/send", StringComparison.Ordinal);

        var sent = await outbox.SendAsync(Message() with { Attachments = [File("data.bin", 4 * Mebibyte)] });

        Assert.Equal(sent.Id, Assert.Single(outbox.Messages(outbox.Mailbox, "Sent Items")).Id);
        Assert.Equal(1, outbox.Seen.Count(s => s == "POST send"));
        Assert.Single(outbox.Messages("alice@contoso.onmicrosoft.com", "Inbox"), m => m.Subject == "Rechnung 100 %; März");
    }

    [Fact]
    public async Task A_message_in_one_request_that_got_no_answer_is_said_to_be_uncertain()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        outbox.LoseAnswer = r => r.RequestUri!.AbsolutePath.EndsWith("/sendMail", StringComparison.Ordinal);

        var e = await Assert.ThrowsAsync<ConnectionLostException>(() => outbox.SendAsync(Message()));

        Assert.Contains("The message might have been sent", e.Message, StringComparison.Ordinal);
        Assert.Single(outbox.Messages(outbox.Mailbox, "Sent Items"));
    }

    [Fact]
    public async Task Sending_as_somebody_else_is_refused_with_the_code_of_the_service()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        foreach (var attachments in new OutgoingAttachment[][] { [], [File("data.bin", 4 * Mebibyte)] })
        {
            var e = await Assert.ThrowsAsync<ServiceRefusedException>(() => outbox.SendAsync(
                Message() with { From = new EmailAddress(null, "alice@contoso.onmicrosoft.com"), Attachments = attachments }));
            Assert.Equal(("ErrorSendAsDenied", 403), (e.Code, e.HttpStatus));
            Assert.Contains("Send As", e.Advice, StringComparison.Ordinal);
        }

        Assert.Empty(outbox.Messages(outbox.Mailbox, "drafts"));
    }

    [Fact]
    public async Task A_message_without_a_recipient_is_refused_before_anything_is_sent()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => outbox.SendAsync(Message() with { To = [] }));
        Assert.Equal("NoRecipient", e.Id);
        Assert.Empty(outbox.Seen);
    }

    [Fact]
    public void A_file_of_more_than_150_MB_is_refused()
    {
        var path = Path.Combine(_folder, "large.bin");
        using (var file = new FileStream(path, FileMode.Create))
        {
            file.SetLength(OutgoingAttachment.LargestSize + 1);
        }

        Assert.Equal("AttachmentTooLarge", Assert.Throws<InvalidRequestException>(() => OutgoingAttachment.Of(path)).Id);
        Assert.Equal("AttachmentNotReadable", Assert.Throws<InvalidRequestException>(() => OutgoingAttachment.Of(path + "x")).Id);
        Assert.Equal("AttachmentNotReadable", Assert.Throws<InvalidRequestException>(() => OutgoingAttachment.Of(_folder)).Id);
    }

    [Fact]
    public async Task A_file_that_grows_after_it_was_looked_at_is_not_sent()
    {
        var outbox = await Outbox.OpenAsync(_clock);
        var file = File("log.txt", 4 * Mebibyte);
        await System.IO.File.AppendAllTextAsync(file.Path, "more", Token);

        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => outbox.SendAsync(Message() with { Attachments = [file] }));

        Assert.Equal("AttachmentNotReadable", e.Id);
        Assert.Empty(outbox.Messages(outbox.Mailbox, "drafts"));
    }

    [Fact]
    public void Over_IMAP_nothing_is_sent() => Assert.Equal("SendingRequiresGraph", Assert.Throws<InvalidRequestException>(() => MailboxAccess.OpenSender(
        new MailboxConnection { TenantId = "t", ClientId = "c", Mailbox = "m", Protocol = MailProtocol.Imap })).Id);

    private static OutgoingMessage Message() => new()
    {
        To = [new EmailAddress("Alice Johnson", "alice@contoso.onmicrosoft.com")],
        Subject = "Rechnung 100 %; März",
        Body = "See the file.",
    };

    private OutgoingAttachment File(string name, int size, string? contentId = null)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return OutgoingAttachment.Of(path, contentId);
    }

    private static async Task AssertSameAsync(Outbox outbox, MailboxMessage arrived, params OutgoingAttachment[] files)
    {
        Assert.Equal(files.Length, arrived.Attachment!.Length);
        for (var i = 0; i < files.Length; i++)
        {
            var (sent, received) = (await System.IO.File.ReadAllBytesAsync(files[i].Path, Token), await outbox.ContentAsync(arrived, i));
            Assert.True(sent.AsSpan().SequenceEqual(received), $"{files[i].Name} did not arrive as it was sent");
        }
    }
}
