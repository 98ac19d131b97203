using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>What is remembered of a folder, beside what receiving shows of it.</summary>
public sealed class FolderStateTests : IDisposable
{
    private static readonly MailFolder Folder = new() { Mailbox = "shared@contoso.test", Id = "inbox", Path = "Inbox", Name = "Inbox" };
    private readonly TempFolder _place = new();

    private string Ledger => _place["inbox.seen"];

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Months_of_messages_take_no_more_memory_than_the_latest_of_them()
    {
        const int Passes = 40;
        const int Each = 5000;
        var memory = await OpenAsync();
        Assert.False(memory.IsKnown("0"));
        for (var pass = 0; pass < Passes; pass++)
        {
            await memory.StartPassAsync(TestContext.Current.CancellationToken);
            await DealAsync(memory, pass * Each, Each, $"position {pass}");
            Assert.True(memory.IsKnown($"{(pass * Each) + Each - 1}"));
        }

        await memory.StartPassAsync(TestContext.Current.CancellationToken);
        var first = (Passes * Each) - FolderState.Latest;
        Assert.True(memory.IsKnown($"{first}"));
        Assert.False(memory.IsKnown($"{first - 1}"));

        var next = await OpenAsync();
        Assert.True(next.IsKnown($"{first}"));
        Assert.False(next.IsKnown($"{first - 1}"));
    }

    [Fact]
    public async Task All_of_them_are_known_again_when_the_position_is_lost()
    {
        var memory = await OpenAsync();
        await DealAsync(memory, 0, FolderState.Latest + 5, "position");
        await memory.StartPassAsync(TestContext.Current.CancellationToken);
        Assert.True(memory.IsKnown("5"));
        Assert.False(memory.IsKnown("4"));
        memory.ForgetPosition();
        await memory.StartPassAsync(TestContext.Current.CancellationToken);
        Assert.True(memory.IsKnown("0"));

        // Not in the middle of the pass that needs them.
        await DealAsync(memory, FolderState.Latest + 5, 10, "position on the way");
        Assert.True(memory.IsKnown("1"));
    }

    [Fact]
    public async Task A_half_entry_of_a_full_disk_spoils_nothing_that_is_added_after_it()
    {
        await DealAsync(await OpenAsync(), 0, 3, null);

        File.AppendAllText(Ledger, "half an entry");
        await DealAsync(await OpenAsync(), 3, 3, null);

        var last = await OpenAsync();
        Assert.All(Enumerable.Range(0, 6), i => Assert.True(last.IsKnown($"{i}")));
        Assert.True(await last.TakeContentAsync(Content("5"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_remembered_for_a_run_is_gone_after_it()
    {
        string[] Ledgers() => Directory.GetFiles(Path.GetTempPath(), "mailadmin-*.seen");
        var memory = FolderState.ForRun(Folder with { Id = "for a run" });
        await memory.StartPassAsync(TestContext.Current.CancellationToken);
        await DealAsync(memory, 0, 10, "position");
        Assert.True(memory.IsKnown("0"));
        Assert.True(await memory.TakeContentAsync(Content("9"), TestContext.Current.CancellationToken));
        var mine = Assert.Single(Ledgers(), IsMine);
        await memory.DisposeAsync();
        Assert.DoesNotContain(mine, Ledgers());
    }

    /// <summary>Other tests have theirs at the same time: the entry of message 0 tells this one.</summary>
    private static bool IsMine(string ledger)
    {
        try
        {
            return File.ReadAllBytes(ledger).AsSpan(16).StartsWith(Content("0").AsSpan(0, 16));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<FolderState> OpenAsync()
    {
        var memory = await FolderState.OpenAsync(
            FolderFiles.Open(new Disk(Durability.None, null), _place["inbox"]), Folder, forget: false,
            cancellationToken: TestContext.Current.CancellationToken);
        await memory.StartPassAsync(TestContext.Current.CancellationToken);
        return memory;
    }

    private static Task DealAsync(FolderState memory, int from, int count, string? position) => memory.CommitAsync(
        [.. Enumerable.Range(from, count).Select(i => ($"{i}", Content($"{i}")))], [], position, DateTimeOffset.UnixEpoch, cancellationToken: TestContext.Current.CancellationToken);

    private static byte[] Content(string id) => SHA256.HashData(Encoding.UTF8.GetBytes($"FolderStateTests {id}"));
}
