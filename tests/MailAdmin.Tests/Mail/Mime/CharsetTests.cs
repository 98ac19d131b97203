using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class CharsetTests
{
    [Theory]
    [InlineData("utf8", 65001)]
    [InlineData("UTF-8", 65001)]
    [InlineData("\"utf-8\"", 65001)]
    [InlineData("utf-8; format=flowed", 65001)]
    [InlineData("us-ascii", 20127)]
    [InlineData("iso-8859-1", 1252)]
    [InlineData("cp1252", 1252)]
    [InlineData("windows-1251", 1251)]
    [InlineData("win1251", 1251)]
    [InlineData("x-cp1250", 1250)]
    [InlineData("iso-8859-2", 28592)]
    [InlineData("iso-8859-15", 28605)]
    [InlineData("ks_c_5601-1987", 949)]
    [InlineData("euc-kr", 949)]
    [InlineData("gb2312", 54936)]
    [InlineData("GBK", 54936)]
    [InlineData("big5", 950)]
    [InlineData("shift_jis", 932)]
    [InlineData("euc-jp", 51932)]
    [InlineData("koi8-u", 21866)]
    [InlineData("ibm850", 850)]
    [InlineData("tis-620", 874)]
    [InlineData("x-unknown", null)]
    [InlineData("utf-7", null)]
    [InlineData("cp99999", null)]
    [InlineData("cp000", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("a name that is much too long to be the name of a charset", null)]
    public void Names(string? name, int? codePage) => Assert.Equal(codePage, CharsetResolver.Find(name)?.CodePage);

    // The tests' own initializer hides what happens without it: MimeKit, used first by MailKit, reads KOI8-R as Latin-1.
    [Fact]
    public void CodePagesAreRegisteredBeforeAnythingCanUseMimeKit() => Assert.NotNull(typeof(CharsetResolver).Assembly
        .GetType("MailAdmin.Core.Mail.Mime.CodePages")!.GetMethod("Register", BindingFlags.Static | BindingFlags.NonPublic)!
        .GetCustomAttribute<ModuleInitializerAttribute>());

    [Fact]
    public void AByteOrderMarkIsBelievedAndDropped()
    {
        Assert.Equal("a", CharsetResolver.Decode([0xEF, 0xBB, 0xBF, (byte)'a'], "iso-8859-1"));
        Assert.Equal("a", CharsetResolver.Decode([0xFF, 0xFE, (byte)'a', 0], null));
        Assert.Equal("a", CharsetResolver.Decode([0xFE, 0xFF, 0, (byte)'a'], "utf-8"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("us-ascii")]
    [InlineData("utf-8")]
    public void Iso2022NeedsNoName(string? charset) =>
        Assert.Equal("a\u3042b", CharsetResolver.Decode("a\u001B$B$\"\u001B(Bb"u8, charset));

    [Theory]
    [InlineData("<html><head><meta charset=koi8-r>", "koi8-r")]
    [InlineData("<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=KOI8-R\">", "koi8-r")]
    [InlineData("<meta charset='koi8-r'/>", "koi8-r")]
    [InlineData("<body>charset=koi8-r", null)]
    [InlineData("charset=koi8-r", null)]
    [InlineData("<p>none", null)]
    [InlineData("<meta charset=", null)]
    public void AnHtmlPageMayNameItsCharset(string html, string? expected)
    {
        Assert.Equal(expected, CharsetResolver.InHtml(Encoding.ASCII.GetBytes(html)));

        var message = MimeMessage.Parse(Encoding.Latin1.GetBytes($"Content-Type: text/html\r\n\r\n{html} \u00F4"));
        Assert.EndsWith(expected is null ? "\u00F4" : "\u0422", message.HtmlBody);
    }
}
