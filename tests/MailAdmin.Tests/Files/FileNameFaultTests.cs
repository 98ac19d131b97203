using System.Text;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tests.Mail.Mime;

namespace MailAdmin.Tests.Files;

/// <summary>Names of attachments that would do harm; the numbers are those of the project's list of faults.</summary>
public class FileNameFaultTests
{
    private static MimeMessage Parse(string text) => MimeMessage.Parse(Encoding.Latin1.GetBytes(text));

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"..\..\boot.ini", "boot.ini")]
    [InlineData(@"C:\Windows\System32\cmd.exe", "cmd.exe")]
    [InlineData("C:evil.exe", "C_evil.exe")]
    [InlineData("/etc/shadow", "shadow")]
    [InlineData(@"\\server\share\file.doc", "file.doc")]
    [InlineData("\uFF0E\uFF0E\uFF0Fetc\uFF0Fpasswd", ".._etc_passwd")]
    [InlineData("%2e%2e%2fpasswd", "%2e%2e%2fpasswd")]
    [InlineData("..", "attachment.bin")]
    [InlineData(".", "attachment.bin")]
    [InlineData("", "attachment.bin")]
    [InlineData("   ", "attachment.bin")]
    [InlineData("...", "attachment.bin")]
    [InlineData("/", "attachment.bin")]
    [InlineData("\uFF0E\uFF0E", "attachment.bin")]
    [InlineData("~", "attachment.bin")]
    [InlineData("~/.ssh/authorized_keys", "authorized_keys")]
    [InlineData("~root", "_root")]
    [InlineData("-rf", "_rf")]
    [InlineData("folder/", "folder")]
    public void Fault_43_NamesStayInTheFolder(string name, string expected)
    {
        var safe = SafeFileName.From(name, "application/octet-stream");

        Assert.Equal(expected, safe);
        MimeChecks.IsSafe(safe);
        var root = Path.GetFullPath("folder");
        Assert.Equal(root, Path.GetDirectoryName(Path.GetFullPath(Path.Combine(root, safe))));
    }

    [Theory]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("NUL .txt", "_NUL .txt")]
    [InlineData("COM1.log", "_COM1.log")]
    [InlineData("LPT\u00B9", "_LPT\u00B9")]
    [InlineData("conin$", "_conin$")]
    [InlineData("C\u200BON", "_CON")]
    [InlineData("console.txt", "console.txt")]
    [InlineData("x:ads", "x_ads")]
    [InlineData("file.txt::$DATA", "file.txt__$DATA")]
    [InlineData("trailing. . ", "trailing")]
    [InlineData("a<b>c|d?e*f\"g", "a_b_c_d_e_f_g")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData("a\r\nb\0c\u0085d\u2028e", "a__b_c_d_e")]
    [InlineData("e\u0301.txt", "\u00E9.txt")]
    public void Fault_44_NamesAreSafeOnAllSystems(string name, string expected)
    {
        var safe = SafeFileName.From(name, "application/octet-stream");

        Assert.Equal(expected, safe);
        MimeChecks.IsSafe(safe);
    }

    [Theory]
    [InlineData(0xD800)]
    [InlineData(0xDC00)]
    [InlineData(0xFFFE)]
    [InlineData(0xFFFF)]
    [InlineData(0xFDD0)]
    [InlineData(0xE000)]
    [InlineData(0x0378)]
    public void Fault_44_WhatIsNoCharacterIsReplaced(int c) =>
        Assert.Equal("a_b", SafeFileName.From($"a{(char)c}b", "text/plain"));

    [Theory]
    [InlineData("a", 300, ".pdf")]
    [InlineData("\U0001F4A3", 100, ".docx")]
    [InlineData("e\u0301", 2_000_000, ".txt")]
    [InlineData("x", 1000, "")]
    public void Fault_44_LongNamesKeepTheirExtension(string letter, int count, string extension)
    {
        var safe = SafeFileName.From(string.Concat(Enumerable.Repeat(letter, count)) + extension, "text/plain");

        MimeChecks.IsSafe(safe);
        Assert.EndsWith(extension, safe);
        Assert.DoesNotContain('\uFFFD', safe);
    }

    [Fact]
    public async Task Fault_45_NamesThatAreOneNameToAFileSystemNeverMeet()
    {
        using var folder = new TempFolder();
        var outside = Path.Combine(folder, "outside.txt");
        File.WriteAllText(Path.Combine(folder, "dup.txt"), "there before");
        File.WriteAllText(Path.Combine(folder, "not\uFFFFa character"), "");
        File.CreateSymbolicLink(Path.Combine(folder, "link.txt"), outside);
        var target = new AttachmentFolder(folder);
        foreach (var name in new[] { "DUP.txt", "dup.txt", "dup.txt", "r\u00E9.txt", "re\u0301.txt", "link.txt" })
        {
            await using var file = target.Create(Named(name).SafeName());
            await file.WriteAsync(Encoding.UTF8.GetBytes(name), TestContext.Current.CancellationToken);
        }

        var names = Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(
            ["DUP (2).txt", "dup (3).txt", "dup (4).txt", "dup.txt", "link (2).txt", "link.txt", "not\uFFFFa character", "r\u00E9 (2).txt", "r\u00E9.txt"], names);
        Assert.Equal("there before", File.ReadAllText(Path.Combine(folder, "dup.txt")));
        Assert.False(File.Exists(outside));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "DUP (2).txt")));
        }

        static MimePart Named(string name) => MimeMessage.Parse(Encoding.UTF8.GetBytes(
            $"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n")).Root;
    }

    [Fact]
    public void Fault_45_AFileThatAppearsMeanwhileIsNotWrittenOver()
    {
        using var folder = new TempFolder();
        var target = new AttachmentFolder(folder);
        File.WriteAllText(Path.Combine(folder, "a.txt"), "somebody else's");
        using (var file = target.Create(Parse("Content-Type: text/plain; name=a.txt\r\n\r\n").Root.SafeName()))
        {
            Assert.Equal("a (2).txt", Path.GetFileName(file.Name));
        }
        Assert.Equal("somebody else's", File.ReadAllText(Path.Combine(folder, "a.txt")));
    }
}
