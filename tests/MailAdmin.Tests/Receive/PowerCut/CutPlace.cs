namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>A folder that stands for a disk, and the one below it that mail is received to.</summary>
internal sealed class CutPlace : IDisposable
{
    // Thousands are laid out: in memory, where there is a folder for that.
    private static readonly string s_below = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    public CutPlace()
    {
        Root = Directory.CreateDirectory(Path.Combine(s_below, $"mailadmin-{Guid.NewGuid():N}-power")).FullName;
        Destination = new Destination(Path.Combine(Root, "mail"));
    }

    public string Root { get; }

    public Destination Destination { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
