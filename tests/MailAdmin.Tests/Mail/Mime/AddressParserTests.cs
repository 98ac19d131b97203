using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class AddressParserTests
{
    [Theory]
    [InlineData("a@b.example", "<a@b.example>")]
    [InlineData("Bob <a@b>", "Bob<a@b>")]
    [InlineData("\"Doe, John\" <a@b>, c@d", "Doe, John<a@b>|<c@d>")]
    [InlineData("\"John \\\"Q\\\" Doe\" <a@b>", "John \"Q\" Doe<a@b>")]
    [InlineData("a@b (Bob)", "Bob<a@b>")]
    [InlineData("a@b (Bob (the \\) builder))", "Bob (the \\) builder)<a@b>")]
    [InlineData("Bob (the builder) <a@b>", "Bob<a@b>")]
    [InlineData("=?utf-8?Q?J=C3=B6rg?= D. <a@b>", "J\u00F6rg D.<a@b>")]
    [InlineData("\"=?utf-8?Q?J=C3=B6rg?=\" <a@b>", "J\u00F6rg<a@b>")]
    [InlineData("=?utf-8?Q?Doe=2C?= =?utf-8?Q?_J?= <a@b>", "Doe, J<a@b>")]
    [InlineData("\"john doe\"@b", "<\"john doe\"@b>")]
    [InlineData("Bob <\"john doe\"@b>", "Bob<\"john doe\"@b>")]
    [InlineData("a . b @ c . d", "<a.b@c.d>")]
    [InlineData("john @ c . d", "<john@c.d>")]
    [InlineData("<a . b @ c (comment) . d>", "<a.b@c.d>")]
    [InlineData("<@relay,@other:a@b>", "<a@b>")]
    [InlineData("a@b; c@d;", "<a@b>|<c@d>")]
    [InlineData("a@b c@d", "<a@b>|<c@d>")]
    [InlineData("Bob <a@b> Jane <c@d>", "Bob<a@b>|Jane<c@d>")]
    [InlineData("Bob Doe a@b", "Bob Doe<a@b>")]
    [InlineData("Bob <a@b", "Bob<a@b>")]
    [InlineData("Bob <a@b, c@d", "Bob<a@b>|<c@d>")]
    [InlineData("Bob <a@b, Jane <c@d>", "Bob<a@b>|Jane<c@d>")]
    [InlineData("<john smith@b> ", "<john smith@b>")]
    [InlineData("<\"john . smith\"@b> ", "<\"john . smith\"@b>")]
    [InlineData("Bob <<a@b>>", "Bob<a@b>")]
    [InlineData("Bob a@b>", "Bob<a@b>>")]
    [InlineData("\"Bob <a@b>", "Bob<a@b>")]
    [InlineData("Bob (unclosed <a@b>", "Bob (unclosed<a@b>")]
    [InlineData("<a@b> junk, c@d", "<a@b>|<c@d>")]
    [InlineData(" , ,, a@b ,", "<a@b>")]
    [InlineData("root", "<root>")]
    [InlineData("Mailer Daemon <>", "Mailer Daemon<>")]
    [InlineData("<>", "")]
    [InlineData("", "")]
    [InlineData("a@@b", "<a@@b>")]
    [InlineData("\"a@b\" <c@d>", "a@b<c@d>")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData("Friends: a@b, \"C\" <c@d>; e@f", "<a@b>|C<c@d>|<e@f>")]
    [InlineData("Friends: a@b", "<a@b>")]
    [InlineData("a@[127.0.0.1:25]", "<a@[127.0.0.1:25]>")]
    [InlineData("j\u00F6rg@ex\u00E4mple.com", "<j\u00F6rg@ex\u00E4mple.com>")]
    [InlineData("J\u00F6rg\r\n <a@b>", "J\u00F6rg<a@b>")]
    public void Reads(string raw, string expected) =>
        Assert.Equal(expected, string.Join('|', AddressParser.Parse(Encoding.UTF8.GetBytes(raw)).Select(a => $"{a.Name}<{a.Address}>")));

    [Fact]
    public void MembersOfGroupsAreAddressesLikeOthers()
    {
        var list = AddressParser.Parse("x@y, =?utf-8?Q?Fr=C3=A4nde?=: a@b, c@d;, Nobody:;, e@f"u8);

        Assert.Equal(["x@y", "a@b", "c@d", "e@f"], list.Select(static a => a.Address));
    }

    [Fact]
    public void RepeatedFieldsAreOneList()
    {
        var message = MimeMessage.Parse("To: a@b\r\nCc: x@y\r\nTO: c@d\r\nSender: S <s@t>\r\nReply-To: r@t\r\nBcc: h@t\r\n\r\n"u8.ToArray());

        Assert.Equal(["a@b", "c@d"], message.To.Select(a => a.Address));
        Assert.Equal("x@y", Assert.Single(message.Cc).Address);
        Assert.Equal(new EmailAddress("S", "s@t"), message.Sender);
        Assert.Equal("r@t", Assert.Single(message.ReplyTo).Address);
        Assert.Equal("h@t", Assert.Single(message.Bcc).Address);
        Assert.Empty(message.From);
    }

    [Theory]
    [InlineData("Message-ID: <a@b>", "<a@b>")]
    [InlineData("Message-ID: a@b", "<a@b>")]
    [InlineData("Message-ID: <a @ b (c)>", "<a@b>")]
    [InlineData("Message-ID: <no-at>", "<no-at>")]
    [InlineData("Message-ID: no-at", "<no-at>")]
    [InlineData("Message-ID: <a@b", "<a@b>")]
    [InlineData("Message-ID:", null)]
    [InlineData("Message-ID: two words", null)]
    [InlineData("X: y", null)]
    public void MessageId(string header, string? expected) =>
        Assert.Equal(expected, MimeMessage.Parse(Encoding.ASCII.GetBytes(header + "\r\n\r\n")).MessageId);
}
