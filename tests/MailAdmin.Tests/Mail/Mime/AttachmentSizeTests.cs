using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>The size of an attachment is that of what is saved, also where it is told without decoding.</summary>
public sealed class AttachmentSizeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("QQ==")]
    [InlineData("QUI=")]
    [InlineData("QUJD")]
    [InlineData("QUI")]
    [InlineData("QUJDR")]
    [InlineData("QUI=\r\n\r\n")]
    [InlineData("QUI=QUI=")]
    [InlineData("QQ==\r\nQQ==")]
    [InlineData("QUJD====")]
    [InlineData("QU JD")]
    [InlineData("-_-_")]
    [InlineData("QUJD\r\n-- \r\nA list's footer, in plain text.")]
    [InlineData("no base64 at all. Words, and more words, and full stops.")]
    public Task The_size_is_that_of_the_decoded_content(string encoded) => CompareAsync(encoded);

    [Fact]
    public async Task So_it_is_for_damaged_content_of_any_length()
    {
        var random = new Random(21);
        foreach (var length in Enumerable.Range(0, 200).Concat([48_000, 65_536, 100_001, 200_000]))
        {
            var octets = new byte[length];
            random.NextBytes(octets);
            var encoded = Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks);
            Assert.Equal(length, await CompareAsync(encoded));
            if (length > 0)
            {
                var at = random.Next(encoded.Length);
                await CompareAsync(encoded.Remove(at, 1));
                await CompareAsync(encoded.Insert(at, "=\n\r*-\0 "[random.Next(7)].ToString()));
            }
        }
    }

    private static async Task<long> CompareAsync(string encoded)
    {
        var octets = Encoding.Latin1.GetBytes("Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded);
        using var message = MimeMessage.Parse(octets);
        using var decoded = new MemoryStream();
        var size = await message.Root.DecodeToAsync(decoded, Cancel);
        Assert.Equal(decoded.Length, size);
        Assert.Equal(size, await message.Root.DecodeToAsync(Stream.Null, Cancel));
        return size;
    }
}
