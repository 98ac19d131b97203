using System.Runtime.CompilerServices;

namespace MailAdmin.Core.Receive;

/// <summary>Receives from several mailboxes at a time and hands their messages to one caller, one after the other.</summary>
internal static class ParallelReceive
{
    /// <summary>Represents a delivery, and its source.</summary>
    /// <typeparam name="T">The type that represents a mailbox.</typeparam>
    /// <param name="Source">The mailbox.</param>
    /// <param name="Delivery">The message; null when the mailbox failed.</param>
    /// <param name="Error">The error of the mailbox; the others continue. Null for none.</param>
    public readonly record struct Item<T>(T Source, Delivery? Delivery, MailAdminException? Error);

    /// <summary>Receives in parallel. The messages of each mailbox are in order; those of different mailboxes aren't.</summary>
    /// <typeparam name="T">The type that represents a mailbox.</typeparam>
    /// <param name="sources">The mailboxes. The next one is requested when it can be opened.</param>
    /// <param name="receive">Starts receiving from one.</param>
    /// <param name="most">The maximum number at a time.</param>
    /// <returns>Each delivery. Acknowledge it, or not, before you request the next.</returns>
    public static async IAsyncEnumerable<Item<T>> MergeAsync<T>(
        IAsyncEnumerable<T> sources, Func<T, CancellationToken, IAsyncEnumerable<Delivery>> receive, int most,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = sources.GetAsyncEnumerator(leaving.Token);
        Task<bool>? arriving = null;
        var isLast = false;
        var active = new List<Active<T>>();
        try
        {
            while (true)
            {
                while (!isLast && active.Count < most && (arriving ??= waiting.MoveNextAsync().AsTask()).IsCompleted)
                {
                    isLast = !await arriving.ConfigureAwait(false);
                    arriving = null;
                    if (!isLast)
                    {
                        active.Add(
                            new Active<T>(
                                waiting.Current, receive(waiting.Current, leaving.Token).GetAsyncEnumerator(leaving.Token)));
                    }
                }

                if (active.Count == 0 && arriving is null)
                {
                    yield break;
                }

                // Open mailboxes don't wait for the next one.
                await Task.WhenAny(active.Select(a => a.Next).Append(arriving).OfType<Task<bool>>()).ConfigureAwait(false);
                if (active.Find(a => a.Next.IsCompleted) is not { } ready)
                {
                    continue;
                }

                var (more, error) = await ready.ResultAsync().ConfigureAwait(false);
                if (more)
                {
                    yield return new Item<T>(ready.Source, ready.Deliveries.Current, null);
                    // The others have had less of a chance.
                    active.Remove(ready);
                    active.Add(ready.Continue());
                    continue;
                }

                active.Remove(ready);
                await ready.Deliveries.DisposeAsync().ConfigureAwait(false);
                if (error is not null)
                {
                    yield return new Item<T>(ready.Source, null, error);
                }
            }
        }
        finally
        {
            // An enumerator can't be disposed while MoveNextAsync runs. Idle ones, such as the one at which the caller stopped,
            // are disposed first.
            foreach (var idle in active.Where(a => a.IsIdle))
            {
                await idle.Deliveries.DisposeAsync().ConfigureAwait(false);
            }

            await leaving.CancelAsync().ConfigureAwait(false);
            foreach (var busy in active.Where(a => !a.IsIdle))
            {
                await ((Task)busy.Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await busy.Deliveries.DisposeAsync().ConfigureAwait(false);
            }

            if (arriving is not null)
            {
                await ((Task)arriving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await waiting.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Active<T>(T source, IAsyncEnumerator<Delivery> deliveries)
    {
        public T Source { get; } = source;

        public IAsyncEnumerator<Delivery> Deliveries { get; } = deliveries;

        public Task<bool> Next { get; private set; } = deliveries.MoveNextAsync().AsTask();

        /// <summary>The caller has its message, and hasn't requested the next.</summary>
        public bool IsIdle { get; private set; }

        public Active<T> Continue()
        {
            (IsIdle, Next) = (false, Deliveries.MoveNextAsync().AsTask());
            return this;
        }

        public async Task<(bool More, MailAdminException? Error)> ResultAsync()
        {
            try
            {
                IsIdle = true;
                return (await Next.ConfigureAwait(false), null);
            }
            catch (MailAdminException e)
            {
                return (false, e);
            }
        }
    }
}
