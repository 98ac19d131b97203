[assembly: AssemblyFixture(typeof(MailAdmin.Module.Tests.PesterRun))]

namespace MailAdmin.Module.Tests;

/// <summary>One result for each Pester test on the packed module.</summary>
public sealed class PesterTests(PesterRun run)
{
    [Theory]
    [MemberData(nameof(PesterRun.AllTests), MemberType = typeof(PesterRun))]
    public async Task Pester(string file, string name)
    {
        await run.ReadyAsync();
        Assert.True(run.Failure is null, run.Failure);
        var outcomes = run.OutcomesOf(file, name);
        Assert.True(outcomes.Count > 0, $"Pester did not run '{name}' of {file}.");
        Assert.All(outcomes, o => Assert.True(o.Result is "Passed" or "Skipped", $"{o.Result}: {o.Message}"));
        Assert.SkipWhen(outcomes.All(o => o.Result == "Skipped"), outcomes[0].Message ?? "skipped by Pester");
    }
}
