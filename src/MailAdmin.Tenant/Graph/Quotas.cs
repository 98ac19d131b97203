using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Graph.OData;

namespace MailAdmin.Tenant.Graph;

/// <summary>
/// The limits of Outlook for one app and one mailbox: 10,000 requests in 10 minutes, 4 at a time, 150 MB uploaded in 5 minutes.
/// https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
/// </summary>
internal sealed class Quotas(TenantClock clock)
{
    private const int MaxRequests = 10_000, MaxConcurrent = 4;

    private const long MaxUpload = 150 * 1024 * 1024;

    private static readonly TimeSpan RequestWindow = TimeSpan.FromMinutes(10), UploadWindow = TimeSpan.FromMinutes(5);

    private readonly Dictionary<(string App, string Mailbox), Window> _requests = [];
    private readonly Dictionary<(string App, string Mailbox), Window> _uploads = [];
    private readonly Dictionary<(string App, string Mailbox), int> _running = [];

    private sealed record Window(DateTimeOffset Start, long Used);

    /// <exception cref="GraphRefusal">429.</exception>
    public void CountRequest(string app, string mailbox) =>
        Count(_requests, (app, mailbox), 1, MaxRequests, RequestWindow, "MailboxRequests");

    /// <summary>
    /// Counts the bytes of a POST, PATCH or PUT; the one that reaches the limit is still taken, so the largest attachment can be
    /// uploaded.
    /// </summary>
    /// <exception cref="GraphRefusal">429.</exception>
    public void CountUpload(string app, string mailbox, long bytes) =>
        Count(_uploads, (app, mailbox), bytes, MaxUpload, UploadWindow, "IncomingBytes");

    /// <summary>Records the start of a request. In any case, call <see cref="Leave"/> at its end.</summary>
    /// <returns>False when as many are running already as may.</returns>
    public bool Enter(string app, string mailbox)
    {
        var running = _running.GetValueOrDefault((app, mailbox)) + 1;
        _running[(app, mailbox)] = running;
        return running <= MaxConcurrent;
    }

    public void Leave(string app, string mailbox)
    {
        if (--_running[(app, mailbox)] == 0)
        {
            _running.Remove((app, mailbox));
        }
    }

    /// <summary>The refusal of a request that is over a limit.</summary>
    public static GraphRefusal Over(string limit, int? retryAfter) =>
        new(429, "ApplicationThrottled", $"Application is over its {limit} limit.") { RetryAfter = retryAfter };

    private void Count(
        Dictionary<(string App, string Mailbox), Window> windows, (string App, string Mailbox) key, long amount, long max,
        TimeSpan length, string limit)
    {
        var now = clock.GetUtcNow();
        var window = windows.TryGetValue(key, out var known) && now < known.Start + length ? known : new Window(now, 0);
        if (window.Used >= max)
        {
            throw Over(limit, (int)Math.Ceiling((window.Start + length - now).TotalSeconds));
        }

        windows[key] = window with { Used = window.Used + amount };
    }
}
