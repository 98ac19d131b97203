using System.Diagnostics;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Sandbox;

/// <summary>The time of a served sandbox, in every process that is connected to it.</summary>
[Trait("Network", "Loopback")]
public sealed class ServedClockTests(ServedProcess server) : IClassFixture<ServedProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<SignInPlace> PlaceAsync() => SignInPlace.ServedAsync(
        new Uri(server.Uri), server.Certificate, Secret.Close(server["adminClientSecret"]), Cancel);

    [Fact]
    public async Task Who_moves_it_on_moves_it_on_for_everybody_and_ends_the_waiting_of_others()
    {
        SignInPlace one = await PlaceAsync(), two = await PlaceAsync();
        var before = one.Sandbox!.Now;
        var waiting = Task.Delay(TimeSpan.FromHours(2), two.Wire.Time, Cancel);
        var watch = Stopwatch.StartNew();

        await ((ISandbox)one.Sandbox.Handle).ChangeAsync(new SandboxChange { AdvanceTime = TimeSpan.FromHours(3) }, Cancel);
        await waiting;

        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(1), $"{watch.Elapsed}");
        foreach (var place in new[] { one, two, await PlaceAsync() })
        {
            var moved = place.Wire.Time.GetUtcNow() - before;
            Assert.InRange(moved, TimeSpan.FromHours(3) - TimeSpan.FromSeconds(3), TimeSpan.FromHours(3) + watch.Elapsed + TimeSpan.FromSeconds(3));
        }
    }

    [Fact]
    public async Task Every_answer_says_what_time_it_is_there()
    {
        var sandbox = server.Sandbox();
        await sandbox.ChangeAsync(new SandboxChange { AdvanceTime = TimeSpan.FromDays(40) }, Cancel);
        using var http = server.ForeignClient();

        using var answer = await http.GetAsync("https://graph.microsoft.com/v1.0/users", Cancel);

        Assert.InRange(answer.Headers.Date!.Value - DateTimeOffset.UtcNow, TimeSpan.FromDays(39), TimeSpan.FromDays(42));
    }
}
