using MailAdmin.Core.Files;

namespace MailAdmin.Tests.Files;

/// <summary>What is chosen for Windows; the Windows job runs it.</summary>
public class WindowsFilesTests
{
    [Theory]
    [InlineData(false, 0x8u)]
    [InlineData(true, 0x9u)]
    public void A_name_is_on_the_disk_when_renaming_returns(bool overwrite, uint flags) =>
        Assert.Equal(flags, WindowsFiles.MoveFlags(overwrite));

    [Theory]
    [InlineData(false, "D:P(A;;FA;;;S-1-5-21-1-2-3-1001)(A;;FA;;;SY)(A;;FA;;;BA)")]
    [InlineData(true, "D:P(A;OICI;FA;;;S-1-5-21-1-2-3-1001)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)")]
    public void Nothing_is_inherited_and_nobody_else_has_access(bool isFolder, string access) =>
        Assert.Equal(access, WindowsFiles.OwnerOnly("S-1-5-21-1-2-3-1001", isFolder));

    [Fact]
    public void Long_paths_are_written_as_Windows_needs_them()
    {
        var name = new string('a', 250);
        Assert.Equal(@"C:\mail\a.eml", WindowsFiles.ExtendedPath(@"C:\mail\a.eml"));
        Assert.Equal($@"\\?\C:\mail\{name}", WindowsFiles.ExtendedPath($@"C:\mail\{name}"));
        Assert.Equal($@"\\?\UNC\server\share\{name}", WindowsFiles.ExtendedPath($@"\\server\share\{name}"));
        Assert.Equal($@"\\?\C:\mail\{name}", WindowsFiles.ExtendedPath($@"\\?\C:\mail\{name}"));
    }

    [FactOn(TestSystem.Windows)]
    public void A_file_is_renamed_and_protected()
    {
        using var folder = new TempFolder();
        OwnFile.WriteNew(folder["a"], "x"u8);
        FileSystem.OfMachine.Rename(folder["a"], folder["b"], overwrite: false);
        Assert.Equal("x", File.ReadAllText(folder["b"]));
        Assert.ThrowsAny<IOException>(() => FileSystem.OfMachine.Rename(folder["none"], folder["c"], overwrite: false));
    }
}
