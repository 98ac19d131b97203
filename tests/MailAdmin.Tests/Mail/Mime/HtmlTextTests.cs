using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public sealed class HtmlTextTests
{
    [Theory]
    [InlineData("<p>one</p><p>two<br>three</p>", "one\r\ntwo\r\nthree\r\n")]
    [InlineData("<html><head><title>t</title><style>p { a > b }</style></head><body>x</body></html>", "x")]
    [InlineData("<head><p>nobody ended it<body>x", "x")]
    [InlineData("a\r\n  b\t\tc", "a b c")]
    [InlineData("1 < 2 &amp;&lt; 3 <", "1 < 2 &< 3 <")]
    [InlineData("x<!-- <p>hidden</p> -->y<!--[if mso]>z<![endif]-->", "xy")]
    [InlineData("x<script>document.write('<p>')</script>y", "xy")]
    [InlineData("x <b>bold</b> y", "x bold y")]
    [InlineData("x<p unfinished", "x")]
    [InlineData("x<a title=\"1 > 0\" href='>'>y</a>z", "xyz")]
    [InlineData("x<STYLE>p{}</STYLE >y&nbsp;z", "xy\u00a0z")]
    [InlineData("", "")]
    public void Tags_go_and_blocks_become_lines(string html, string text) => Assert.Equal(text, HtmlText.ToText(html));

    [Fact]
    public void The_work_grows_with_the_text_alone()
    {
        foreach (var piece in (string[])["<", "<p", "<!--", "</", "<p>", "<script>", " ", "&lt;", "&", "<p a=b ", " a=\"", "<![CDATA[", "<!DOCTYPE ", "&#"])
        {
            WorkGrowth.Check([], System.Text.Encoding.ASCII.GetBytes(piece), [], static html => HtmlText.ToText(System.Text.Encoding.ASCII.GetString(html)));
        }
    }

    [Fact]
    public void Text_becomes_HTML_that_shows_it_and_gives_it_back()
    {
        const string text = "1 < 2 & \"3\"\r\nsecond";

        var html = HtmlText.FromText(text);

        Assert.Contains("1 &lt; 2 &amp; &quot;3&quot;<br>", html, StringComparison.Ordinal);
        Assert.Equal(text, HtmlText.ToText(html).TrimEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("one\ntwo\r\nthree\rfour\r\n\r\nsix")]
    [InlineData("Grüße 'an' <alle> & \"jeden\" \u00a0\u00ff\u0100€")]
    [InlineData("\U0001f600 \ud83d and \ude00\ud83d")]
    public void Every_character_is_encoded_and_every_line_ends_in_a_break(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(static line => System.Net.WebUtility.HtmlEncode(line));

        Assert.Contains($"\"PlainText\">{string.Join("<br>\r\n", lines)}</div>", HtmlText.FromText(text), StringComparison.Ordinal);
    }
}
