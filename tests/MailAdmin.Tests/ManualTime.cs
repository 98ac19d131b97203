using MailAdmin.Tenant.Base;

namespace MailAdmin.Tests;

internal static class ManualTime
{
    /// <summary>Advances a clock whenever somebody waits on it, until the work is done: hours pass in no time.</summary>
    public static async Task<T> RunAsync<T>(TenantClock clock, Task<T> work)
    {
        while (!work.IsCompleted)
        {
            if (clock.NextDue is { } due)
            {
                clock.Advance(due - clock.GetUtcNow());
            }

            await Task.Yield();
        }

        return await work;
    }
}
