using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Receives mail so that nothing is lost: a message is on disk under its final name before the caller sees it, and the server
/// is changed only after the caller has acknowledged it. The same promises over every protocol.
/// </summary>
internal sealed class MailReceiver
{
    /// <summary>
    /// The timeouts for processing acknowledged messages after the caller canceled, and after it stopped by itself.
    /// </summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(800), LeaveTimeout = TimeSpan.FromSeconds(30);

    private readonly IMailStore _store;
    private readonly ReceiveOptions _options;
    private readonly TimeProvider _time;
    private readonly PassPause _pause;
    private readonly ReceiveStores _stores;

    /// <summary>Receives from an open store.</summary>
    /// <param name="store">The mailbox; the caller disposes it.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidRequestException">The options contradict each other.</exception>
    public MailReceiver(IMailStore store, ReceiveOptions options, TimeProvider? time = null)
    {
        options.Validate();
        (_store, _options, _time) = (store, options, time ?? Wire.MachineTime);
        (_pause, _stores) = (new PassPause(store, options, _time), ReceiveStores.Of(options, _time));
    }

    /// <summary>
    /// The number of messages in the folders at the start; null before that, and if not all are received or the server doesn't
    /// return it.
    /// </summary>
    public long? Expected { get; private set; }

    /// <summary>
    /// Once the receiving has ended: the position in the only folder, when nothing is left to deal with there; else null.
    /// </summary>
    public string? Settled { get; private set; }

    /// <summary>
    /// Returns messages, oldest first in each folder. Acknowledge each, or not, before you request the next. At any end of the
    /// enumeration, acknowledged messages are processed on the server first. Messages that can't be processed are received again.
    /// </summary>
    /// <param name="cancellationToken">Cancels the operation. Messages that weren't acknowledged are received again.</param>
    /// <returns>The deliveries; endless with <see cref="ReceiveOptions.Wait"/>.</returns>
    /// <exception cref="InvalidRequestException">
    /// A folder doesn't exist, the destination can't be written to, or another run is at it.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The server refused the command.</exception>
    /// <exception cref="ConnectionLostException">The connection broke.</exception>
    public async IAsyncEnumerable<Delivery> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await _pause.TakeTurnAsync(cancellationToken).ConfigureAwait(false);
            await foreach (var delivery in RunAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return delivery;
            }
        }
        finally
        {
            _pause.EndTurn();
        }
    }

    private async IAsyncEnumerable<Delivery> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_stores.Messages is { } messages)
        {
            await messages.PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        var comesWhole = !_options.IsSelective && !_options.Remembers;
        // A waiting run would retry for hours if the mailbox doesn't exist, so it checks that first.
        var missing = new List<Delivery>();
        var runs = await OpenAsync(counted: comesWhole || _options.Wait, missing, cancellationToken).ConfigureAwait(false);
        Expected = _options.Messages?.Values.Sum(ids => (long?)ids.Count)
            ?? (comesWhole && runs.Sum(run => (long?)run.Folder.TotalItemCount) is > 0 and var sum
                ? Math.Min(sum, _options.Query.First ?? sum) : null);
        try
        {
            foreach (var gone in missing)
            {
                yield return gone;
            }

            var left = _options.Query.First ?? int.MaxValue;
            for (var failures = 0; ;)
            {
                MailAdminException? trouble = null;
                foreach (var run in runs)
                {
                    var pass = run.PassAsync(left, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    await using (pass.ConfigureAwait(false))
                    {
                        while (true)
                        {
                            (var more, trouble) = await NextAsync(run, pass, failures).ConfigureAwait(false);
                            if (!more)
                            {
                                break;
                            }

                            failures = 0;
                            left -= pass.Current.IsArrival ? 1 : 0;
                            yield return pass.Current;
                        }
                    }

                    foreach (var gone in trouble is null ? run.Missing() : [])
                    {
                        yield return gone;
                    }

                    if (trouble is not null || left == 0)
                    {
                        break;
                    }
                }

                if (left == 0 || (!_options.Wait && trouble is null))
                {
                    yield break;
                }

                failures = trouble is null ? 0 : failures + 1;
                await _pause.AfterAsync(runs, trouble, failures, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await CloseAsync(runs, cancellationToken.IsCancellationRequested).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Continues, or returns the error: after an expired position, and in a waiting run after a transient error.
    /// </summary>
    private async Task<(bool More, MailAdminException? Trouble)> NextAsync(
        FolderRun run, IAsyncEnumerator<Delivery> pass, int failures)
    {
        try
        {
            return (await pass.MoveNextAsync().ConfigureAwait(false), null);
        }
        catch (ServiceRefusedException e) when (run.IsLost(e))
        {
            return (false, run.StartOver(e) ? e : null);
        }
        catch (MailAdminException e) when (_options.Wait && PassPause.IsWorthIt(e, failures))
        {
            VerboseLog.Write($"{e.Message} Continuing after a pause ({failures + 1} failures in a row).");
            return (false, e);
        }
    }

    private async Task<FolderRun[]> OpenAsync(bool counted, List<Delivery> missing, CancellationToken cancellationToken)
    {
        var targets = await Targets.PrepareAsync(_store, _options, cancellationToken).ConfigureAwait(false);
        var sources = await SourceFolders.FindAsync(_store, _options, targets, counted, missing, cancellationToken)
            .ConfigureAwait(false);
        var runs = new List<FolderRun>();
        try
        {
            foreach (var (folder, chosen) in sources)
            {
                runs.Add(
                    await FolderRun.OpenAsync(_store, _options, _stores, folder, targets, _time, chosen, cancellationToken)
                        .ConfigureAwait(false));
            }

            return [.. runs];
        }
        catch
        {
            await CloseAsync(runs).ConfigureAwait(false);
            throw;
        }
    }

    private async Task CloseAsync(FolderRun[] runs, bool isStopped)
    {
        using var timeout = new CancellationTokenSource(isStopped ? StopTimeout : LeaveTimeout, _time);
        try
        {
            foreach (var run in runs)
            {
                try
                {
                    await run.LeaveAsync(timeout.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (e is MailAdminException or OperationCanceledException)
                {
                    VerboseLog.Write($"The last messages of '{run.Folder.Path}' will be received again: {e.Message}");
                }
            }
        }
        finally
        {
            Settled = runs is [var only] ? only.Settled : null;
            await CloseAsync(runs).ConfigureAwait(false);
        }
    }

    private static async Task CloseAsync(IEnumerable<FolderRun> runs)
    {
        foreach (var run in runs)
        {
            await run.DisposeAsync().ConfigureAwait(false);
        }
    }
}
