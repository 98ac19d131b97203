using System.Text;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>Single messages with what a listing does not tell.</summary>
public sealed class MessageDetailTests
{
    private const MessageDetail Everything = MessageDetail.Body | MessageDetail.Attachments | MessageDetail.InternetHeaders;

    public const string Mixed = """
        From: =?utf-8?Q?J=C3=BCrgen?= <juergen@x.example>
        To: invoices@contoso.test
        Subject: Bericht
        X-Reason: one
        X-Reason: two
        Importance: low
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=m

        --m
        Content-Type: multipart/related; boundary=r

        --r
        Content-Type: text/html; charset=utf-8

        <html><head><title>no</title></head><body><p>Gr&uuml;&szlig;e,
        zwei &lt; drei</p><!-- <p>no</p> --><img src="cid:logo@x"></body></html>
        --r
        Content-Type: image/png; name=logo.png
        Content-ID: <logo@x>
        Content-Disposition: inline; filename=logo.png
        Content-Transfer-Encoding: base64

        iVBORw0KGgo=
        --r--
        --m
        Content-Type: application/pdf
        Content-Disposition: attachment; filename*=utf-8''M%C3%A4rz.pdf
        Content-Transfer-Encoding: base64

        JVBERi0xLjQK
        --m
        Content-Type: message/rfc822

        Subject: Inner

        inner body
        --m--
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Over_IMAP_a_message_is_what_it_is_over_Graph()
    {
        using var road = await EndToEnd.StartAsync();
        road.Tenant.AddMessage(road.Mailbox, "Reports", Octets(Mixed));
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite", "Exchange/IMAP.AccessAsApp");
        road.Tenant.GrantImap(app.ClientId, road.Mailbox);

        var graph = await ReadAsync(MailProtocol.Graph);
        var imap = await ReadAsync(MailProtocol.Imap);

        Assert.Equal("Grüße, zwei < drei", imap.TextBody!.Trim());
        Assert.Equal((graph.TextBody, graph.HtmlBody, graph.HasAttachments, graph.Importance), (imap.TextBody, imap.HtmlBody, imap.HasAttachments, imap.Importance));
        Assert.Equal(graph.InternetHeader, imap.InternetHeader);
        Assert.Equal(
            graph.Attachment!.Select(a => (a.Name, a.Kind, a.IsInline, a.ContentId)), imap.Attachment!.Select(a => (a.Name, a.Kind, a.IsInline, a.ContentId)));
        Assert.Equal(["image/png", "application/pdf", "message/rfc822"], imap.Attachment!.Select(a => a.ContentType));
        Assert.Equal([8L, 9L, 28L], imap.Attachment!.Select(a => a.Size));
        Assert.Equal((graph.Subject, graph.From, graph.ReceivedAt, graph.IsRead, graph.Folder), (imap.Subject, imap.From, imap.ReceivedAt, imap.IsRead, imap.Folder));

        async Task<MailboxMessage> ReadAsync(MailProtocol protocol)
        {
            await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox, protocol));
            var folder = await store.GetFolderAsync("Reports", Cancel);
            var listed = Assert.Single(await store.GetMessagesAsync(folder, new MessageQuery(), Cancel).ToListAsync());
            return (await store.FindMessageAsync(folder, listed.Id, Everything, Cancel))!;
        }
    }

    [Theory]
    [InlineData(nameof(MessageDetail.None))]
    [InlineData(nameof(MessageDetail.InternetHeaders))]
    [InlineData(nameof(MessageDetail.Body))]
    [InlineData(nameof(MessageDetail.Attachments))]
    public async Task Only_what_was_asked_for_is_brought_and_told(string which)
    {
        var detail = Enum.Parse<MessageDetail>(which);
        await using var server = new ScriptedServer();
        server.Messages[5] = Octets(Mixed);
        server.On("UID FETCH", async (c, command) =>
        {
            if (command.Arguments.Contains("BODY.PEEK[HEADER]", StringComparison.Ordinal))
            {
                var header = Encoding.Latin1.GetString(server.Messages[5]).Split("\r\n\r\n")[0] + "\r\n\r\n";
                await c.SendAsync($"* 1 FETCH (UID 5 BODY[HEADER] {{{header.Length}}}\r\n{header})\r\n{command.Tag} OK done\r\n");
                return;
            }

            await server.FetchAsync(c, command);
        });
        await using var store = server.Open();

        var message = (await store.FindMessageAsync(server.Inbox, "7.5", detail, Cancel))!;

        // The ENVELOPE says otherwise: what was read of the message itself counts.
        Assert.Equal(detail == MessageDetail.None ? "message 5" : "Bericht", message.Subject);
        Assert.Equal(detail == MessageDetail.Body, message.TextBody is not null && message.HtmlBody is not null);
        Assert.Equal(detail == MessageDetail.Attachments, message.Attachment is not null);
        Assert.Equal(detail == MessageDetail.InternetHeaders ? 8 : null, message.InternetHeader?.Length);
        Assert.Equal(detail is MessageDetail.Body or MessageDetail.Attachments, server.Received.Any(line => line.Contains("BODY.PEEK[]", StringComparison.Ordinal)));
        Assert.DoesNotContain(server.Received, line => line.StartsWith("UID SEARCH", StringComparison.Ordinal));
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_message_that_is_gone_malformed_or_of_another_UIDVALIDITY_is_none()
    {
        await using var server = new ScriptedServer();
        server.AddMessages(2);
        server.On("UID FETCH", (c, command) => command.Arguments.StartsWith("2 ", StringComparison.Ordinal)
            ? c.SendAsync(server.Summary(2).Replace("FLAGS ()", "FLAGS (\\Deleted)", StringComparison.Ordinal) + $"{command.Tag} OK done\r\n")
            : server.FetchAsync(c, command));
        await using var store = server.Open();

        Assert.NotNull(await store.FindMessageAsync(server.Inbox, "7.1", MessageDetail.Body, Cancel));
        foreach (var id in (string[])["7.2", "7.3", "8.1", "1", "7.0", "x.y", ""])
        {
            Assert.Null(await store.FindMessageAsync(server.Inbox, id, MessageDetail.Body, Cancel));
        }

        Assert.Equal("FolderRequired", (await Assert.ThrowsAsync<InvalidRequestException>(
            () => store.FindMessageAsync(null, "7.1", MessageDetail.None, Cancel))).Id);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_content_is_opened_again()
    {
        await using var server = new ScriptedServer();
        server.Messages[1] = Octets(Mixed);
        var breaks = 1;
        server.On("UID FETCH", async (c, command) =>
        {
            if (command.Arguments.Contains("BODY.PEEK[]", StringComparison.Ordinal) && breaks-- > 0)
            {
                await c.SendAsync("* 1 FETCH (UID 1 BODY[] {500}\r\nSubject: half");
                await c.CloseAsync();
                return;
            }

            await server.FetchAsync(c, command);
        });
        await using var store = server.Open();

        var message = (await store.FindMessageAsync(server.Inbox, "7.1", Everything, Cancel))!;

        Assert.Equal(3, message.Attachment!.Length);
        Assert.Equal(2, server.ConnectionCount);
    }

    [Theory]
    [InlineData("Subject: t\n\n1 < 2\nsecond", "1 < 2\r\nsecond", "1 &lt; 2<br>")]
    [InlineData("Subject: t\n\n", "", "")]
    public async Task The_form_of_the_body_that_is_missing_is_made(string text, string plain, string html)
    {
        await using var server = new ScriptedServer();
        server.Messages[1] = Octets(text);
        await using var store = server.Open();

        var message = (await store.FindMessageAsync(server.Inbox, "7.1", MessageDetail.Body, Cancel))!;

        Assert.Equal(plain, message.TextBody!.TrimEnd());
        Assert.Contains(html, message.HtmlBody!, StringComparison.Ordinal);
    }

    internal static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
}
