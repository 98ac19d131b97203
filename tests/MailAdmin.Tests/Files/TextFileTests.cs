using System.Text;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Files;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Files;

/// <summary>Editors and PowerShell on Windows write byte order marks and UTF-16; a file is what it says.</summary>
public sealed class TextFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<Encoding> Encodings =>
        [new UTF8Encoding(false), new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true)];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Is_read_in_every_encoding(Encoding encoding)
    {
        var path = _folder["a.json"];
        File.WriteAllText(path, "{\"name\": \"M\u00FCller\"}", encoding);
        Assert.Equal("{\"name\": \"M\u00FCller\"}", TextFile.Read(path));

        File.WriteAllText(path, """{"version":1,"connections":[]}""", encoding);
        Assert.Empty(new ConnectionFile(path).Read());

        File.WriteAllText(
            path, """{"version":1,"mailbox":"m","folder":"f","position":"p","left":[],"checkedAt":"2026-01-01T00:00:00Z"}""", encoding);
        Assert.Equal("p", FolderStateFile.Read(path)!.Position);
    }

    public void Dispose() => _folder.Dispose();
}
