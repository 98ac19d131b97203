using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class ParameterTests
{
    [Theory]
    [InlineData("a/b; name=x.txt", "x.txt")]
    [InlineData("a/b; name=\"x y.txt\"", "x y.txt")]
    [InlineData("a/b; name=x y.txt", "x y.txt")]
    [InlineData("a/b; name=x y.txt; size=1", "x y.txt")]
    [InlineData("a/b; NAME = x.txt ", "x.txt")]
    [InlineData("a/b;;; name=x.txt;", "x.txt")]
    [InlineData("a/b name=x.txt", "x.txt")]
    [InlineData("a/b, name=x.txt", "x.txt")]
    [InlineData("a/b; size=1 name=\"x.txt\"", "x.txt")]
    [InlineData("a/b; x=\"1\" name=\"x.txt\"", "x.txt")]
    [InlineData("a/b (c); (d) name=x.txt", "x.txt")]
    [InlineData("a/b; name=x.txt; name=y.txt", "x.txt")]
    [InlineData("a/b; name=\"a \\\"b\\\".txt\"", "a \"b\".txt")]
    [InlineData("a/b; name=\"a \"b\" c.txt\"", "a \"b\" c.txt")]
    [InlineData("a/b; name=\"a \"b\" c.txt\"; size=1", "a \"b\" c.txt")]
    [InlineData("a/b; name=\"no end.txt", "no end.txt")]
    [InlineData("a/b; name=\"no end.txt; size=1", "no end.txt")]
    [InlineData("a/b; name=\"C:\\folder\\x.txt\"", "C:\\folder\\x.txt")]
    [InlineData("a/b; name=\"C:\\folder\\\"", "C:\\folder\\")]
    [InlineData("a/b; name=\"a;b.txt\"; size=1", "a;b.txt")]
    [InlineData("a/b; name=", null)]
    [InlineData("a/b; name", null)]
    [InlineData("a/b; =x; name=y", "y")]
    [InlineData("a/b; name*=utf-8''%C3%A9.txt", "\u00E9.txt")]
    [InlineData("a/b; name*=UTF-8'en-us'%c3%a9%20b.txt", "\u00E9 b.txt")]
    [InlineData("a/b; name*=\"utf-8''%C3%A9.txt\"", "\u00E9.txt")]
    [InlineData("a/b; name*=%C3%A9.txt", "\u00E9.txt")]
    [InlineData("a/b; name*=utf-8''100%.txt", "100%.txt")]
    [InlineData("a/b; name*=x-none''%E9.txt", "\u00E9.txt")]
    [InlineData("a/b; name*0=one; name*1=two.txt", "onetwo.txt")]
    [InlineData("a/b; name*1=two.txt; name*0=one", "onetwo.txt")]
    [InlineData("a/b; name*0*=utf-8''%C3; name*1*=%A9; name*2=\".txt\"", "\u00E9.txt")]
    [InlineData("a/b; name*0=a; name*0=b; name*1=c", "ac")]
    [InlineData("a/b; name=plain.txt; name*=utf-8''%C3%A9.txt", "\u00E9.txt")]
    [InlineData("a/b; name==?utf-8?Q?=C3=A9.txt?=", "\u00E9.txt")]
    [InlineData("a/b; name=\"=?utf-8?B?w6kudHh0?=\"", "\u00E9.txt")]
    [InlineData("a/b; name*0=\"=?utf-8?Q?=C3=\"; name*1=\"A9.txt?=\"", "\u00E9.txt")]
    [InlineData("a/b; name=\"a\r\n b.txt\"", "a b.txt")]
    [InlineData("a/b; name=\u00C3\u00A9.txt", "\u00E9.txt")]
    [InlineData("a/b; name=\u00E9.txt", "\u00E9.txt")]
    [InlineData("a/b; name*99999999999999999999=x", null)]
    public void Name(string value, string? expected) =>
        Assert.Equal(expected, MimeMessage.Parse(Encoding.Latin1.GetBytes($"Content-Type: {value}\r\n\r\n")).Root.FileName);

    [Theory]
    [InlineData("text/plain", "text/plain")]
    [InlineData("TEXT/HTML; charset=x", "text/html")]
    [InlineData(" text / html ", "text/html")]
    [InlineData("(comment) text/html", "text/html")]
    [InlineData("\"text/html\"", "text/html")]
    [InlineData("text", "text/plain")]
    [InlineData("", "text/plain")]
    [InlineData("text/", "text/plain")]
    [InlineData("multipart", "multipart/mixed")]
    [InlineData("pdf", "application/octet-stream")]
    [InlineData("/pdf", "application/octet-stream")]
    [InlineData("; name=x", "application/octet-stream")]
    [InlineData("application/x-zip-compressed;x=y", "application/x-zip-compressed")]
    public void MediaType(string value, string expected) =>
        Assert.Equal(expected, MimeMessage.Parse(Encoding.ASCII.GetBytes($"Content-Type: {value}\r\n\r\n")).Root.ContentType.Value);

    [Theory]
    [InlineData("attachment; filename=a.txt", "attachment", "a.txt")]
    [InlineData("ATTACHMENT", "attachment", null)]
    [InlineData("filename=a.txt", "", "a.txt")]
    [InlineData("; filename=a.txt", "", "a.txt")]
    [InlineData("attachment filename=a.txt", "attachment", "a.txt")]
    [InlineData("", "", null)]
    public void Disposition(string value, string type, string? name)
    {
        var part = MimeMessage.Parse(Encoding.ASCII.GetBytes($"Content-Disposition: {value}\r\n\r\n")).Root;

        Assert.Equal(type, part.Disposition.Value);
        Assert.Equal(name, part.FileName);
    }

    [Fact]
    public void TheDispositionsNameComesFirst()
    {
        var part = MimeMessage.Parse("Content-Type: a/b; name=t\r\nContent-Disposition: attachment; filename=d\r\n\r\n"u8.ToArray()).Root;

        Assert.Equal("d", part.FileName);
        Assert.Equal("t", part.ContentType["Name"]);
    }
}
