namespace MailAdmin.Tests.Receive;

/// <summary>A few rounds of the crash test; tests/crash-test.sh runs as many as one likes.</summary>
[Trait("Network", "Loopback")]
public sealed class CrashTests
{
    [Fact]
    public Task Nothing_is_lost_or_brought_twice_when_processes_are_killed()
    {
        DovecotFixture.SkipIfMissing();
        return RunAsync("10");
    }

    [Fact]
    public Task Nor_when_the_messages_go_to_a_container()
    {
        Assert.SkipWhen(Azurite.Missing is not null, Azurite.Missing ?? "");
        return RunAsync("blobs", "2");
    }

    private static async Task RunAsync(params string[] arguments)
    {
        using var script = ServedProcess.Run(
            "env",
            [$"CONFIGURATION={ServedProcess.Configuration}", "bash", Path.Combine(ArchitectureTests.FindRoot(), "tests", "crash-test.sh"), .. arguments]);
        var errors = script.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await script.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(script.ExitCode == 0, said + await errors);
    }
}
