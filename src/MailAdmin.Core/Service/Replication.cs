using MailAdmin.Core.Base;

namespace MailAdmin.Core.Service;

/// <summary>Runs steps that require an object that was just created and might not have replicated in the directory yet.</summary>
internal static class Replication
{
    /// <summary>Retries a step until the tenant has replicated the object that it requires.</summary>
    /// <param name="wire">The wire with the clock and the timeout.</param>
    /// <param name="what">The required object, for the verbose log.</param>
    /// <returns>The result of the step.</returns>
    /// <exception cref="ServiceRefusedException">
    /// The step is still refused after the timeout, or is refused for another reason.
    /// </exception>
    public static async Task<T> WhenVisibleAsync<T>(
        Wire wire, string what, Func<Task<T>> step, CancellationToken cancellationToken)
    {
        ServiceRefusedException? last = null;
        var done = await Poll.UntilAsync<Done<T>>(wire, what, async _ =>
        {
            try
            {
                return new Done<T>(await step().ConfigureAwait(false));
            }
            catch (ServiceRefusedException e) when (IsNotYetVisible(e))
            {
                last = e;
                return null;
            }
        }, cancellationToken).ConfigureAwait(false);
        return done is not null ? done.Value : throw last!;
    }

    // The documented signs of replication lag: the object itself is missing, or one that it refers to is.
    private static bool IsNotYetVisible(ServiceRefusedException e) =>
        e.HttpStatus == 404 || e.Code == GraphCodes.NoBackingApplication
        || (e.HttpStatus == 400 && (e.Message.Contains("does not reference a valid application object", StringComparison.Ordinal)
            || e.Message.Contains("Not a valid reference update", StringComparison.Ordinal)));

    private sealed record Done<T>(T Value);
}
