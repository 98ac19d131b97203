using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

public sealed class ModifiedUtf7Tests
{
    [Theory]
    [InlineData("INBOX", "INBOX")]
    [InlineData("R&D", "R&-D")]
    [InlineData("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")] // RFC 3501 section 5.1.3
    [InlineData("Entwürfe", "Entw&APw-rfe")]
    [InlineData("😀", "&2D3eAA-")]
    [InlineData("a\tb", "a&AAk-b")]
    [InlineData("ü&ü", "&APw-&-&APw-")]
    public void Names_go_there_and_back(string name, string encoded)
    {
        Assert.Equal(encoded, ModifiedUtf7.Encode(name));
        Assert.Equal(name, ModifiedUtf7.Decode(Encoding.ASCII.GetBytes(encoded)));
    }

    [Theory]
    [InlineData("&")]
    [InlineData("a&b")]
    [InlineData("&AP")]
    [InlineData("&A-")]
    [InlineData("&APx-")] // bits left over
    [InlineData("&AP!-")]
    [InlineData("\u00fc")]
    public void What_is_not_in_the_encoding_is_said_to_be_so(string octets) =>
        Assert.Null(ModifiedUtf7.Decode(Encoding.Latin1.GetBytes(octets)));

    [Fact]
    public void Every_text_survives()
    {
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 0x80 : 0x10000))]);
            var encoded = ModifiedUtf7.Encode(name);
            Assert.Equal(name, ModifiedUtf7.Decode(Encoding.ASCII.GetBytes(encoded)));
            Assert.All(encoded, c => Assert.InRange(c, ' ', '~'));
        }
    }
}
