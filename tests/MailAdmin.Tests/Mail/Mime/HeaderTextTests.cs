using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class HeaderTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("  two  blanks  ", "two  blanks")]
    [InlineData("a\r\n b", "a b")]
    [InlineData("a\r\n\tb", "a\tb")]
    [InlineData("=?iso-8859-1?q?caf=E9?=", "caf\u00E9")]
    [InlineData("=?UTF-8?B?w6k=?=", "\u00E9")]
    [InlineData("=?utf-8?Q?a_b=5F?=", "a b_")]
    [InlineData("=?utf-8*en?Q?a?=", "a")]
    [InlineData("x =?utf-8?Q?a?= y", "x a y")]
    [InlineData("=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab")]
    [InlineData("=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=E9?=", "a\u00E9")]
    [InlineData("=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c")]
    [InlineData("=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "\u00E9")]
    [InlineData("=?utf-8?B?w?= =?utf-8?B?6k=?=", "\u00E9")]
    [InlineData("=?utf-8?B?YQ==?= =?utf-8?B?Yg==?=", "ab")]
    [InlineData("=?iso-2022-jp?B?GyRCJCIbKEI=?=", "\u3042")]
    [InlineData("=?Shift_JIS?B?gqA=?=", "\u3042")]
    [InlineData("=?ks_c_5601-1987?B?sKE=?=", "\uAC00")]
    [InlineData("=?gb2312?Q?=C4=E3?=", "\u4F60")]
    [InlineData("=?koi8-r?Q?=F4?=", "\u0422")]
    [InlineData("=?cp1252?Q?=80?=", "\u20AC")]
    [InlineData("=?utf-8?Q?with space?=", "with space")]
    [InlineData("pre=?utf-8?Q?=C3=A9?=post", "pre\u00E9post")]
    [InlineData("=?utf-8?Q?no end", "no end")]
    [InlineData("=?utf-8?X?what?=", "=?utf-8?X?what?=")]
    [InlineData("=?utf 8?Q?what?=", "=?utf 8?Q?what?=")]
    [InlineData("=??Q?what?=", "=??Q?what?=")]
    [InlineData("=?", "=?")]
    [InlineData("=?utf-8?Q??=", "")]
    [InlineData("=?x-unknown?Q?=C3=A9?=", "\u00E9")]
    [InlineData("1 =?= 2", "1 =?= 2")]
    public void Decodes(string raw, string expected) =>
        Assert.Equal(expected, HeaderText.Decode(Encoding.ASCII.GetBytes(raw)));

    [Fact]
    public void RawUtf8IsRead() => Assert.Equal("S\u00E4ying", HeaderText.Decode(Encoding.UTF8.GetBytes("S\u00E4ying")));

    [Fact]
    public void RawLatin1IsRead() => Assert.Equal("S\u00E4ying \u20AC", HeaderText.Decode([.. "S"u8, 0xE4, .. "ying "u8, 0x80]));

    [Fact]
    public void RawIso2022IsRead() => Assert.Equal("\u3042", HeaderText.Decode("\u001B$B$\"\u001B(B"u8));

    [Fact]
    public void RawBytesAreInTheCharsetOfTheText()
    {
        var message = MimeMessage.Parse(Encoding.Latin1.GetBytes("Subject: \u00F4\u00C5\u00D3\u00D4\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n"));

        Assert.Equal("\u0422\u0435\u0441\u0442", message.Subject);
    }
}
