using System.Text.RegularExpressions;
using MailAdmin.Core.Files;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>What the system sees of a run (strace) is what the seam was told, and nothing else: no write goes past it.</summary>
public sealed partial class SeamTests
{
    private const string Place = "MAILADMIN_TEST_PLACE";

    [FactOn(TestSystem.Linux)]
    public async Task No_change_of_a_file_goes_past_the_seam()
    {
        var strace = Programs.Find("strace");
        Assert.SkipWhen(strace is null, "strace is not installed.");
        using var place = new CutPlace();
        var (calls, temporary) = (Path.Combine(place.Root, "calls"), Directory.CreateDirectory(Path.Combine(place.Root, "tmp")).FullName);
        await TestChild.RunAsync(
            typeof(SeamTests), nameof(Receives),
            new Dictionary<string, string?>
            {
                [Place] = place.Root, ["TMPDIR"] = temporary, ["HOME"] = temporary, ["DOTNET_EnableDiagnostics"] = "0",
            },
            [
                strace!, "-f", "-qq", "-s", "4096", "-o", calls, "-e",
                "trace=open,openat,creat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,truncate,chmod,fchmodat,mknod,mknodat",
            ],
            TestContext.Current.CancellationToken);

        var told = (await File.ReadAllLinesAsync(Path.Combine(place.Root, "told"), TestContext.Current.CancellationToken)).ToHashSet(StringComparer.Ordinal);
        // The runtime's own, and what the test itself writes.
        string[] others = ["/dev/", "/proc/", "/sys/", Path.Combine(place.Root, "told")];
        var seen = (await File.ReadAllLinesAsync(calls, TestContext.Current.CancellationToken))
            .Where(line => !Failed().IsMatch(line) && Changes().IsMatch(line))
            .SelectMany(line => Quoted().Matches(line)).Select(m => m.Groups[1].Value)
            .Where(path => path.StartsWith(place.Destination.Path, StringComparison.Ordinal) || !others.Any(o => path.StartsWith(o, StringComparison.Ordinal)))
            .Distinct().ToArray();
        Assert.DoesNotContain(seen, path => !told.Contains(path));
        // The test sees what it is to see: a message, its temporary name, the ledger, and an attachment.
        foreach (var end in new[] { ".eml", ".mailadmin-part", ".seen", ".json", ".pdf" })
        {
            Assert.Contains(seen, path => path.EndsWith(end, StringComparison.Ordinal));
        }
    }

    [ChildFact]
    public async Task Receives()
    {
        var root = Environment.GetEnvironmentVariable(Place)!;
        using var road = await ReceiveEndToEnd.StartAsync();
        for (var i = 0; i < Scenario.Messages; i++)
        {
            road.Tenant.AddMessage(road.Mailbox, "Many", Scenario.Message($"m{i}"));
        }

        var files = new Listed();
        await using (var store = road.Open(MailProtocol.Graph))
        {
            var options = new ReceiveOptions { Folders = ["Many"], SaveAttachments = true, CopyTo = "Copies", Files = files };
            Assert.Equal(Scenario.Messages, (await new Destination(Path.Combine(root, "mail")).ReceiveAsync(store, options)).Count);
        }

        await File.WriteAllLinesAsync(Path.Combine(root, "told"), files.Paths);
    }

    [GeneratedRegex(@" = -1 |<unfinished|\bresumed>")]
    private static partial Regex Failed();

    // Opening is a change where it may write.
    [GeneratedRegex(@"^\d+\s+(?!open)[a-z0-9]+\(|O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")]
    private static partial Regex Changes();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Quoted();

    private sealed class Listed : IFileSystem
    {
        private readonly IFileSystem _real = FileSystem.OfMachine;

        public HashSet<string> Paths { get; } = new(StringComparer.Ordinal);

        public WritableFile Create(string path) => _real.Create(Note(path));

        public WritableFile OpenAppend(string path) => _real.OpenAppend(Note(path));

        public void Protect(string path) => _real.Protect(Note(path));

        public void MarkOfTheWeb(string path) => _real.MarkOfTheWeb(Note(path));

        public void Truncate(string path, long length) => _real.Truncate(Note(path), length);

        public IDisposable Lock(string path) => _real.Lock(Note(path));

        public void Rename(string from, string to, bool overwrite) => _real.Rename(Note(from), Note(to), overwrite);

        public void RenameFolder(string from, string to) => _real.RenameFolder(Note(from), Note(to));

        public void Remove(string path) => _real.Remove(Note(path));

        public void RemoveFolder(string path) => _real.RemoveFolder(Note(path));

        public void MakeFolder(string path) => _real.MakeFolder(Note(path));

        public void FlushFolder(string path) => _real.FlushFolder(path);

        private string Note(string path)
        {
            Paths.Add(path);
            return path;
        }
    }
}
