using System.Text;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Mail;

namespace MailAdmin.Tests.Mail.Graph;

/// <summary>https://learn.microsoft.com/graph/api/message-get, https://learn.microsoft.com/graph/api/message-list-attachments</summary>
public sealed class MessageDetailTests
{
    private const string Mixed = """
        From: =?utf-8?Q?J=C3=BCrgen?= <juergen@x.example>
        To: invoices@contoso.onmicrosoft.com
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

        <html><body><p>Gr&uuml;&szlig;e</p><img src="cid:logo@x"></body></html>
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

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_comes_with_both_bodies_its_header_fields_and_its_attachments()
    {
        using var road = await EndToEnd.StartAsync();
        var id = Add(road, Mixed, "Inbox/Reports/2026");
        await using var store = await road.OpenAsync();

        var message = (await store.FindMessageAsync(null, id, MessageDetail.Body | MessageDetail.Attachments | MessageDetail.InternetHeaders, Token))!;

        Assert.Equal("Inbox/Reports/2026", message.Folder);
        Assert.Equal("Jürgen", message.From!.Name);
        Assert.Equal(MailImportance.Low, message.Importance);
        Assert.Contains("cid:logo@x", message.HtmlBody, StringComparison.Ordinal);
        Assert.Equal("Grüße", message.TextBody!.Trim());
        Assert.Equal(["one", "two"], message.InternetHeader!.Where(h => h.Name == "X-Reason").Select(h => h.Value));
        Assert.Equal(
            [("logo.png", MailAttachmentKind.File, true, "logo@x", 8L), ("März.pdf", MailAttachmentKind.File, false, null, 9L), ("Inner", MailAttachmentKind.Item, false, null, 0L)],
            message.Attachment!.Select(a => (a.Name, a.Kind, a.IsInline, a.ContentId, a.Kind == MailAttachmentKind.Item ? 0 : a.Size)));
        Assert.Equal(["image/png", "application/pdf", "message/rfc822"], message.Attachment!.Select(a => a.ContentType));
        Assert.All(message.Attachment!, a => Assert.NotNull(a.Id));
        Assert.Same(store.GetFoldersAsync(null, false, Token).ToBlockingEnumerable(Token).First().Connection, message.Connection);
    }

    [Fact]
    public async Task A_reference_to_a_file_elsewhere_is_an_attachment_too()
    {
        using var road = await EndToEnd.StartAsync();
        var app = await road.RegisterAsync("Graph/Mail.ReadWrite");
        await using var store = MailboxAccess.Open(MailboxConnections.As(app, road.Mailbox));
        var id = await road.PostAsAsync(app, $"users/{road.Mailbox}/messages", """
            {"subject":"Link","attachments":[{"@odata.type":"#microsoft.graph.referenceAttachment","name":"Plan.xlsx"}]}
            """);

        var message = (await store.FindMessageAsync(null, id, MessageDetail.Attachments, Token))!;

        Assert.Equal(("Plan.xlsx", MailAttachmentKind.Reference), (message.Attachment![0].Name, message.Attachment[0].Kind));
        Assert.Equal("Drafts", message.Folder);
    }

    [Fact]
    public async Task More_attachments_than_a_page_holds_are_all_listed()
    {
        using var road = await EndToEnd.StartAsync();
        var text = new StringBuilder("Subject: many\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
        for (var i = 0; i < 230; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename={i}.txt\n\n{i}\n");
        }

        var id = Add(road, text.Append("--b--\n").ToString(), "Inbox");
        await using var store = await road.OpenAsync();

        var message = (await store.FindMessageAsync(null, id, MessageDetail.Attachments, Token))!;

        Assert.Equal(Enumerable.Range(0, 230).Select(i => $"{i}.txt"), message.Attachment!.Select(a => a.Name));
    }

    [Fact]
    public async Task Of_a_text_message_the_server_makes_the_HTML_and_what_was_not_asked_for_is_null()
    {
        using var road = await EndToEnd.StartAsync();
        var id = Add(road, "Subject: t\n\n1 < 2\nsecond", "Inbox");
        await using var store = await road.OpenAsync();

        var whole = (await store.FindMessageAsync(null, id, MessageDetail.Body, Token))!;
        var bare = (await store.FindMessageAsync(null, id, MessageDetail.None, Token))!;

        Assert.Equal("1 < 2\r\nsecond", whole.TextBody!.TrimEnd());
        Assert.Contains("1 &lt; 2", whole.HtmlBody, StringComparison.Ordinal);
        Assert.Null(bare.TextBody ?? bare.HtmlBody);
        Assert.Null(bare.Attachment);
        Assert.Null(bare.InternetHeader);
    }

    [Fact]
    public async Task A_message_that_is_gone_malformed_or_in_another_folder_is_none()
    {
        using var road = await EndToEnd.StartAsync();
        var id = Add(road, "Subject: t\n\nx", "Inbox/A");
        await using var store = await road.OpenAsync();
        var (a, inbox) = (await store.GetFolderAsync("Inbox/A", Token), await store.GetFolderAsync("Inbox", Token));

        Assert.NotNull(await store.FindMessageAsync(a, id, MessageDetail.None, Token));
        Assert.Null(await store.FindMessageAsync(inbox, id, MessageDetail.None, Token));
        Assert.Null(await store.FindMessageAsync(null, "nonsense", MessageDetail.None, Token));
        Assert.Null(await store.FindMessageAsync(null, a.Id, MessageDetail.None, Token));
    }

    private static string Add(EndToEnd road, string text, string folder) =>
        road.Tenant.AddMessage(road.Mailbox, folder, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"))).Id;
}
