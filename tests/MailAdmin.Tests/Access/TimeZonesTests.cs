using MailAdmin.Core.Access;

namespace MailAdmin.Tests.Access;

/// <summary>Names of time zones, on machines with and without the data of ICU.</summary>
public class TimeZonesTests
{
    [Theory]
    [InlineData("Europe/Berlin", "W. Europe Standard Time")]
    [InlineData("W. Europe Standard Time", "W. Europe Standard Time")]
    [InlineData("Australia/Sydney", "AUS Eastern Standard Time")]
    [InlineData("UTC", "UTC")]
    [InlineData("Mars/Olympus", null)]
    public void Are_converted(string zone, string? windows) => Assert.Equal(windows, TimeZones.ToWindows(zone));

    [Fact]
    public Task And_so_they_are_without_that_data() => TestChild.RunAsync(
        typeof(TimeZonesTests), nameof(Without_data),
        new Dictionary<string, string?> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" }, [], TestContext.Current.CancellationToken);

    [ChildFact]
    public void Without_data()
    {
        Assert.False(TimeZoneInfo.TryConvertWindowsIdToIanaId("W. Europe Standard Time", out _));
        Are_converted("Europe/Berlin", "W. Europe Standard Time");
        Are_converted("W. Europe Standard Time", "W. Europe Standard Time");
        Are_converted("Nepal Standard Time", "Nepal Standard Time");
        Are_converted("UTC", "UTC");
        Are_converted("Mars/Olympus", null);
        Assert.Equal("Europe/Berlin", TimeZones.ToIana("W. Europe Standard Time"));
    }
}
