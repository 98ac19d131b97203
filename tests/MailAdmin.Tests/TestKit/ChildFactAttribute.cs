using System.Runtime.CompilerServices;
using Xunit.Sdk;
using Xunit.v3;

namespace MailAdmin.Tests.TestKit;

/// <summary>What another test runs in a process of its own, by <see cref="TestChild"/>: there it is a test, and elsewhere none, not even a skipped one.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(Discoverer))]
public sealed class ChildFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber)
{
    internal sealed class Discoverer : FactDiscoverer
    {
        public override ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
            ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
            TestChild.Is(testMethod.MethodName) ? base.Discover(discoveryOptions, testMethod, factAttribute) : new([]);
    }
}
