using MailAdmin.Core.Files;
using MailAdmin.Tests.Receive.PowerCut;

namespace MailAdmin.Tests.Files;

/// <summary>What a virus scanner, an indexer, or a backup on Windows does to a file that has just been written.</summary>
public sealed class PatientFileSystemTests : IDisposable
{
    private const int AccessDenied = unchecked((int)0x80070005), SharingViolation = unchecked((int)0x80070020),
        LockViolation = unchecked((int)0x80070021), DiskFull = unchecked((int)0x80070070);

    private readonly TempFolder _folder = new();
    private readonly List<TimeSpan> _waits = [];

    [Theory]
    [InlineData(AccessDenied)]
    [InlineData(SharingViolation)]
    [InlineData(LockViolation)]
    public void A_file_that_is_held_for_a_moment_is_renamed_and_removed_after_it(int refusal)
    {
        File.WriteAllText(_folder["a"], "x");
        var files = Files(refusal, times: 3);
        files.Rename(_folder["a"], _folder["b"], overwrite: false);
        Assert.Equal([_folder["b"]], Directory.GetFiles(_folder));

        Files(refusal, times: 3).Remove(_folder["b"]);
        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Equal(6, _waits.Count);
    }

    [Fact]
    public void A_file_that_stays_held_is_an_error_after_about_a_second()
    {
        File.WriteAllText(_folder["a"], "x");
        var e = Assert.Throws<IOException>(() => Files(SharingViolation, int.MaxValue).Remove(_folder["a"]));
        Assert.Equal(SharingViolation, e.HResult);
        Assert.InRange(_waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait).TotalSeconds, 0.8, 1.2);
    }

    [Fact]
    public void What_does_not_pass_by_itself_is_an_error_at_once()
    {
        File.WriteAllText(_folder["a"], "x");
        Assert.Equal(DiskFull, Assert.Throws<IOException>(() => Files(DiskFull, 1).Remove(_folder["a"])).HResult);
        using var held = Files(0, 0).Lock(_folder["lock"]);
        Assert.ThrowsAny<IOException>(() => Files(0, 0).Lock(_folder["lock"]));
        Assert.Empty(_waits);
    }

    public void Dispose() => _folder.Dispose();

    private PatientFileSystem Files(int refusal, int times) => new(new Held(refusal, times), _waits.Add);

    private sealed class Held(int refusal, int times) : FilesMutant(FileSystem.OfMachine)
    {
        private int _left = times;

        public override void Rename(string from, string to, bool overwrite)
        {
            Refuse();
            base.Rename(from, to, overwrite);
        }

        public override void Remove(string path)
        {
            Refuse();
            base.Remove(path);
        }

        private void Refuse()
        {
            if (_left-- > 0)
            {
                throw refusal == AccessDenied ? new UnauthorizedAccessException() : new IOException("It is held.", refusal);
            }
        }
    }
}
