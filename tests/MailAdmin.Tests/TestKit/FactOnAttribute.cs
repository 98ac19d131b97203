using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace MailAdmin.Tests.TestKit;

/// <summary>The systems that a test may need.</summary>
public enum TestSystem
{
    Unix,
    Linux,
    Windows,
}

/// <summary>A test of what only some systems have. On the others it is left out, not skipped; its trait "System" says why.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(Discoverer))]
public sealed class FactOnAttribute(TestSystem system, [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber), ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("System", system.ToString())];

    private bool IsHere => system switch
    {
        TestSystem.Linux => OperatingSystem.IsLinux(),
        TestSystem.Windows => OperatingSystem.IsWindows(),
        _ => !OperatingSystem.IsWindows(),
    };

    internal sealed class Discoverer : FactDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
            ((FactOnAttribute)factAttribute).IsHere ? base.Discover(discoveryOptions, testMethod, factAttribute) : new([]);
    }
}
