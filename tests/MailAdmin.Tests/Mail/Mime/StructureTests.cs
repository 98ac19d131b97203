using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class StructureTests
{
    private static MimeMessage Parse(string text) => MimeMessage.Parse(Encoding.Latin1.GetBytes(text));

    private static string Text(MimePart part) => Encoding.Latin1.GetString(part.Decode());

    [Fact]
    public void TheLineEndBeforeABoundaryBelongsToTheBoundary()
    {
        var message = Parse("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n\r\n--b\r\n\r\ntwo\r\n--b\n\nthree\n--b--\r\n");

        Assert.Equal(["one\r\n", "two", "three"], message.Root.Children.Select(Text));
    }

    [Fact]
    public void BoundariesThatStartAlikeAreToldApart()
    {
        var message = Parse("""
            Content-Type: multipart/mixed; boundary=abc

            --abc
            Content-Type: multipart/alternative; boundary=abcd

            --abcd

            inner
            --abcd--
            --abc

            outer
            --abc--
            """);

        Assert.Equal("inner", Text(Assert.Single(message.Root.Children[0].Children)));
        Assert.Equal("outer", Text(message.Root.Children[1]));
    }

    [Theory]
    [InlineData("--b ")]
    [InlineData("--b\t ")]
    public void WhiteSpaceAfterABoundaryDoesNotCount(string line) =>
        Assert.Equal("x", Text(Assert.Single(Parse($"Content-Type: multipart/mixed; boundary=b\r\n\r\n{line}\r\n\r\nx\r\n--b-- \r\n").Root.Children)));

    [Theory]
    [InlineData("--bb")]
    [InlineData("--b x")]
    [InlineData(" --b")]
    [InlineData("x--b")]
    [InlineData("--b--x")]
    public void WhatOnlyLooksLikeABoundaryIsText(string line) =>
        Assert.Equal($"x\r\n{line}\r\ny", Text(Assert.Single(
            Parse($"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n{line}\r\ny\r\n--b--").Root.Children)));

    [Fact]
    public void BlanksBehindABoundaryDoNotCountHoweverManyInOnePieceAndInMany()
    {
        var bytes = Encoding.ASCII.GetBytes(
            $"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--{new string(' ', 3000)}\r\n--b\r\n\r\ny\r\n--b--");

        Assert.Equal("x", Text(Assert.Single(MimeMessage.Parse(bytes).Root.Children)));
        Assert.Equal(MimeChecks.Outline(MimeMessage.Parse(bytes).Root), MimeChecks.Outline(MimeChecks.ParseInPieces(bytes, new Random(1))));
    }

    [Fact]
    public void AParentsBoundaryEndsPartsThatWereNotClosed()
    {
        var message = Parse("""
            Content-Type: multipart/mixed; boundary=out

            --out
            Content-Type: multipart/alternative; boundary=in

            --in

            inner
            --out
            Content-Type: message/rfc822

            Content-Type: multipart/mixed; boundary=nested

            --nested

            deep
            --out--
            """);

        Assert.Equal("inner", Text(Assert.Single(message.Root.Children[0].Children)));
        Assert.Equal("deep", Text(Assert.Single(message.Root.Children[1].Message!.Root.Children)));
    }

    [Fact]
    public void ANestedMessageIsAMessage()
    {
        var message = Parse("""
            Subject: outer
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822
            Content-Disposition: attachment

            Subject: inner
            From: x@example.com
            Content-Type: text/html

            <p>inner
            --b--
            """);

        var part = Assert.Single(message.Attachments);
        Assert.Equal("inner", part.Message!.Subject);
        Assert.Equal("<p>inner", part.Message.HtmlBody);
        Assert.Null(message.HtmlBody);
        Assert.Equal("inner.eml", Assert.Single(MailFile.AllOf(message)).FileName);
        Assert.StartsWith("Subject: inner", Text(part));
    }

    [Fact]
    public void AnEncodedNestedMessageIsReadAllTheSame()
    {
        var inner = Convert.ToBase64String("Subject: inner\r\n\r\nbody"u8);

        var message = Parse($"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{inner}\r\n");

        Assert.Equal("inner", message.Root.Message!.Subject);
        Assert.Equal("body", message.Root.Message.TextBody);
    }

    [Fact]
    public void PartsOfADigestAreMessagesUnlessTheySayOtherwise()
    {
        var message = Parse("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\n1\n--b\nContent-Type: text/plain\n\n2\n--b--");

        Assert.Equal("one", message.Root.Children[0].Message!.Subject);
        Assert.Null(message.Root.Children[1].Message);
        Assert.Equal("2", Text(message.Root.Children[1]));
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed", "--guess")]
    [InlineData("Content-Type: multipart/mixed; boundary=", "--guess")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"\"", "------=_Part_1")]
    public void AMissingBoundaryIsTheFirstLineThatLooksLikeOne(string header, string line)
    {
        var message = Parse($"{header}\n\nHello.\n-- \n----------\n{line}\n\none\n{line}\n\ntwo\n{line}--\n");

        Assert.Equal(["one", "two"], message.Root.Children.Select(Text));
    }

    [Fact]
    public void AMultipartWithoutPartsShowsItsText() =>
        Assert.Equal("Nothing here.\n", Parse("Content-Type: multipart/mixed; boundary=other\n\nNothing here.\n").TextBody);

    [Theory]
    [InlineData("Subject: a\nHello\n\nBob", "a", "Hello\n\nBob")]
    [InlineData("Subject: a\nHello\nBob", "a", "Hello\nBob")]
    [InlineData("Subject: a\nnot a field\nX: y\n\nbody", "a", "body")]
    [InlineData("Subject: a\nnot a field: either\nX: y\n\nbody", "a", "body")]
    [InlineData(" Subject: a\n\nbody", "a", "body")]
    [InlineData("\u00EF\u00BB\u00BFSubject: a\n\nbody", "a", "body")]
    [InlineData(">From me\nSubject: a\n\nbody", "a", "body")]
    [InlineData("Subject : a\n\nbody", "a", "body")]
    [InlineData("Subject:a\n \n b\n\nbody", "a  b", "body")]
    [InlineData("Subject:\n a\n\nbody", "a", "body")]
    [InlineData("Subject:\n\nbody", "", "body")]
    [InlineData("subject: a\nSubject: b\n\nbody", "a", "body")]
    public void BrokenHeaderSections(string text, string subject, string body)
    {
        var message = Parse(text);

        Assert.Equal(subject, message.Subject);
        Assert.Equal(body, message.TextBody);
    }

    [Fact]
    public void AParameterThatLostItsFoldIsFound() =>
        Assert.Equal("a.zip", Parse("Content-Type: application/zip;\nname=\"a.zip\"\nSubject: x\n\n").Root.FileName);

    [Fact]
    public void HeadersKeepTheirOrderTheirRepeatsAndTheirBytes()
    {
        var headers = Parse("A: 1\r\nb:\t=?utf-8?Q?=C3=A9?=\r\n folded\r\nA: 2\r\n\r\n").Headers;

        Assert.Equal(["A: 1", "b: \u00E9 folded", "A: 2"], headers.Select(h => h.ToString()));
        Assert.True(headers.TryFind("B", out var raw));
        Assert.Equal("\t=?utf-8?Q?=C3=A9?=\r\n folded", Encoding.ASCII.GetString(raw));
        Assert.Equal("1", headers["a"]);
        Assert.Null(headers["c"]);
    }

    [Fact]
    public void WhatIsAnAttachmentAndWhatIsNot()
    {
        var message = Parse("""
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: multipart/alternative; boundary=a

            --a
            Content-Type: text/plain

            text
            --a
            Content-Type: text/html

            <html>
            --a
            Content-Type: text/calendar

            BEGIN:VCALENDAR
            --a--
            --r
            Content-Type: image/png; name=cid.png
            Content-ID: <logo@x>

            --r--
            --m
            Content-Type: application/pdf; name=no-disposition.pdf

            --m
            Content-Type: application/pdf
            Content-Disposition: inline; filename=inline.pdf

            --m
            Content-Type: image/png
            Content-Disposition: inline
            Content-ID: <i@x>

            --m
            Content-Type: text/plain
            Content-Disposition: ATTACHMENT; filename=notes.txt

            --m
            Content-Type: text/plain

            footer
            --m
            Content-Type: application/ms-tnef; name=winmail.dat

            --m--
            """);

        Assert.Equal("text\r\nfooter", message.TextBody);
        Assert.StartsWith("<html>\r\n<html>", message.HtmlBody);
        Assert.Equal([null, "cid.png", "no-disposition.pdf", "inline.pdf", "notes.txt", "winmail.dat"], message.Attachments.Select(a => a.FileName));
        Assert.Equal("invitation.ics", MailFile.AllOf(message)[0].Name);
        Assert.Empty(message.Files.Pictures);
        Assert.Equal("BEGIN:VCALENDAR", Assert.Single(message.Calendars).GetText());
    }

    [Fact]
    public void AMessageThatIsNothingButAFileHasIt()
    {
        var message = Parse("Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n");

        Assert.Equal("%PDF", Text(Assert.Single(message.Attachments)));
        Assert.Null(message.TextBody);
    }

    [Fact]
    public void TheRootOfARelatedIsTheOneItNames()
    {
        var message = Parse("Content-Type: multipart/related; boundary=b; start=\"<root@x>\"\n\n--b\nContent-Type: text/plain\nContent-ID: <other@x>\n\nother\n--b\nContent-Type: text/html\nContent-ID: <root@x>\n\n<p>\n--b--");

        Assert.Equal("<p>", message.HtmlBody);
        Assert.Null(message.TextBody);
    }

    [Fact]
    public void TheBestAlternativeIsTheLast()
    {
        var message = Parse("Content-Type: multipart/alternative; boundary=b\n\n--b\n\nfirst\n--b\n\nlast\n--b\nContent-Type: text/html\n\n<p>\n--b--");

        Assert.Equal("last", message.TextBody);
        Assert.Equal("<p>", message.HtmlBody);
    }
}
