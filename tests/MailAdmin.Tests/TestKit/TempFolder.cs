namespace MailAdmin.Tests.TestKit;

/// <summary>A place on disk that is gone after the test; it stands wherever its path does.</summary>
internal sealed class TempFolder : IDisposable
{
    /// <param name="isMade">False for a place where nothing is yet.</param>
    public TempFolder(bool isMade = true)
    {
        if (isMade)
        {
            Directory.CreateDirectory(Path);
        }
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"mailadmin-test-{Guid.NewGuid():N}");

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
