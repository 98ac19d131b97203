using System.Net;
using System.Text;
using MailAdmin.Core.Receive;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Receive;

/// <summary>Something else than Graph answers while messages are received: nothing is filed on its account, and no page becomes a message.</summary>
public sealed class UnexpectedContentTests : IDisposable
{
    private readonly Destination _destination = new();
    private readonly TenantClock _clock = TenantClock.Manual(new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _destination.Dispose();

    [Theory]
    [InlineData("302", AfterProcessing.Move)]
    [InlineData("204", AfterProcessing.Move)]
    [InlineData("200 {}", AfterProcessing.Move)]
    [InlineData("200 empty", AfterProcessing.Move)]
    [InlineData("200 HTML", AfterProcessing.Move)]
    [InlineData("200 HTML", AfterProcessing.Delete)]
    [InlineData("200 HTML", AfterProcessing.Purge)]
    [InlineData("403 HTML", AfterProcessing.Move)]
    [InlineData("502 HTML", AfterProcessing.Move)]
    [InlineData("shorter", AfterProcessing.Move)]
    [InlineData("shorter", AfterProcessing.Purge)]
    public async Task What_is_not_the_message_is_not_saved_and_nothing_is_filed(string way, AfterProcessing action)
    {
        using var road = await ReceiveEndToEnd.StartAsync(_clock);
        road.Fill(3);
        road.Http.After = (request, answer) => request.RequestUri!.AbsolutePath.EndsWith("/$value", StringComparison.Ordinal) ? Bend(way, answer) : answer;
        await using var store = road.Open(MailProtocol.Graph);
        var options = new ReceiveOptions { Folders = ["Many"], AfterProcessing = action, MoveTo = action == AfterProcessing.Move ? "Done" : null };

        List<Delivery> all = [];
        try
        {
            all = await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, options));
            Assert.Equal(3, all.Count);
        }
        catch (MailAdminException e)
        {
            Assert.Contains(Errors.Describe(e).Id, new[] { "UnexpectedResponse", "ConnectionLost" });
        }

        Assert.All(all, d => Assert.IsType<UnexpectedResponseException>(d.Error));
        Assert.Empty(_destination.Files);
        Assert.Empty(_destination.Leftovers);
        Assert.Equal(["0", "1", "2"], road.Subjects("Many"));
    }

    [Fact]
    public async Task A_page_in_place_of_one_message_is_an_error_of_that_message_and_the_others_come()
    {
        using var road = await ReceiveEndToEnd.StartAsync(_clock);
        road.Fill(3);
        string? blocked = null;
        road.Http.After = (request, answer) =>
        {
            var path = request.RequestUri!.AbsolutePath;
            if (path.EndsWith("/$value", StringComparison.Ordinal))
            {
                Interlocked.CompareExchange(ref blocked, path, null);
            }

            return path == blocked ? Bend("200 HTML", answer) : answer;
        };
        await using var store = road.Open(MailProtocol.Graph);

        var all = await ManualTime.RunAsync(_clock, _destination.ReceiveAsync(store, ReceiveEndToEnd.Move));

        Assert.IsType<UnexpectedResponseException>(Assert.Single(all, d => d.Error is not null).Error);
        Assert.Equal(2, _destination.Files.Count);
        Assert.Single(road.Subjects("Many"));
        Assert.Equal(2, road.Subjects("Done").Length);
    }

    [Theory]
    [InlineData("302")]
    [InlineData("204")]
    [InlineData("200 {}")]
    [InlineData("200 HTML")]
    [InlineData("403 HTML")]
    [InlineData("502 HTML")]
    public async Task A_run_that_waits_goes_on_when_it_has_passed(string way)
    {
        using var road = await ReceiveEndToEnd.StartAsync(_clock);
        road.Fill(2);
        var left = 20;
        road.Http.After = (request, answer) => request.RequestUri!.AbsolutePath.Contains("/messages", StringComparison.Ordinal)
            || request.RequestUri.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal)
            ? Interlocked.Decrement(ref left) >= 0 ? Bend(way, answer) : answer : answer;
        await using var store = road.Open(MailProtocol.Graph);
        using var stop = new CancellationTokenSource();

        var run = _destination.ReceiveAsync(store, ReceiveEndToEnd.Move with { Wait = true, PollInterval = TimeSpan.FromSeconds(30) }, time: _clock, stop: stop);
        await ManualTime.RunAsync(_clock, Task.WhenAny(run, PassedAsync(road, stop)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ManualTime.RunAsync(_clock, run));

        Assert.True(left < 0);
        Assert.Equal(2, _destination.Files.Count);
        road.AssertAllMoved(_destination);
    }

    private static async Task<bool> PassedAsync(ReceiveEndToEnd road, CancellationTokenSource stop)
    {
        while (road.Subjects("Many").Length > 0 || road.Http.IsBusy)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        return true;
    }

    private static HttpResponseMessage Bend(string way, HttpResponseMessage answer)
    {
        HttpResponseMessage Of(int status, string body, string type) => new((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, type) };
        switch (way)
        {
            case "302":
                return new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("https://portal.hotel.example/") } };
            case "204":
                return new HttpResponseMessage(HttpStatusCode.NoContent);
            case "200 {}":
                return Of(200, "{}", "application/json");
            case "200 empty":
                return Of(200, "", "text/plain");
            case "shorter":
                answer.Content.Headers.ContentLength = answer.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult().Length + 10;
                return answer;
            default:
                return Of(int.Parse(way[..3], System.Globalization.CultureInfo.InvariantCulture), "<html>Blocked</html>", "text/html");
        }
    }
}
