namespace MailAdmin.Core.Base;

/// <summary>Polls until a change that the service accepted is returned.</summary>
internal static class Poll
{
    /// <summary>
    /// Polls immediately, and then with increasing pauses, until the change is returned or the timeout is over.
    /// </summary>
    /// <param name="wire">The wire with the clock and the timeout.</param>
    /// <param name="what">The object of the wait, for the verbose log.</param>
    /// <param name="ask">Returns null until the change is visible.</param>
    /// <returns>The object; null after the timeout.</returns>
    public static Task<T?> UntilAsync<T>(
        Wire wire, string what, Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken) where T : class =>
        UntilAsync(wire, what, wire.ReplicationTimeout, ask, cancellationToken);

    /// <summary>Polls immediately, and then with increasing pauses, until the change is returned or a timeout is over.</summary>
    public static async Task<T?> UntilAsync<T>(
        Wire wire, string what, TimeSpan timeout, Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken)
        where T : class
    {
        var start = wire.Time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(500);
        while (true)
        {
            if (await ask(cancellationToken).ConfigureAwait(false) is { } answer)
            {
                return answer;
            }

            if (wire.Time.GetElapsedTime(start) + pause > timeout)
            {
                VerboseLog.Write($"{what}: not returned after {wire.Time.GetElapsedTime(start).TotalSeconds:0} s.");
                return null;
            }

            VerboseLog.Write($"{what}: not returned by the service yet. Next check in {pause.TotalSeconds:0.#} s.");
            await Task.Delay(pause, wire.Time, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromSeconds(Math.Min(pause.TotalSeconds * 1.5, 10));
        }
    }
}
