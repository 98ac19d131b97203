using MailAdmin.Core.Mail.Mime;
using System.Text;

namespace MailAdmin.Tests.Mail.Mime;

public sealed class SpoolTests
{
    private const int Limit = 256 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, false)]
    [InlineData(70_000, false)]
    [InlineData(Limit, false)]
    [InlineData(Limit + 1, true)]
    [InlineData(1_000_000, true)]
    public async Task What_was_written_is_read_from_memory_or_from_a_file(int size, bool inFile)
    {
        var octets = new byte[size];
        new Random(size).NextBytes(octets);
        await using var spool = new Spool();

        foreach (var piece in octets.Chunk(10_007))
        {
            await spool.WriteAsync(piece, Cancel);
        }

        await spool.FlushAsync(Cancel);
        spool.Position = 0;
        var read = new MemoryStream();
        await spool.CopyToAsync(read, Cancel);

        Assert.Equal((inFile, size), (spool.IsInFile, (int)spool.Length));
        Assert.Equal(octets, read.ToArray());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(Limit)]
    public async Task It_starts_over_and_is_read_as_a_message(int size)
    {
        await using var spool = new Spool();
        spool.Write(new byte[size]);
        spool.SetLength(0);
        spool.Position = 0;
        spool.Write(Encoding.ASCII.GetBytes($"Subject: {new string('s', 10)}\r\n\r\n{new string('b', size)}"));
        spool.Flush();

        using var message = await spool.OpenMessageAsync(Cancel);

        Assert.Equal((size == Limit, "ssssssssss", size), (spool.IsInFile, message.Subject, message.TextBody!.Length));
    }
}
