using MailAdmin.Core.Base;

namespace MailAdmin.Tests.Base;

public sealed class ProgressMeterTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void It_tells_how_much_how_fast_and_how_long_still()
    {
        var meter = new ProgressMeter("messages", _time) { Total = 2000 };
        for (var i = 0; i < 500; i++)
        {
            meter.Add(20_000);
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("500 of 2,000 messages, 10.0 MB, 50 per second", $"{meter}");
        Assert.Equal((25, 30), (meter.Percent, meter.SecondsLeft));
    }

    [Fact]
    public void What_nobody_knows_is_left_out()
    {
        var meter = new ProgressMeter("messages", _time);
        meter.Add();
        Assert.Equal("1 messages", $"{meter}");
        Assert.Equal((-1, -1), (meter.Percent, meter.SecondsLeft));
    }

    [Fact]
    public void More_than_was_expected_is_never_more_than_all()
    {
        var meter = new ProgressMeter("messages", _time) { Total = 2 };
        _time.Advance(TimeSpan.FromSeconds(1));
        meter.Add();
        meter.Add();
        meter.Add();
        Assert.Equal("3 of 3 messages, 3 per second", $"{meter}");
        Assert.Equal((100, 0), (meter.Percent, meter.SecondsLeft));
    }

    [Fact]
    public void It_tells_four_times_a_second_at_most()
    {
        var meter = new ProgressMeter("messages", _time);
        var told = 0;
        for (var i = 0; i < 1000; i++)
        {
            told += meter.Add() ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(40, told);
    }
}
