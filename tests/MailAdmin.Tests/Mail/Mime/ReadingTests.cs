using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>Messages that MimeKit alone refuses, or reads with a loss; each of them comes whole.</summary>
public class ReadingTests
{
    private static MimeMessage Parse(string text) => MimeMessage.Parse(Encoding.Latin1.GetBytes(text));

    private static string Text(MimePart part) => Encoding.Latin1.GetString(part.Decode());

    private static async Task<MailboxMessage> Complete(MimeMessage message) => await MessageContent.CompleteAsync(
        new MailboxMessage { Id = "1", Mailbox = "a@b.example", Folder = "Inbox" }, message,
        MessageDetail.Body | MessageDetail.Attachments | MessageDetail.InternetHeaders,
        TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("Dear all,\r\n\r\nno header section at all.\r\n")]
    [InlineData("\u00FF\u00FE\0\0")]
    [InlineData("From nobody\r\nGreetings\r\n")]
    public async Task What_MimeKit_refuses_is_a_message_with_its_text(string text)
    {
        var read = await Complete(Parse(text));

        Assert.Contains(text.Contains("no header", StringComparison.Ordinal) ? "no header section at all." : "", read.TextBody);
        Assert.NotNull(read.TextBody);
        Assert.Empty(read.InternetHeader!);
        Assert.Empty(read.Attachment!);
    }

    [Fact]
    public void A_part_without_an_empty_line_before_its_content_keeps_all_of_it()
    {
        var message = Parse("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\nFirst line\nsecond line\n\nlast\n--b--\n");

        Assert.Equal("First line\nsecond line\n\nlast", message.TextBody);
    }

    [Fact]
    public void A_multipart_without_an_empty_line_before_its_first_boundary_has_its_parts() =>
        Assert.Equal(["one", "two"], Parse("Content-Type: multipart/mixed; boundary=b\n--b\n\none\n--b\n\ntwo\n--b--\n").Root.Children.Select(Text));

    [Theory]
    [InlineData(" ")]
    [InlineData("\t ")]
    public void A_blank_in_the_empty_line_loses_no_paragraph(string blank) =>
        Assert.Equal("Paragraph one\n\nParagraph two", Parse($"Subject: x\n{blank}\nParagraph one\n\nParagraph two").TextBody);

    [Theory]
    [InlineData("just text,\r\nno header\r\n")]
    [InlineData("Subject:  two  blanks \r\nX-Odd :x\r\nTo: a@b\n\r\nline\nends  \r\n")]
    public void An_attached_message_is_saved_as_the_bytes_that_came(string attached)
    {
        var message = Parse($"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\ntext\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{attached}\r\n--b--\r\n");

        Assert.Equal(attached, Text(Assert.Single(message.Attachments)));
    }

    [Theory]
    [InlineData("SGVsbG8", "Hello")]
    [InlineData("SGVsbA", "Hell")]
    [InlineData("SGVs\r\nbG8\r\n", "Hello")]
    [InlineData("SGVsbG8=", "Hello")]
    [InlineData("SGVs", "Hel")]
    [InlineData("SGVsb", "Hel")]
    public void Base64_without_padding_keeps_its_last_bytes(string encoded, string expected) =>
        Assert.Equal(expected, Text(Parse($"Content-Type: application/x\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}").Root));

    [Fact]
    public void What_says_UTF8_and_is_windows_1252_is_read_as_that() =>
        Assert.Equal("Gr\u00FC\u00DFe \u20AC", Parse("Content-Type: text/plain; charset=utf-8\n\nGr\u00FC\u00DFe \u0080").TextBody);

    [Theory]
    [InlineData("multipart/mixed; boundary=\"b \"")]
    [InlineData("multipart/mixed; boundary=\"b\t\"")]
    [InlineData("multipart/mixed boundary=\"b\"")]
    [InlineData("multipart/mixed, boundary=b")]
    [InlineData("multipart/mixed; charset=utf-8 boundary=b")]
    [InlineData("multipart; boundary=b")]
    [InlineData("multipart/mixed;\nboundary=b")]
    [InlineData("multipart/mixed; boundary*=us-ascii''b")]
    public void Boundaries_that_are_told_badly_are_found(string type) =>
        Assert.Equal(["one", "two"], Parse($"Content-Type: {type}\n\n--b\n\none\n--b\n\ntwo\n--b--\n").Root.Children.Select(Text));

    [Fact]
    public void A_quoted_boundary_may_be_folded() => Assert.Equal(["one"], Parse(
        "Content-Type: multipart/mixed; boundary=\"first\r\n second\"\r\n\r\n--first second\r\n\r\none\r\n--first second--\r\n").Root.Children.Select(Text));

    [Fact]
    public void An_empty_boundary_separates_parts_with_two_dashes() =>
        Assert.Equal(["one", "two"], Parse("Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\none\n--\n\ntwo\n----\n").Root.Children.Select(Text));

    [Fact]
    public void A_badly_told_boundary_in_a_badly_told_one_is_found()
    {
        var inner = "Content-Type: multipart/alternative boundary=in\n\n--in\n\nplain\n--in\nContent-Type: text/html\n\n<p>\n--in--";
        var message = Parse($"Content-Type: multipart/mixed boundary=out\n\n--out\n{inner}\n--out\nContent-Type: image/png\n\nx\n--out--\n");

        Assert.Equal(("plain", "<p>"), (message.TextBody, message.HtmlBody));
        Assert.Single(message.Attachments);
    }

    [Theory]
    [InlineData("Fri, 4 May 2001 14:05:44 est", -5)]
    [InlineData("Fri, 4 May 2001 14:05:44 Edt", -4)]
    [InlineData("Fri, 4 May 2001 14:05:44 mesz", 2)]
    [InlineData("fri, 4 may 2001 14:05:44 gmt", 0)]
    public void A_zone_may_be_in_small_letters(string date, int hours) =>
        Assert.Equal(new DateTimeOffset(2001, 5, 4, 14, 5, 44, TimeSpan.FromHours(hours)), Parse($"Date: {date}\n\n").Date);

    [Theory]
    [InlineData("<@relay,@other:a@b.example>", "<a@b.example>")]
    [InlineData("\"Doe, <a@b.example>, c@d.example", "Doe<a@b.example>|<c@d.example>")]
    [InlineData("relay!host!user", "<relay!host!user>")]
    [InlineData("Jim <host!user>", "Jim<host!user>")]
    [InlineData("root, Jim <operator>, a@b.example", "<root>|Jim<operator>|<a@b.example>")]
    [InlineData("user%host@relay.example", "<user%host@relay.example>")]
    [InlineData("\"Undisclosed\" <Undisclosed-Recipient:;>, a@b.example", "Undisclosed<Undisclosed-Recipient:;>|<a@b.example>")]
    public void Addresses_of_old_systems_are_kept(string to, string expected) =>
        Assert.Equal(expected, string.Join('|', Parse($"To: {to}\n\n").To.Select(a => $"{a.Name}<{a.Address}>")));

    [Fact]
    public void Letters_that_are_not_ASCII_may_stand_within_an_encoded_word() =>
        Assert.Equal("Gr\u00FC\u00DFe an alle", MimeMessage.Parse(Encoding.UTF8.GetBytes("Subject: =?utf-8?Q?Gr\u00FC\u00DFe_an_alle?=\n\n")).Subject);

    [Theory]
    [InlineData("=?iso-8859-1?Q?=93a=94_=80?=", "\u201Ca\u201D \u20AC")]
    [InlineData("=?us-ascii?Q?=C3=A4?=", "\u00E4")]
    [InlineData("=?utf-8?Q?=E4_x?=", "\u00E4 x")]
    [InlineData("=?ks_c-5601-1987?B?sKE=?=", "\uAC00")]
    [InlineData("=?win-1251?Q?=C0?=", "\u0410")]
    [InlineData("=?x-mac-roman?Q?=8A?=", "\u00E4")]
    [InlineData("=?gb2312?B?xOPE?= =?gb2312?B?4w?=", "\u4F60\u4F60")]
    public void Encoded_words_are_read_in_the_charset_that_mailers_mean(string word, string expected)
    {
        var message = Parse($"Subject: {word}\nFrom: {word} <a@b.example>\nContent-Type: text/plain; name=\"{word}\"\n\n");

        Assert.Equal([expected, expected, expected], [message.Subject, message.From[0].Name, message.Root.FileName]);
    }

    [Fact]
    public void The_root_of_a_related_is_the_first_of_the_type_that_it_tells() => Assert.Equal("<p>", Parse(
        "Content-Type: multipart/related; boundary=b; type=\"text/html\"\n\n--b\nContent-Type: image/png\n\nx\n--b\nContent-Type: text/html\n\n<p>\n--b--").HtmlBody);

    [Fact]
    public void Reports_in_UTF7_are_read()
    {
        var message = Parse("Subject: =?unicode-1-1-utf-7?Q?+ANw-bermittlung?= =?utf-7?B?K0FPUS0=?=\nContent-Type: text/plain; charset=unicode-1-1-utf-7\n\n1 +- 1 = 2, 5 +IKw-");

        Assert.Equal("\u00DCbermittlung\u00E4", message.Subject);
        Assert.Equal("1 + 1 = 2, 5 \u20AC", message.TextBody);
    }
}
