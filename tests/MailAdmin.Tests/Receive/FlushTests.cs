using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

/// <summary>Files that are flushed together: which, and that nothing which came whole is lost with what did not.</summary>
public sealed class FlushTests : IDisposable
{
    private readonly Destination _destination = new();
    private readonly MemoryStore _store = new();
    private readonly StringBuilder _steps = new();

    private ReceiveOptions Move => new() { AfterProcessing = AfterProcessing.Move, MoveTo = "Done", Watcher = Note };

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task Sixteen_that_come_right_behind_each_other_are_flushed_together()
    {
        Fill(Enumerable.Repeat(100, 20));
        await _destination.ReceiveAsync(_store, Move);
        Assert.Equal($"{new string('F', 16)}{new string('R', 16)}FFFFRRRR", _steps.Replace("C", "").ToString());
    }

    [Theory]
    [InlineData("FFRRFRFFRR", 100, 100, 300_000, 100, 100)]
    [InlineData("FFRRFFRRFR", 130_000, 130_000, 130_000, 130_000, 130_000)]
    public async Task For_a_large_one_no_other_waits(string steps, params int[] sizes)
    {
        Fill(sizes);
        await _destination.ReceiveAsync(_store, Move);
        Assert.Equal(steps, _steps.Replace("C", "").ToString());
        Assert.Equal(sizes.Length, _store.IdsIn("Done").Count);
    }

    [Fact]
    public async Task Without_durability_none_waits_for_another()
    {
        Fill([100, 100, 100]);
        await _destination.ReceiveAsync(_store, Move with { Durability = Durability.None });
        // The store is one ahead of the engine.
        Assert.Equal("CCRCRR", _steps.ToString());
    }

    [Fact]
    public async Task What_came_whole_is_handed_over_and_filed_before_what_went_wrong_after_it()
    {
        Fill([100, 100, 100, 100]);
        _store.ContentFault = m => m.Id == "4" ? throw new ConnectionLostException("gone") { Endpoint = "mail.contoso.test" } : null;
        var seen = new List<string>();
        await Assert.ThrowsAsync<ConnectionLostException>(() => _destination.ReceiveAsync(_store, Move, m => { seen.Add(m.Id); return true; }));
        Assert.Equal(["1", "2"], seen);
        Assert.Equal(["1", "2"], _store.IdsIn("Done"));
        Assert.Equal((2, 0), (_destination.Files.Count, _destination.Leftovers.Length));
    }

    [Fact]
    public async Task What_waits_when_the_run_is_stopped_leaves_no_trace_and_comes_again()
    {
        Fill([100, 100, 100, 100]);
        using var stop = new CancellationTokenSource();
        _store.ContentFault = m =>
        {
            if (m.Id == "4")
            {
                stop.Cancel();
                stop.Token.ThrowIfCancellationRequested();
            }

            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _destination.ReceiveAsync(_store, Move, stop: stop));
        Assert.Equal((0, 0, 4), (_destination.Files.Count, _destination.Leftovers.Length, _store.IdsIn("Inbox").Count));

        _store.ContentFault = _ => null;
        Assert.Equal(["1", "2", "3", "4"], (await _destination.ReceiveAsync(_store, Move)).Select(d => d.Message.Id));
    }

    private void Note(ReceiveStep step, bool before) => _steps.Append((step, before) switch
    {
        (ReceiveStep.CreateFile, true) => "C",
        (ReceiveStep.FlushFile, true) => "F",
        (ReceiveStep.RenameFile, true) => "R",
        _ => "",
    });

    private void Fill(IEnumerable<int> sizes)
    {
        foreach (var (size, i) in sizes.Select((size, i) => (size, i + 1)))
        {
            _store.Add($"{i}", Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n".PadRight(size)));
        }
    }
}
