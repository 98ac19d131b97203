using System.Diagnostics;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Receive;

/// <summary>A message that ends too early, or does not end: faults 27 and 28 of the project's list.</summary>
public sealed class InterruptedContentTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Destination _destination = new();

    public void Dispose() => _destination.Dispose();

    [Fact]
    public async Task Fault_27_over_Graph_a_connection_that_ends_within_a_message_is_opened_again()
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(12, 100_000);
        var torn = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        road.Http.After = (request, answer) =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/$value", StringComparison.Ordinal) && torn.TryAdd(request.RequestUri.AbsolutePath, true))
            {
                answer.Content = new StreamContent(new Torn(answer.Content.ReadAsStream(), 50_000));
            }

            return answer;
        };
        await using var store = road.Open(MailProtocol.Graph);

        var all = await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move);

        Assert.All(all, d => Assert.Null(d.Error));
        Assert.Equal(12, torn.Count);
        road.AssertAllMoved(_destination);
    }

    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public async Task Fault_28_stopping_ends_a_stalled_message_at_once_and_leaves_no_partial_file(MailProtocol protocol)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        road.Fill(3, 200_000);
        var stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource();
        road.Http.After = (request, answer) =>
        {
            if (request.RequestUri!.AbsolutePath.EndsWith("/$value", StringComparison.Ordinal))
            {
                answer.Content = new StreamContent(new Stalled(answer.Content.ReadAsStream(), 50_000, stalled));
            }

            return answer;
        };
        var octets = 0;
        road.Streams.Watch = (_, fromServer, text) =>
        {
            if (fromServer && (octets += text.Length) > 100_000)
            {
                stalled.TrySetResult();
                never.Task.Wait(TestContext.Current.CancellationToken);
            }

            return true;
        };
        await using var store = road.Open(protocol);
        using var stop = new CancellationTokenSource();

        var run = _destination.ReceiveAsync(store, ReceiveEndToEnd.Move, stop: stop);
        await stalled.Task;
        while (_destination.Leftovers.Length == 0)
        {
            await Task.Yield();
        }

        var watch = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"It took {watch.Elapsed}.");
        never.SetResult();
        Assert.Empty(_destination.Leftovers);
        Assert.Empty(_destination.Files);
        Assert.Equal(3, road.Subjects("Many").Length);
    }

    [Fact]
    public async Task Fault_28_what_was_acknowledged_and_can_t_be_filed_any_more_holds_up_a_stop_for_less_than_a_second()
    {
        var clock = TenantClock.Manual(Start);
        using var road = await ReceiveEndToEnd.StartAsync(clock);
        road.Fill(5);
        await using var store = road.Open(MailProtocol.Graph);
        using var stop = new CancellationTokenSource();

        var run = _destination.ReceiveAsync(
            store, ReceiveEndToEnd.Move,
            m =>
            {
                if (m.Subject == "3")
                {
                    road.SetFault("Hang", null);
                    stop.Cancel();
                    stop.Token.ThrowIfCancellationRequested();
                }

                return true;
            },
            clock, stop);
        while (clock.NextDue is null)
        {
            Assert.False(run.IsCompleted);
            await Task.Yield();
        }

        Assert.True(clock.NextDue - clock.GetUtcNow() < TimeSpan.FromSeconds(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(5, road.Subjects("Many").Length);

        road.Tenant.ClearFaults();
        var again = await _destination.ReceiveAsync(store, ReceiveEndToEnd.Move, time: clock);
        Assert.Equal([true, true, true, true, false], again.Select(d => d.Message.Redelivered));
        road.AssertAllMoved(_destination);
    }

    /// <summary>Ends with a lost connection after so many octets.</summary>
    private sealed class Torn(Stream inner, int after) : Slow(inner, after)
    {
        protected override ValueTask<int> BeyondAsync(CancellationToken cancellationToken) => throw new IOException("The connection was reset.");
    }

    /// <summary>Says nothing more after so many octets.</summary>
    private sealed class Stalled(Stream inner, int after, TaskCompletionSource told) : Slow(inner, after)
    {
        protected override async ValueTask<int> BeyondAsync(CancellationToken cancellationToken)
        {
            told.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        }
    }

    private abstract class Slow(Stream inner, int after) : Stream
    {
        private int _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read >= after)
            {
                return await BeyondAsync(cancellationToken);
            }

            var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, after - _read)], cancellationToken);
            _read += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected abstract ValueTask<int> BeyondAsync(CancellationToken cancellationToken);
    }
}
