using System.Globalization;
using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests.Receive;

/// <summary>Access tokens live for an hour and large mailboxes take longer: receiving goes on with a new token, and nobody notices.</summary>
public sealed class TokenRenewalTests
{
    /// <summary>The environment variable MAILADMIN_RENEWAL_MESSAGES says how many; 10,000 take half a minute for each.</summary>
    [Theory]
    [InlineData(MailProtocol.Graph)]
    [InlineData(MailProtocol.Imap)]
    public Task Messages_outlive_their_tokens_and_each_comes_once(MailProtocol protocol) => ReceiveAsync(
        protocol, int.Parse(Environment.GetEnvironmentVariable("MAILADMIN_RENEWAL_MESSAGES") ?? "2000", CultureInfo.InvariantCulture));

    private static async Task ReceiveAsync(MailProtocol protocol, int count)
    {
        var clock = TenantClock.Manual(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        using var road = await ReceiveEndToEnd.StartAsync(clock);
        road.Fill(count);
        using var destination = new Destination();
        await using var store = road.Open(protocol);
        var tokens = road.Http.TokenRequests;
        var received = 0;

        // Every token ends on the way, and once, at an odd place, it has ended before anybody could renew it.
        var all = await destination.ReceiveAsync(store, ReceiveEndToEnd.Move with { Durability = Durability.None }, _ =>
        {
            received++;
            clock.Advance(received == count / 2 + 67 ? TimeSpan.FromHours(2) : received % (count / 10) == 0 ? TimeSpan.FromMinutes(20) : TimeSpan.Zero);
            return true;
        }, clock);

        Assert.All(all, d => Assert.Null(d.Error));
        Assert.Equal(count, all.Select(d => d.Message.Subject).Distinct().Count());
        Assert.Equal(count, all.Count);
        Assert.DoesNotContain(all, d => d.Message.Redelivered);
        road.AssertAllMoved(destination);
        Assert.InRange(road.Http.TokenRequests - tokens, 4, 50);
    }
}
