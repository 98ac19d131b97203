using MailAdmin.Core.Mail.Graph;

namespace MailAdmin.Tests.Mail.Graph;

public sealed class RequestQuotaTests
{
    private readonly ManualTime _time = new();
    private readonly RequestQuota _quota;

    public RequestQuotaTests() => _quota = new RequestQuota(_time);

    [Fact]
    public async Task Ten_thousand_go_at_once_and_the_next_waits_until_the_window_has_passed()
    {
        for (var i = 0; i < 500; i++)
        {
            await Take(20);
        }

        var next = Take(1);
        Assert.False(next.IsCompleted);
        _time.Advance(RequestQuota.Window);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await next;
    }

    [Fact]
    public async Task Requests_are_counted_for_ten_minutes_each()
    {
        await Take(RequestQuota.Most - 30);
        _time.Advance(TimeSpan.FromMinutes(6));
        await Take(30);
        var next = Take(20);
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(4) + TimeSpan.FromSeconds(1));
        await next;

        // What was taken after six minutes still counts.
        await Take(RequestQuota.Most - 50);
        Assert.False(Take(1).IsCompleted);
    }

    [Fact]
    public async Task Waiting_for_room_can_be_ended()
    {
        using var stop = new CancellationTokenSource();
        await Take(RequestQuota.Most);
        var next = _quota.TakeAsync(1, stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private Task Take(int requests) => _quota.TakeAsync(requests, TestContext.Current.CancellationToken).AsTask();
}
