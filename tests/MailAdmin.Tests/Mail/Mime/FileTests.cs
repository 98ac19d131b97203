using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

[Collection(MeasuredCollection.Name)]
public sealed class FileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ABigAttachmentIsSavedInLittleMemory()
    {
        const int Size = 16 * 1024 * 1024;
        var path = Path.Combine(_folder, "big.eml");
        var hash = WriteMessage(path, Size);
        // The first time makes what is made once.
        await Save(path);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var saved = await Save(path);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.Equal(hash, SHA256.HashData(File.ReadAllBytes(saved)));
        Assert.True(allocated < Size / 10, $"{allocated} bytes allocated to save {Size}");

        async Task<string> Save(string path)
        {
            using var message = await MimeMessage.OpenAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal("big", message.Subject);
            Assert.Equal("see attachment", message.TextBody);
            var attachment = Assert.Single(message.Attachments);
            await using var file = new AttachmentFolder(_folder).Create(attachment.SafeName());
            Assert.Equal(Size, await attachment.DecodeToAsync(file, TestContext.Current.CancellationToken));
            return file.Name;
        }
    }

    private static byte[] WriteMessage(string path, int size)
    {
        var data = new byte[size];
        new Random(1).NextBytes(data);
        using var writer = new StreamWriter(path, false, Encoding.ASCII) { NewLine = "\r\n" };
        writer.Write("Subject: big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee attachment\r\n--b\r\n");
        writer.Write("Content-Type: application/octet-stream; name=big.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        for (var i = 0; i < size; i += 57)
        {
            writer.WriteLine(Convert.ToBase64String(data, i, Math.Min(57, size - i)));
        }
        writer.Write("--b--\r\n");
        return SHA256.HashData(data);
    }

    [Fact]
    public async Task EveryMessageIsTheSameFromAFileAndMemory()
    {
        var path = Path.Combine(_folder, "a.eml");
        foreach (var bytes in MimeCorpus.All)
        {
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
            var memory = MimeMessage.Parse(bytes);
            using var file = await MimeMessage.OpenAsync(path, TestContext.Current.CancellationToken);

            Assert.Equal(await Describe(memory), await Describe(file));
        }

        static async Task<string> Describe(MimeMessage message)
        {
            var text = new StringBuilder($"{message.Subject} {message.TextBody} {message.HtmlBody}\n{MimeChecks.Outline(message.Root)}");
            foreach (var part in message.Root.Walk())
            {
                var decoded = new MemoryStream();
                Assert.Equal(part.Decode().Length, await part.DecodeToAsync(decoded, TestContext.Current.CancellationToken));
                Assert.Equal(part.Decode(), decoded.ToArray());
                text.Append(Convert.ToHexString(SHA256.HashData(part.Decode())));
            }
            return text.ToString();
        }
    }

    [Fact]
    public async Task AHeaderLongerThanTheWindowIsRead()
    {
        var path = Path.Combine(_folder, "a.eml");
        var name = new string('x', 1_000_000);
        await File.WriteAllTextAsync(path, $"Subject: {name}\r\nX: {name}\r\nTo: a@b\r\n\r\nbody", TestContext.Current.CancellationToken);

        using var message = await MimeMessage.OpenAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(name, message.Subject);
        Assert.Equal("a@b", Assert.Single(message.To).Address);
        Assert.Equal("body", message.TextBody);
    }

    [Fact]
    public async Task DisposingClosesTheFile()
    {
        var path = Path.Combine(_folder, "a.eml");
        await File.WriteAllTextAsync(path, "Subject: x\r\n\r\nbody", TestContext.Current.CancellationToken);

        var message = await MimeMessage.OpenAsync(path, TestContext.Current.CancellationToken);
        message.Dispose();

        Assert.Equal("x", message.Subject);
        Assert.Throws<ObjectDisposedException>(() => message.Root.Decode());
    }

    [Fact]
    public Task AMissingFileIsAnIOException() =>
        Assert.ThrowsAsync<FileNotFoundException>(() => MimeMessage.OpenAsync(Path.Combine(_folder, "none.eml"), TestContext.Current.CancellationToken));
}
