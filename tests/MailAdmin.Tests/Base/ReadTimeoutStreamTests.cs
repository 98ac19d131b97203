using MailAdmin.Core.Base;

namespace MailAdmin.Tests.Base;

public sealed class ReadTimeoutStreamTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ManualTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fault_28_a_read_that_nothing_comes_for_ends_with_the_patience_and_not_before()
    {
        var (client, server) = InProcessStream.CreatePair();
        await using var stream = new ReadTimeoutStream(client, Patience, _time);
        var buffer = new byte[10];
        for (var i = 0; i < 3; i++)
        {
            var read = stream.ReadAsync(buffer, Token).AsTask();
            await _time.SomebodyWaitsFor(Patience);
            _time.Advance(Patience - TimeSpan.FromSeconds(1));
            await server.WriteAsync("abc"u8.ToArray(), Token);
            Assert.Equal(3, await read);
        }

        var last = stream.ReadAsync(buffer, Token).AsTask();
        await _time.SomebodyWaitsFor(Patience);
        _time.Advance(Patience);
        Assert.Contains("120 seconds", (await Assert.ThrowsAsync<IOException>(() => last)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_stops_waiting_is_not_told_of_a_lost_connection()
    {
        var (client, _) = InProcessStream.CreatePair();
        await using var stream = new ReadTimeoutStream(client, Patience, _time);
        using var stop = new CancellationTokenSource();
        var read = stream.ReadAsync(new byte[10], stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public void Every_wire_over_a_network_has_it() => Assert.NotNull(Wire.NewHandler().PlaintextStreamFilter);
}
