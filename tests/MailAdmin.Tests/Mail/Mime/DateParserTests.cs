using System.Globalization;
using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class DateParserTests
{
    [Theory]
    [InlineData("Fri, 4 May 2001 14:05:44 -0400", "2001-05-04T14:05:44-04:00")]
    [InlineData("4 May 2001 14:05:44 +0530", "2001-05-04T14:05:44+05:30")]
    [InlineData("Fri,4 May 2001 14:05 GMT", "2001-05-04T14:05:00+00:00")]
    [InlineData("Fri, 4 May 01 14:05:44 EDT", "2001-05-04T14:05:44-04:00")]
    [InlineData("Fri, 4 May 99 14:05:44 -0000", "1999-05-04T14:05:44+00:00")]
    [InlineData("Fri, 4 May 101 14:05:44 Z", "2001-05-04T14:05:44+00:00")]
    [InlineData("Fri, 4 May 2001 14:05:44 (comment) +0200 (CEST)", "2001-05-04T14:05:44+02:00")]
    [InlineData("Fri, 4 May 2001 09(c):   05  :  44 -0600", "2001-05-04T09:05:44-06:00")]
    [InlineData("Fri May  4 14:05:44 2001", "2001-05-04T14:05:44+00:00")]
    [InlineData("Fri May  4 14:05:44 EST 2001", "2001-05-04T14:05:44-05:00")]
    [InlineData("May 4, 2001 2:05:44 PM", "2001-05-04T14:05:44+00:00")]
    [InlineData("4 May 2001 12:05:44 AM", "2001-05-04T00:05:44+00:00")]
    [InlineData("04-May-2001 14:05:44 +0200", "2001-05-04T14:05:44+02:00")]
    [InlineData("04-MAY-01 14:05:44", "2001-05-04T14:05:44+00:00")]
    [InlineData("2001-05-04T14:05:44Z", "2001-05-04T14:05:44+00:00")]
    [InlineData("2001-05-04T14:05:44.123+02:00", "2001-05-04T14:05:44+02:00")]
    [InlineData("2001-05-04 14:05", "2001-05-04T14:05:00+00:00")]
    [InlineData("Fri, 4 May 2001 14.05.44 +0200", "2001-05-04T14:05:44+02:00")]
    [InlineData("4.5.2001 14.05", "2001-05-04T14:05:00+00:00")]
    [InlineData("Fri, 4 May 2001 14:05:44+0200", "2001-05-04T14:05:44+02:00")]
    [InlineData("Fri, 4 May 2001 14:05:44 GMT+0200", "2001-05-04T14:05:44+02:00")]
    [InlineData("Fri, 4 May 2001 14:05:44 +02", "2001-05-04T14:05:44+02:00")]
    [InlineData("Fri, 31 Dec 2016 23:59:60 +0000", "2016-12-31T23:59:59+00:00")]
    [InlineData("Fri, 4 May 2001 24:00:00 +0000", "2001-05-05T00:00:00+00:00")]
    [InlineData("Fri, 4 May 2001", "2001-05-04T00:00:00+00:00")]
    [InlineData("Fri, 4 May 2001 14:05:44 +9999", "2001-04-30T09:26:44+00:00")]
    [InlineData("Freitag, 4. Mai 2001 14:05:44", null)]
    [InlineData("Fri, 32 May 2001 14:05:44 -0400", null)]
    [InlineData("Fri, 29 Feb 2001 14:05:44 -0400", null)]
    [InlineData("1 Jan 0001 00:00:00 +0100", null)]
    [InlineData("31 Dec 9999 23:59:59 -0100", null)]
    [InlineData("31 Dec 99999 23:59:59 -0100", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    [InlineData("- - : + /", null)]
    [InlineData("::: 4 May 2001", null)]
    public void Reads(string raw, string? expected) =>
        Assert.Equal(
            expected is null ? null : DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture),
            DateParser.Parse(Encoding.ASCII.GetBytes(raw)));

    [Fact]
    public void TheZoneIsKept() => Assert.Equal(TimeSpan.FromHours(-4), DateParser.Parse("Fri, 4 May 2001 14:05:44 -0400"u8)!.Value.Offset);
}
