using MailAdmin.Tenant;

namespace MailAdmin.Tests.Tenant;

/// <summary>docs/Sandbox.md names every fault, and none that is gone.</summary>
public sealed class FaultsPageTests
{
    [Fact]
    public void The_table_of_faults_is_what_the_sandbox_knows()
    {
        var rows = File.ReadLines(Path.Combine(ArchitectureTests.FindRoot(), "docs", "Sandbox.md"))
            .SkipWhile(l => l != "## Faults").Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(1);
        Assert.Equal(SandboxTenant.KnownFaults.Select(f => $"| {f.Name} | {f.Where} | {f.Summary} |"), rows);
    }
}
