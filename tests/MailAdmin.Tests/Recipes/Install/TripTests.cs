using MailAdmin.Core.Base;
using MailAdmin.Core.Recipes.Install;
using MailAdmin.Tests.Recipes.Format;
using MailAdmin.Tests.Service;

namespace MailAdmin.Tests.Recipes.Install;

/// <summary>How many requests a run costs that changes nothing: few, and as many in a large tenant as in a small one.</summary>
public sealed class TripTests : IDisposable
{
    private EndToEnd? _road;
    private RequestLog _log = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _road?.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Installing_again_costs_as_little_in_a_large_tenant(int more)
    {
        var request = await StartAsync(more);
        await InstallAsync(request);
        var first = _log.Requests.Count;
        _log.Clear();
        var steps = await InstallAsync(request);
        File.WriteAllLines($"/tmp/p2-trace-{more}.txt", _log.Requests.Append($"{_log.Requests.Count} first {first}"));
        Assert.Empty(steps.Where(s => s.Status != MailAppStepStatus.Unchanged).Select(s => $"{s}: {s.Detail}"));
        Assert.True(_log.Requests.Count <= 25, string.Join('\n', _log.Requests));
        Assert.True(first <= 60, $"{first}");
    }

    private async Task<InstallRequest> StartAsync(int more)
    {
        _road = await EndToEnd.StartAsync(null, wire => new Wire(_log = new RequestLog(wire.Http), wire.OpenStream, wire.Time)
        {
            IsSandbox = true,
            Propagation = wire.Propagation,
        });
        if (more > 0)
        {
            throw new NotSupportedException();
        }

        return new InstallRequest
        {
            Recipe = RecipeFiles.Get("Jim2"),
            Kind = MailAppRecipeKind.AppOnly,
            Name = "Jim2",
            Mailboxes = [_road.Mailbox],
        };
    }

    private async Task<MailAppStep[]> InstallAsync(InstallRequest request)
    {
        using var installer = new AppInstaller(_road!.Admin, request);
        await installer.CheckAsync(Token);
        var steps = new List<MailAppStep>();
        foreach (var planned in installer.Plan)
        {
            steps.Add(await installer.RunAsync(planned, Token));
        }

        return [.. steps];
    }
}
