using System.Text;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Core.Permissions;
using MailAdmin.Tenant;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;

namespace MailAdmin.Tests.Connections;

/// <summary>Answers stay in the thread of what they answer, over Graph and over SMTP, and go to whom they should.</summary>
public sealed class AnswerTests : IDisposable
{
    private const string Erika = "alice@contoso.onmicrosoft.com", Bob = "bob@contoso.onmicrosoft.com";

    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 5, 6, 7, 8, TimeSpan.Zero));
    private readonly TempFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(MailProtocol.Graph, false)]
    [InlineData(MailProtocol.Graph, true)]
    [InlineData(MailProtocol.Smtp, false)]
    public async Task An_answer_names_what_it_answers_and_the_thread_before(MailProtocol protocol, bool isGone)
    {
        using var road = await StartAsync();
        var (connection, original) = await ReadAsync(road, protocol);
        if (isGone)
        {
            await using var store = MailboxAccess.Open(original.Connection!);
            await DeleteAsync(store, original);
        }

        await SendAsync(connection, original, toAll: false);

        var arrived = Single(road.Tenant, Erika);
        Assert.Equal("Re: Offer", arrived.Subject);
        var mime = MimeMessage.Parse(arrived.GetContent());
        Assert.Equal("<3@fabrikam.test>", mime.Headers["In-Reply-To"]);
        Assert.Equal("<1@fabrikam.test> <2@fabrikam.test> <3@fabrikam.test>", mime.Headers["References"]);
        Assert.Equal([Erika], mime.To.Select(a => a.Address));
        Assert.Empty(mime.Cc);
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Smtp)]
    public async Task An_answer_to_all_goes_to_everybody_but_the_mailbox_itself(MailProtocol protocol)
    {
        using var road = await StartAsync();
        var (connection, original) = await ReadAsync(road, protocol);
        await SendAsync(connection, original, toAll: true);
        foreach (var recipient in new[] { Erika, Bob })
        {
            var mime = MimeMessage.Parse(Single(road.Tenant, recipient).GetContent());
            Assert.Equal([Erika, "x@fabrikam.test"], mime.To.Select(a => a.Address));
            Assert.Equal([Bob], mime.Cc.Select(a => a.Address));
        }

        Assert.DoesNotContain(road.Tenant.GetMessages(road.Mailbox, "Inbox"), m => m.Subject == "Re: Offer");
    }

    [Fact]
    public async Task Over_Graph_an_answer_is_in_the_conversation_and_Mail_Send_is_enough()
    {
        using var road = await StartAsync();
        var (_, original) = await ReadAsync(road, MailProtocol.Graph);
        await SendAsync(await SenderAsync(road), original, toAll: false);
        var state = road.Tenant.State.Mailboxes.Find(road.Mailbox)!;
        var items = state.Items.Where(i => i.ImmutableId == original.Id
            || (string?)i.Content.Property("subject") == "Re: Offer").ToArray();
        Assert.Equal(2, items.Length);
        Assert.Single(items.Select(i => i.ConversationId).Distinct());
    }

    [Fact]
    public async Task Over_Graph_files_of_3_MB_and_more_go_by_a_draft_of_the_answer_which_Mail_Send_alone_may_not_make()
    {
        using var road = await StartAsync();
        var (connection, original) = await ReadAsync(road, MailProtocol.Graph);
        await File.WriteAllBytesAsync(_folder["large.bin"], new byte[3_200_000], Token);
        await SendAsync(connection, original, toAll: false, _folder["large.bin"]);
        var mime = MimeMessage.Parse(Single(road.Tenant, Erika).GetContent());
        Assert.Equal("<3@fabrikam.test>", mime.Headers["In-Reply-To"]);
        Assert.Equal(3_200_000, Assert.Single(mime.Attachments).Decode().Length);

        using var other = await StartAsync();
        var (_, same) = await ReadAsync(other, MailProtocol.Graph);
        var sender = await SenderAsync(other);
        var e = await Assert.ThrowsAsync<ServiceRefusedException>(
            () => SendAsync(sender, same, toAll: false, _folder["large.bin"]));
        Assert.Contains("Mail.ReadWrite in addition to Mail.Send", e.Advice, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Tenant.GetMessages(Erika, "Inbox"), m => m.Subject == "Re: Offer");
    }

    [Theory]
    [InlineData("AW: Angebot", "AW: Angebot")]
    [InlineData("re[2]: x", "re[2]: x")]
    [InlineData("Report", "Re: Report")]
    [InlineData("x\r\nBcc: evil@x.test", "Re: x  Bcc: evil@x.test")]
    public void A_subject_gets_one_prefix_and_can_t_begin_another_header_field(string subject, string expected)
    {
        var connection = new MailboxConnection
        {
            TenantId = "t", ClientId = "c", Mailbox = "a@x.test", Protocol = MailProtocol.Smtp,
        };
        var message = new MailboxMessage { Id = "1", Mailbox = "a@x.test", Folder = "Inbox", Subject = subject };
        Assert.Equal(expected, new Answer(message, connection, toAll: false).Subject);
    }

    [Fact]
    public async Task A_message_is_forwarded_octet_by_octet()
    {
        using var road = await StartAsync();
        var (connection, original) = await ReadAsync(road, MailProtocol.Smtp);
        using var forwarded = new ForwardedMessages();
        var file = await forwarded.BringAsync(original, Token);
        await using (var sender = MailboxAccess.OpenSender(connection))
        {
            await sender.SendAsync(
                new OutgoingMessage { To = [new EmailAddress(null, Bob)], Subject = "Fw", Attachments = [file] }, Token);
        }

        var mime = MimeMessage.Parse(Single(road.Tenant, Bob, "Fw").GetContent());
        var part = Assert.Single(mime.Attachments);
        Assert.Equal(("message/rfc822", "Offer.eml"), (part.ContentType.Value, part.FileName));
        Assert.Contains(Encoding.ASCII.GetString(Mime()), Encoding.ASCII.GetString(
            Single(road.Tenant, Bob, "Fw").GetContent()), StringComparison.Ordinal);
    }

    private Task<EndToEnd> StartAsync() => EndToEnd.StartAsync(new SandboxOptions { Clock = _clock });

    private static TenantMessage Single(SandboxTenant tenant, string mailbox, string subject = "Re: Offer") =>
        Assert.Single(tenant.GetMessages(mailbox, "Inbox"), m => m.Subject == subject);

    private static byte[] Mime() => Encoding.ASCII.GetBytes(string.Join("\r\n",
        $"From: \"Müller, Erika\" <{Erika}>".Replace("ü", "u", StringComparison.Ordinal),
        "To: invoices@contoso.onmicrosoft.com, x@fabrikam.test", $"Cc: {Bob}", "Subject: Offer", "Message-ID: <3@fabrikam.test>",
        "References: <1@fabrikam.test> <2@fabrikam.test>", "Content-Type: text/plain", "", "What do you think?", ""));

    /// <summary>The original as it is listed over Graph, and a connection that answers.</summary>
    private static async Task<(MailboxConnection Connection, MailboxMessage Original)> ReadAsync(EndToEnd road, MailProtocol protocol)
    {
        var added = road.Tenant.AddMessage(road.Mailbox, "Inbox", Mime());
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Graph/Mail.Send", "Exchange/SMTP.SendAsApp");
        road.Tenant.GrantSmtp(app.ClientId, road.Mailbox);
        var reader = MailboxConnections.As(app, road.Mailbox);
        await using var store = MailboxAccess.Open(reader);
        var message = await store.FindMessageAsync(null, added.Id, MessageDetail.InternetHeaders, Token);
        return (MailboxConnections.As(app, road.Mailbox, protocol), message! with { Connection = reader });
    }

    /// <summary>The mailbox as an app that may send, and nothing else.</summary>
    private static async Task<MailboxConnection> SenderAsync(EndToEnd road) => MailboxConnections.As(
        await new AppProvisioner(road.Admin).EnsureAsync(
            new AppSpecification { Name = "Sender", Permissions = PermissionName.ParseAll(["Graph/Mail.Send"], []), TenantWide = true },
            Token),
        road.Mailbox);

    private static async Task SendAsync(
        MailboxConnection connection, MailboxMessage original, bool toAll, string? file = null)
    {
        var answer = new Answer(original, connection, toAll);
        await using var sender = MailboxAccess.OpenSender(connection);
        await sender.SendAsync(
            new OutgoingMessage
            {
                To = answer.To, Cc = answer.Cc, Subject = answer.Subject, Body = "Fine.", Answers = answer.Answers,
                Attachments = file is null ? [] : [OutgoingAttachment.Of(file)],
            },
            Token);
    }

    private static async Task DeleteAsync(IMailStore store, MailboxMessage message)
    {
        var folder = await store.FindFolderAsync("Inbox", Token);
        await store.ProcessAsync(folder!, [message], AfterProcessing.Purge, null, Token);
    }
}
