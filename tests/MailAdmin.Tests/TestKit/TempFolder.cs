namespace MailAdmin.Tests.TestKit;

/// <summary>A place on disk that is gone after the test; it stands wherever its path does.</summary>
internal sealed class TempFolder : IDisposable
{
    /// <param name="isMade">False for a place where nothing is yet.</param>
    /// <param name="isInMemory">Where thousands of files are flushed, in memory if the system has a place there.</param>
    public TempFolder(bool isMade = true, bool isInMemory = false)
    {
        Path = System.IO.Path.Combine(
            isInMemory && Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath(), $"mailadmin-test-{Guid.NewGuid():N}");
        if (isMade)
        {
            Directory.CreateDirectory(Path);
        }
    }

    private const string Memory = "/dev/shm";

    public string Path { get; }

    public static implicit operator string(TempFolder folder) => folder.Path;

    /// <summary>A path in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public override string ToString() => Path;

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
        else
        {
            File.Delete(Path);
        }
    }
}
