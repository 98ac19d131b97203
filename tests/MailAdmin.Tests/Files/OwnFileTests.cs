using MailAdmin.Core.Files;

namespace MailAdmin.Tests.Files;

/// <summary>The one way to write a file: for its owner alone, through no link, as a whole.</summary>
public sealed class OwnFileTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = Directory.CreateTempSubdirectory("mailadmin-own-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [FactOn(TestSystem.Unix)]
    public void What_is_written_is_for_its_owner_alone()
    {
        var (made, replaced, added) = (At("made"), At("replaced"), At("added"));
        OwnFile.WriteNew(made, "x"u8);
        File.WriteAllText(replaced, "old");
        OwnFile.Replace(replaced, "new"u8);
        OwnFile.Append(added, "x"u8, flush: true);
        var below = OwnFile.MakeFolder(Path.Combine(At("a"), "b"));
        Assert.All([made, replaced, added], file => Assert.Equal(OwnerOnly, Mode(file)));
        Assert.Equal("new", File.ReadAllText(replaced));
        Assert.All([below, At("a")], folder => Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, Mode(folder)));
    }

    [FactOn(TestSystem.Unix)]
    public void No_link_is_followed()
    {
        var victim = At("victim");
        File.WriteAllText(victim, "theirs");
        foreach (var name in new[] { "link", "beside", "beside.new" })
        {
            File.CreateSymbolicLink(At(name), victim);
        }

        Assert.ThrowsAny<IOException>(() => OwnFile.WriteNew(At("link"), "x"u8));
        Assert.ThrowsAny<IOException>(() => OwnFile.Append(At("link"), "x"u8, flush: false));
        OwnFile.Replace(At("link"), "mine"u8);
        OwnFile.Replace(At("beside"), "mine"u8, isLocked: true);
        Assert.Equal("theirs", File.ReadAllText(victim));
        Assert.All(["link", "beside"], name => Assert.Null(new FileInfo(At(name)).LinkTarget));
    }

    [Fact]
    public void A_file_that_can_t_be_replaced_stays_and_nothing_is_left_beside_it()
    {
        Directory.CreateDirectory(Path.Combine(At("taken"), "full"));
        Assert.True(FileFailure.Is(Assert.ThrowsAny<Exception>(() => OwnFile.Replace(At("taken"), "x"u8))));
        Assert.Equal([At("taken")], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void What_can_t_be_written_whole_leaves_nothing()
    {
        Assert.Throws<IOException>(() => OwnFile.WriteNew(At("new"), "x"u8, new Full()));
        Assert.Throws<IOException>(() => OwnFile.Replace(At("new"), "x"u8, files: new Full()));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [FactOn(TestSystem.Linux)]
    public void Two_that_have_a_file_open_do_not_write_over_each_other()
    {
        using (var one = FileSystem.OfMachine.OpenAppend(At("log")))
        using (var other = FileSystem.OfMachine.OpenAppend(At("log")))
        {
            one.Write("one\n"u8);
            other.Write("other\n"u8);
            one.Write("one again\n"u8);
        }

        Assert.Equal("one\nother\none again\n", File.ReadAllText(At("log")));
    }

    private static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);

    private string At(string name) => Path.Combine(_folder, name);

    /// <summary>A disk that takes no octet.</summary>
    private sealed class Full() : Receive.PowerCut.FilesMutant(FileSystem.OfMachine)
    {
        protected override void Write(WritableFile file, ReadOnlySpan<byte> octets) => throw new IOException("No space left on device");
    }
}
