using System.Text;
using MailAdmin.Core.Files;
using MailAdmin.Core.Receive;
using MailAdmin.Tests.Receive.PowerCut;

namespace MailAdmin.Tests.Receive;

/// <summary>What happens to files on Windows between their writing and their final names: scanners, marks, held files.</summary>
public sealed class WindowsDiskTests : IDisposable
{
    private const int VirusInfected = unchecked((int)0x800700E1);

    private static readonly ReceiveOptions Move = new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done" };

    private readonly Destination _destination = new();
    private readonly MemoryStore _store = new();

    [Fact]
    public async Task Infected_messages_are_told_apart_and_the_others_come()
    {
        Fill(6);
        var files = new Scanner(path => !path.Contains("000500", StringComparison.Ordinal));
        var all = await _destination.ReceiveAsync(_store, Move with { Files = files });

        Assert.Equal(6, all.Count);
        Assert.Equal(
            ["MessageBlocked"], all.Where(d => d.Error is not null).Select(d => ((InvalidRequestException)d.Error!).Id).Distinct());
        Assert.Single(_destination.Files);
        Assert.Empty(_destination.Leftovers);
        Assert.Equal((5, 1), (_store.IdsIn("Inbox").Count, _store.IdsIn("Done").Count));

        await _destination.ReceiveAsync(_store, Move with { Files = files, MoveFailedTo = "Blocked" });
        Assert.Equal((0, 5), (_store.IdsIn("Inbox").Count, _store.IdsIn("Blocked").Count));
    }

    [Fact]
    public async Task Messages_and_attachments_are_marked_before_they_have_their_names()
    {
        _store.Add("1", Encoding.ASCII.GetBytes(
            "From: a@b.c\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\nx"));
        var files = new Marks();
        await _destination.ReceiveAsync(_store, Move with { Files = files, SaveAttachments = true });
        Assert.Equal(
            ["mark .mailadmin-part", "rename .eml", "mark .pdf"], files.Steps);

        _store.Add("2", "Subject: x\r\n\r\nx"u8.ToArray());
        files.Steps.Clear();
        await _destination.ReceiveAsync(_store, Move with { Files = files, SkipsMarks = true });
        Assert.Equal(["rename .eml"], files.Steps);

        _store.Add("3", "Subject: x\r\n\r\nx"u8.ToArray());
        files.IsRefused = true;
        Assert.Null(Assert.Single(await _destination.ReceiveAsync(_store, Move with { Files = files })).Error);
    }

    [Fact]
    public async Task A_leftover_that_is_held_does_not_keep_the_next_run_from_starting()
    {
        Fill(2);
        var died = new Held { Renames = false, Removes = false };
        await Assert.ThrowsAsync<InvalidOperationException>(() => _destination.ReceiveAsync(_store, Move with { Files = died }));
        Assert.NotEmpty(_destination.Leftovers);

        _store.Remove("1");
        Assert.Null(Assert.Single(await _destination.ReceiveAsync(_store, Move with { Files = new Held { Removes = false } })).Error);
        Assert.NotEmpty(_destination.Leftovers);
        await _destination.ReceiveAsync(_store, Move);
        Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, _destination.Leftovers.Length);
    }

    [Fact]
    public void A_leftover_with_content_is_spared_on_Windows_for_a_month_and_replaced_by_its_message()
    {
        Assert.Null(MessageFile.SparedSince(DateTimeOffset.UnixEpoch, isWindows: false));
        var now = DateTimeOffset.UtcNow;
        var since = MessageFile.SparedSince(now, isWindows: true);
        var (young, old, empty) = (Part("young", "x", now.AddDays(-29)), Part("old", "x", now.AddDays(-31)), Part("empty", "", now));
        var disk = new Disk(Durability.None, null);

        MessageFile.RemoveLeftovers(disk, _destination.Path, "me", since);
        Assert.Equal([young], _destination.Leftovers);

        using (var file = MessageFile.Create(disk, Path.Combine(_destination.Path, "young.eml"), "me", hashed: false).Sink)
        {
            Assert.Equal(0, new FileInfo(young).Length);
        }

        MessageFile.RemoveLeftovers(disk, _destination.Path, "me", null);
        Assert.Empty(_destination.Leftovers);

        string Part(string name, string content, DateTimeOffset written)
        {
            Directory.CreateDirectory(_destination.Path);
            var path = MessageFile.TemporaryFor(Path.Combine(_destination.Path, $"{name}.eml"), "me");
            File.WriteAllText(path, content);
            File.SetLastWriteTimeUtc(path, written.UtcDateTime);
            return path;
        }
    }

    [Theory]
    [InlineData(@"C:\Mail", true, 244)]
    [InlineData("/srv/mail", false, int.MaxValue)]
    public void Names_have_the_room_that_the_path_leaves(string folder, bool isWindows, int room)
    {
        Assert.Equal(room, SafeFileName.RoomIn(folder, isWindows));
        Assert.Equal(24, SafeFileName.RoomIn(@"C:\" + new string('d', 300), isWindows: true));
    }

    [Theory]
    [InlineData("invoice.pdf", 20, "invoice.pdf")]
    [InlineData("a long name of an invoice.pdf", 20, "a long name of a.pdf")]
    [InlineData("invoice \U0001F4C4\U0001F4C4.pdf", 13, "invoice.pdf")]
    [InlineData("a.an extension that is no extension", 20, "a.an extension that")]
    public void A_name_that_is_too_long_keeps_its_extension(string name, int room, string fitted) =>
        Assert.Equal(fitted, SafeFileName.Fit(name, room));

    public void Dispose() => _destination.Dispose();

    private void Fill(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            _store.Add($"{i}", Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\ntext {i}"));
        }
    }

    private sealed class Scanner(Func<string, bool> blocks) : FilesMutant(FileSystem.OfMachine)
    {
        public override void Rename(string from, string to, bool overwrite)
        {
            if (to.EndsWith(".eml", StringComparison.Ordinal) && blocks(to))
            {
                throw new IOException("Operation did not complete successfully because the file contains a virus.", VirusInfected);
            }

            base.Rename(from, to, overwrite);
        }
    }

    private sealed class Marks() : FilesMutant(FileSystem.OfMachine)
    {
        public List<string> Steps { get; } = [];

        public bool IsRefused { get; set; }

        public override void MarkOfTheWeb(string path)
        {
            Steps.Add($"mark {Path.GetExtension(path)}");
            if (IsRefused)
            {
                throw new IOException("FAT has no streams.");
            }
        }

        public override void Rename(string from, string to, bool overwrite)
        {
            if (to.EndsWith(".eml", StringComparison.Ordinal))
            {
                Steps.Add($"rename {Path.GetExtension(to)}");
            }

            base.Rename(from, to, overwrite);
        }
    }

    private sealed class Held() : FilesMutant(FileSystem.OfMachine)
    {
        public bool Renames { get; init; } = true;

        public bool Removes { get; init; } = true;

        public override void Rename(string from, string to, bool overwrite)
        {
            if (!Renames && to.EndsWith(".eml", StringComparison.Ordinal))
            {
                throw new InvalidOperationException("The process died here.");
            }

            base.Rename(from, to, overwrite);
        }

        public override void Remove(string path)
        {
            if (!Removes && path.EndsWith(MessageFile.TemporarySuffix, StringComparison.Ordinal))
            {
                throw new UnauthorizedAccessException("It is held.");
            }

            base.Remove(path);
        }
    }
}
