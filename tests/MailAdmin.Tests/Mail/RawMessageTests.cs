using System.Text;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Mail;

/// <summary>
/// Files that are messages already, over both protocols: they go to whom the caller says, from the mailbox, whatever is in them.
/// </summary>
public sealed class RawMessageTests : IDisposable
{
    private const string Alice = "alice@contoso.onmicrosoft.com", Bob = "bob@contoso.onmicrosoft.com",
        Support = "support@contoso.onmicrosoft.com";

    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 5, 6, 7, 8, TimeSpan.Zero));
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Smtp)]
    public async Task Recipients_and_sender_never_come_from_the_file(MailProtocol protocol)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var file = await WriteAsync(string.Join("\n",
            "Return-Path: <ceo@x.test>", "Received: from evil", "From: CEO <ceo@x.test>", $"To: {Bob}", $"Cc: {Bob},", $" {Bob}",
            $"Bcc: {Bob}", $"Resent-To: {Bob}", "Reply-To: ceo@x.test", "Sender: ceo@x.test", "DKIM-Signature: v=1",
            "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "X-Mine: yes", "Message-ID: <own@x.test>", "", ".", "..two", "Grüße"));
        var sent = await SendAsync(road, await RegisterAsync(road), protocol, file);

        Assert.Equal(("<own@x.test>", "Grüße"), (sent.InternetMessageId, sent.Subject));
        var arrived = Assert.Single(road.Tenant.GetMessages(Alice, "Inbox"), m => m.InternetMessageId == "<own@x.test>");
        var mime = MimeMessage.Parse(arrived.GetContent());
        Assert.Equal([road.Mailbox], mime.From.Select(a => a.Address));
        Assert.Equal([Alice], mime.To.Select(a => a.Address));
        Assert.Equal("yes", mime.Headers["X-Mine"]);
        Assert.Equal(".\n..two\nGrüße", mime.TextBody!.ReplaceLineEndings("\n").Trim());
        var text = Encoding.UTF8.GetString(arrived.GetContent());
        foreach (var gone in new[] { "ceo@x.test", Bob, Support, "DKIM-Signature", "evil" })
        {
            Assert.DoesNotContain(gone, text, StringComparison.OrdinalIgnoreCase);
        }

        // Who gets it blind, gets it, and is named to nobody.
        Assert.Contains(road.Tenant.GetMessages(Support, "Inbox"), m => m.InternetMessageId == "<own@x.test>");
        Assert.DoesNotContain(road.Tenant.GetMessages(Bob, "Inbox"), m => m.InternetMessageId == "<own@x.test>");
    }

    [Fact]
    public async Task A_file_of_more_than_3_MB_is_refused_over_Graph_and_goes_over_SMTP()
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        var app = await RegisterAsync(road);
        var file = await WriteAsync("Subject: large\n\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", 60_000)));
        var e = await Assert.ThrowsAsync<InvalidRequestException>(() => SendAsync(road, app, MailProtocol.Graph, file));
        Assert.Equal("MimeTooLarge", e.Id);
        Assert.Contains("-Protocol Smtp", e.Advice, StringComparison.Ordinal);
        await SendAsync(road, app, MailProtocol.Smtp, file);
        Assert.Equal("large", Assert.Single(road.Tenant.GetMessages(road.Mailbox, "Sent Items")).Subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nno header\n")]
    [InlineData("This is a letter.\n\nDear all")]
    [InlineData("%PDF-1.7\nSubject: x\n\n")]
    [InlineData("Subject: x\nno field\nX-Mine: yes\n\nbody")]
    [InlineData("Content-Type: application/zip;\nname=\"a.zip\"\nSubject: x\n\nbody")]
    [InlineData("Subject: x\nthe text follows without an empty line")]
    public async Task What_does_not_begin_with_header_fields_is_no_message(string content)
    {
        var file = await WriteAsync(content);
        Assert.Equal("NotAMessage", Assert.Throws<InvalidRequestException>(() => RawMessage.Of(file)).Id);
    }

    [Fact]
    public async Task A_message_out_of_an_mbox_file_goes_without_the_line_of_that_file()
    {
        var raw = RawMessage.Of(await WriteAsync("From joe Fri May  4 14:05:44 2001\nSubject: x\nX-Long: a\n b\n\nbody"));
        var sent = new MemoryStream();
        await raw.WriteAsync([], sent, Token);

        Assert.Equal("Subject: x\r\nX-Long: a\r\n b\r\n\r\nbody", Encoding.UTF8.GetString(sent.ToArray()));
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Smtp)]
    public async Task What_a_program_wrote_says_so(MailProtocol protocol)
    {
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });
        await using var sender = MailboxAccess.OpenSender(
            MailboxConnections.As(await RegisterAsync(road), road.Mailbox, protocol));
        await sender.SendAsync(
            new OutgoingMessage
            {
                To = [new EmailAddress(null, Alice)], Bcc = [new EmailAddress(null, Support)], Subject = "Ready", Body = "x",
                IsAutoGenerated = true,
            },
            Token);
        var mime = MimeMessage.Parse(
            Assert.Single(road.Tenant.GetMessages(Alice, "Inbox"), m => m.Subject == "Ready").GetContent());
        Assert.Equal(
            ("auto-generated", "OOF, AutoReply", (string?)null),
            (mime.Headers["Auto-Submitted"], mime.Headers["X-Auto-Response-Suppress"], mime.Headers["Bcc"]));
        Assert.Contains(road.Tenant.GetMessages(Support, "Inbox"), m => m.Subject == "Ready");
    }

    private async Task<OutgoingAttachment> WriteAsync(string content)
    {
        await File.WriteAllTextAsync(_folder["message.eml"], content, new UTF8Encoding(false), Token);
        return OutgoingAttachment.Of(_folder["message.eml"]);
    }

    private static async Task<MailAppRegistration> RegisterAsync(EndToEnd road)
    {
        var app = await road.RegisterAsync("Graph/Mail.Send", "Exchange/SMTP.SendAsApp");
        road.Tenant.GrantSmtp(app.ClientId, road.Mailbox);
        return app;
    }

    private static async Task<SentMessage> SendAsync(
        EndToEnd road, MailAppRegistration app, MailProtocol protocol, OutgoingAttachment file)
    {
        await using var sender = MailboxAccess.OpenSender(MailboxConnections.As(app, road.Mailbox, protocol));
        return await sender.SendAsync(
            new OutgoingMessage { To = [new EmailAddress(null, Alice)], Bcc = [new EmailAddress(null, Support)], Mime = file }, Token);
    }
}
