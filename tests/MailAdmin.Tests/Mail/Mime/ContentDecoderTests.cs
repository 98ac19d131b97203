using System.Buffers;
using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

public class ContentDecoderTests
{
    private static byte[] Decode(ContentDecoder decoder, byte[] input, int piece)
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < input.Length; i += piece)
        {
            decoder.Write(input.AsSpan(i, Math.Min(piece, input.Length - i)), output);
        }
        decoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Base64OfAnyLengthInAnyPieces(int piece)
    {
        var random = new Random(1);
        for (var length = 0; length < 6000; length += 1 + length / 10)
        {
            var data = new byte[length];
            random.NextBytes(data);
            foreach (var options in new[] { Base64FormattingOptions.InsertLineBreaks, Base64FormattingOptions.None })
            {
                var encoded = Encoding.ASCII.GetBytes(Convert.ToBase64String(data, options));
                Assert.Equal(data, Decode(new Base64Decoder(), encoded, piece));
                Assert.Equal(data, Decode(new Base64Decoder(), Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(encoded).TrimEnd('=')), piece));
            }
        }
    }

    [Theory]
    [InlineData("-_-_", new byte[] { 0xFB, 0xFF, 0xBF })]
    [InlineData("A", new byte[0])]
    [InlineData("=", new byte[0])]
    [InlineData("QQ==QQ==", new byte[] { 65, 65 })]
    [InlineData("Q\0Q=\u00FF=", new byte[] { 65 })]
    public void OddBase64(string text, byte[] expected) =>
        Assert.Equal(expected, Decode(new Base64Decoder(), Encoding.Latin1.GetBytes(text), 3));

    [Theory]
    [InlineData("a=3Db", "a=b")]
    [InlineData("a=3db", "a=b")]
    [InlineData("a=\r\nb", "ab")]
    [InlineData("a=\nb", "ab")]
    [InlineData("a=\rb", "ab")]
    [InlineData("a= \t \r\nb", "ab")]
    [InlineData("a= b", "a= b")]
    [InlineData("a==3D", "a==")]
    [InlineData("a=3", "a=3")]
    [InlineData("a=", "a")]
    [InlineData("a=zz", "a=zz")]
    [InlineData("a=3=3D", "a=3=")]
    [InlineData("a_b", "a_b")]
    [InlineData("trailing \r\nblank", "trailing \r\nblank")]
    public void QuotedPrintableInAnyPieces(string text, string expected)
    {
        for (var piece = 1; piece <= text.Length; piece++)
        {
            Assert.Equal(expected, Encoding.Latin1.GetString(Decode(new QuotedPrintableDecoder(), Encoding.Latin1.GetBytes(text), piece)));
        }
    }

    [Theory]
    [InlineData("begin 644 cat.txt\n#0V%T\n`\nend\n", "Cat")]
    [InlineData("begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nafter\r\n", "Cat")]
    [InlineData("before\nbegin 644 cat.txt\n#0V%T\n#0V%T", "CatCat")]
    [InlineData("begin 644 \n!0P", "C")]
    [InlineData("#0V%T\n", "")]
    [InlineData("", "")]
    public void Uuencode(string text, string expected)
    {
        for (var piece = 1; piece <= text.Length; piece++)
        {
            Assert.Equal(expected, Encoding.Latin1.GetString(Decode(new UuDecoder(), Encoding.Latin1.GetBytes(text), piece)));
        }
    }

    [Theory]
    [InlineData("base64", nameof(TransferEncoding.Base64))]
    [InlineData(" \"Base64\" ", nameof(TransferEncoding.Base64))]
    [InlineData("quoted-printable; x", nameof(TransferEncoding.QuotedPrintable))]
    [InlineData("quoted-printable (c)", nameof(TransferEncoding.QuotedPrintable))]
    [InlineData("X-UUENCODE", nameof(TransferEncoding.UUEncode))]
    [InlineData("7bit", nameof(TransferEncoding.Identity))]
    [InlineData("8-bit", nameof(TransferEncoding.Identity))]
    [InlineData("", nameof(TransferEncoding.Identity))]
    [InlineData("text/html", nameof(TransferEncoding.Identity))]
    public void Names(string value, string expected) => Assert.Equal(expected, $"{ContentDecoder.Parse(value)}");
}
