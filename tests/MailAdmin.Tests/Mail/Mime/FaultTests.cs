using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>Broken mail, and mail that would do harm; the numbers are those of the project's list of faults.</summary>
public class FaultTests
{
    private static MimeMessage Parse(string text) => MimeMessage.Parse(Encoding.Latin1.GetBytes(text));

    [Theory]
    [InlineData("", 0, null)]
    [InlineData("\r\nFrom: a@b\r\n", 0, "From: a@b\r\n")]
    [InlineData("\nbody", 0, "body")]
    [InlineData("no header here\r\nnor here\r\n", 0, "no header here\r\nnor here\r\n")]
    [InlineData("// not a message: it has a colon\n", 0, "// not a message: it has a colon\n")]
    [InlineData("From joe Fri May  4 14:05:44 2001\nSubject: x\n\nbody", 1, "body")]
    [InlineData("Subject: only a header", 1, "")]
    public void Fault_41_NoHeadersEmptyLineFirstOrNothingAtAll(string text, int fields, string? body)
    {
        var message = Parse(text);

        Assert.Equal(fields, message.Headers.Count);
        Assert.Equal(body ?? "", message.TextBody);
        Assert.Equal(text.Length, message.Root.EndOffset);
    }

    [Theory]
    [InlineData("Subject: =?utf-8?Q?a=0D=0ABcc:_evil@example.com?=")]
    [InlineData("Subject: =?utf-8?B?YQ0KQmNjOiBldmls?=")]
    [InlineData("Subject: a\0b\rc\u000Bd")]
    [InlineData("Subject: =?utf-8?Q?=E2=80=A8line?=")]
    [InlineData("From: =?utf-8?Q?a=0D=0AX:?= <a@b>")]
    [InlineData("From: \"a\rb\" <a\rb@c\0d>")]
    [InlineData("From: =?utf-8?Q?a=0D=0A?=@b, <=?utf-8?Q?=0A?=@b>")]
    [InlineData("Message-ID: <a\rb\0@c>")]
    [InlineData("Content-Type: application/x; name*=utf-8''a%0D%0AX%3A%20y%00.txt")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?Q?a=0D=0Ab?=.txt\"")]
    [InlineData("Content-Disposition: attachment\r; filename=a\rb.txt")]
    [InlineData("Content-ID: <a\rb=?utf-8?Q?=0A?=@c>")]
    [InlineData("Content-Type: a\rb/c\0d; x\ry=z")]
    public void Fault_50_NoLineBreakComesOutOfAHeader(string header)
    {
        var message = Parse(header + "\r\n\r\nbody");

        var texts = message.From.SelectMany(a => new[] { a.Name, a.Address })
            .Concat([message.Subject, message.MessageId, message.Root.FileName, message.Root.ContentId, message.Root.ContentType.Value])
            .Concat(message.Headers.Select(h => h.Value)).Concat(message.Headers.Select(h => h.Name));
        foreach (var text in texts)
        {
            MimeChecks.IsOneLine(text);
            Assert.DoesNotContain('\0', text ?? "");
        }
        MimeChecks.IsSafe(message.Root.SafeName());
    }

    [Fact]
    public void Fault_51_NulBytesAreKeptInBodies() =>
        Assert.Equal("a\0b", Parse("Subject: x\0y\r\n\r\na\0b").TextBody);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public void Fault_51_AnyLineEndWillDo(string end)
    {
        var text = "Subject: a\n b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n\n--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBO\nRw0K\n--x--\n";

        var message = Parse(text.Replace("\n", end));

        Assert.Equal("a b", message.Subject);
        Assert.Equal("text" + end, message.TextBody);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], Assert.Single(message.Attachments).Decode());
    }

    [Theory]
    [InlineData("x-unknown", "caf\u00C3\u00A9", "caf\u00E9")]
    [InlineData("x-unknown", "caf\u00E9", "caf\u00E9")]
    [InlineData("us-ascii", "\u0093quoted\u0094", "\u201Cquoted\u201D")]
    [InlineData("", "caf\u00C3\u00A9", "caf\u00E9")]
    [InlineData("utf-8", "caf\u00E9 \u00FC", "caf\u00E9 \u00FC")]
    [InlineData("utf-8", "\u00C3\u00A9\u00C3\u00A9\u00E9", "\u00E9\u00E9\uFFFD")]
    public void Fault_51_UnknownOrWrongCharset(string charset, string latin1, string expected) =>
        Assert.Equal(expected, Parse($"Content-Type: text/plain; charset={charset}\r\n\r\n{latin1}").TextBody);

    [Theory]
    [InlineData("base64", "SGVs*bG8=", "Hello")]
    [InlineData("base64", "SGVsbG8", "Hello")]
    [InlineData("base64", "SGVs\r\n bG8=\r\n", "Hello")]
    [InlineData("base64", "SGVsbG8=SGVsbG8=", "HelloHello")]
    [InlineData("base64", "This is not base64, whatever the header says.", "This is not base64, whatever the header says.")]
    [InlineData("quoted-printable", "a=3Db=zz=4", "a=b=zz=4")]
    [InlineData("quoted-printable", "a= \t\r\nb=\nc=", "abc")]
    [InlineData("8-bit", "a=3Db", "a=3Db")]
    [InlineData("BASE64;", "SGVsbG8=", "Hello")]
    public void Fault_51_BadTransferEncoding(string encoding, string body, string expected) =>
        Assert.Equal(expected, Parse($"Content-Transfer-Encoding: {encoding}\r\n\r\n{body}").TextBody);

    [Fact]
    public void Fault_51_WithoutAClosingBoundaryAttachmentsAreKept()
    {
        var message = Parse("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF");

        Assert.Equal("%PDF", Encoding.ASCII.GetString(Assert.Single(message.Attachments).Decode()));
    }

    [Fact]
    public void Fault_52_NothingIsFetchedJoinedOrNamedByAUuencodedBody()
    {
        var message = Parse("""
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: message/external-body; access-type=local-file; name="/etc/passwd"

            Content-Type: text/plain

            --x
            Content-Type: message/partial; id="1"; number=2; total=2

            second half
            --x
            Content-Type: application/octet-stream
            Content-Transfer-Encoding: x-uuencode

            begin 777 ../../.bashrc
            #0V%T
            `
            end
            --x--
            """);

        var parts = message.Root.Children;
        Assert.Equal("Content-Type: text/plain\n", Encoding.ASCII.GetString(parts[0].Decode()).ReplaceLineEndings("\n"));
        Assert.Null(parts[0].Message);
        Assert.Equal("second half", Encoding.ASCII.GetString(parts[1].Decode()));
        Assert.Null(parts[1].Message);
        Assert.Equal("Cat", Encoding.ASCII.GetString(parts[2].Decode()));
        Assert.Equal("attachment.bin", parts[2].SafeName());
    }
}
