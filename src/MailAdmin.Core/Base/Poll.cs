namespace MailAdmin.Core.Base;

/// <summary>Asking again until a change that the service accepted can be seen.</summary>
internal static class Poll
{
    /// <summary>Asks at once, then with growing pauses, until there is an answer or the timeout has passed.</summary>
    /// <param name="wire">Whose clock and timeout.</param>
    /// <param name="what">What is waited for, for the verbose log.</param>
    /// <param name="ask">Gives null while it is not there yet.</param>
    /// <returns>The answer; null when the timeout has passed.</returns>
    public static Task<T?> UntilAsync<T>(
        Wire wire, string what, Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken) where T : class =>
        UntilAsync(wire, what, wire.ReplicationTimeout, ask, cancellationToken);

    /// <summary>Asks at once, then with growing pauses, until there is an answer or a timeout has passed.</summary>
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
