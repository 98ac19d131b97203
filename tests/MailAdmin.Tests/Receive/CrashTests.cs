namespace MailAdmin.Tests.Receive;

/// <summary>A few rounds of the crash test; tests/crash-test.sh runs as many as one likes.</summary>
[Trait("Network", "Loopback")]
public sealed class CrashTests
{
    [Fact]
    public async Task Nothing_is_lost_or_brought_twice_when_processes_are_killed()
    {
        DovecotFixture.SkipIfMissing();
        using var script = ServedProcess.Run(
            "env", $"CONFIGURATION={ServedProcess.Configuration}", "bash", Path.Combine(ArchitectureTests.FindRoot(), "tests", "crash-test.sh"), "10");
        var errors = script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(script.ExitCode == 0, said + await errors);
    }
}
