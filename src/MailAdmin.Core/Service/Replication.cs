using MailAdmin.Core.Base;

namespace MailAdmin.Core.Service;

/// <summary>Steps that build on what was made just before, while the directory's replicas don't all know of it yet.</summary>
internal static class Replication
{
    /// <summary>Runs a step again while the tenant doesn't see what it builds on.</summary>
    /// <param name="wire">Whose clock and timeout.</param>
    /// <param name="what">What the step builds on, for the verbose log.</param>
    /// <returns>What the step gives.</returns>
    /// <exception cref="ServiceRefusedException">It is still refused when the timeout has passed, or refused for another
    /// reason.</exception>
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
