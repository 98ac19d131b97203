using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Reflection;
using Xunit.v3;

[assembly: NetworkGuard]

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// Fails every test that opens a socket or asks DNS without saying so by [Trait("Network", ...)]: the runtime's own event
/// sources tell of each attempt, on the thread and in the context of the test that makes it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class NetworkGuardAttribute : BeforeAfterTestAttribute
{
    private static readonly NetworkListener Listener = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Listener.Attempts.TryRemove(test.UniqueID, out _);

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (Listener.Attempts.TryRemove(test.UniqueID, out var attempts) && !test.Traits.ContainsKey("Network"))
        {
            throw new InvalidOperationException($"{test.TestDisplayName} reached for the network without saying so: {string.Join(", ", attempts.Distinct())}");
        }
    }

    internal static IReadOnlyCollection<string> AttemptsOf(string test) => Listener.Attempts.GetValueOrDefault(test) ?? [];

    private sealed class NetworkListener : EventListener
    {
        public ConcurrentDictionary<string, ConcurrentBag<string>> Attempts { get; } = new();

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name is "System.Net.Sockets" or "System.Net.NameResolution")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName is "ConnectStart" or "AcceptStart" or "ResolutionStart" && TestContext.Current.Test?.UniqueID is { } test)
            {
                Attempts.GetOrAdd(test, _ => []).Add($"{eventData.EventName} {eventData.Payload?.FirstOrDefault()}");
            }
        }
    }
}
