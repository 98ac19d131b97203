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
    /// How long the filing of what was acknowledged may take after the caller was told to stop, and after it left by itself.
    /// </summary>
    private static readonly TimeSpan StopFlushTimeout = TimeSpan.FromMilliseconds(800),
        FinalFlushTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly IMailStore _store;
    private readonly ReceiveOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Receives from an open store.</summary>
    /// <param name="store">The mailbox; the caller disposes it.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InvalidRequestException">The options contradict each other.</exception>
    public MailReceiver(IMailStore store, ReceiveOptions options, TimeProvider? time = null)
    {
        options.Validate();
        (_store, _options, _time) = (store, options, time ?? Wire.MachineTime);
    }

    /// <summary>
    /// How many messages the folders held when the receiving began; null before that, and where not all of them come or the
    /// server does not tell.
    /// </summary>
    public long? Expected { get; private set; }

    /// <summary>
    /// Messages, oldest first in each folder. Each is to be acknowledged, or not, before the next is asked for. However the
    /// enumeration ends, what was acknowledged is filed on the server before it has ended; what could not be, comes again.
    /// </summary>
    /// <param name="cancellationToken">Ends it; what was not acknowledged comes again.</param>
    /// <returns>The deliveries; with <see cref="ReceiveOptions.Wait"/> without end.</returns>
    /// <exception cref="InvalidRequestException">A folder does not exist, the destination can't be written to, or another run is
    /// at it.</exception>
    /// <exception cref="ServiceRefusedException">The server said no.</exception>
    /// <exception cref="ConnectionLostException">The connection broke.</exception>
    public async IAsyncEnumerable<Delivery> ReceiveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PrepareDestination();
        var comesWhole = !_options.IsSelective && !_options.Remembers;
        // A run that waits would try for hours to reach a mailbox that never was there: it asks before it begins.
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
                await PauseAsync(runs, trouble, failures, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await CloseAsync(runs, cancellationToken.IsCancellationRequested).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on, or tells why not: a position that was lost, and, in a run that waits, what will pass.</summary>
    private async Task<(bool More, MailAdminException? Trouble)> NextAsync(
        FolderRun run, IAsyncEnumerator<Delivery> pass, int failures)
    {
        try
        {
            return (await pass.MoveNextAsync().ConfigureAwait(false), null);
        }
        catch (ServiceRefusedException e) when (run.IsLost(e))
        {
            run.StartOver();
            return (false, e);
        }
        catch (MailAdminException e) when (MayPass(e))
        {
            VerboseLog.Write($"{e.Message} Receiving goes on after a pause ({failures + 1} failures in a row).");
            return (false, e);
        }
    }

    /// <summary>
    /// Whether a run that waits goes on after it: the network, the service, a folder that was rebuilt, a full disk.
    /// </summary>
    private bool MayPass(MailAdminException error) =>
        _options.Wait
        && (error.IsTransient || FolderCursor.IsLost(error) || error is InvalidRequestException { Id: "DestinationNotWritable" });

    private async Task PauseAsync(
        FolderRun[] runs, MailAdminException? trouble, int failures, CancellationToken cancellationToken)
    {
        switch (trouble)
        {
            case null when runs is [var only]:
                await WaitForNewsAsync(only, cancellationToken).ConfigureAwait(false);
                break;
            case null:
                var next = runs.Min(run => run.NextTryIn) ?? _options.PollInterval;
                await Task.Delay(
                    next < _options.PollInterval ? next : _options.PollInterval, _time, cancellationToken).ConfigureAwait(false);
                break;
            case ServiceRefusedException lost when failures == 1 && FolderCursor.IsLost(lost):
                break;
            default:
                var pause = (trouble as ServiceRefusedException)?.RetryAfter
                    ?? RetryPolicy.Default.BackOff(Math.Min(failures, 10));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, _time, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task WaitForNewsAsync(FolderRun run, CancellationToken cancellationToken)
    {
        try
        {
            await _store.WaitForNewsAsync(
                run.Folder, _options.PollInterval, run.NextTryIn ?? TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e) when (e.IsTransient)
        {
            // The next pass meets the same trouble, or finds that it is over.
            VerboseLog.Write($"Waiting was cut short: {e.Message}");
        }
    }

    private async Task<FolderRun[]> OpenAsync(bool counted, List<Delivery> missing, CancellationToken cancellationToken)
    {
        await _store.RequireAsync(_options.AfterProcessing, cancellationToken).ConfigureAwait(false);
        var targets = await Targets.PrepareAsync(_store, _options, cancellationToken).ConfigureAwait(false);
        var sources = await SourceFolders.FindAsync(_store, _options, targets, counted, missing, cancellationToken)
            .ConfigureAwait(false);
        var runs = new List<FolderRun>();
        try
        {
            foreach (var (folder, chosen) in sources)
            {
                runs.Add(new FolderRun(_store, _options, folder, targets, _time, chosen));
            }

            return [.. runs];
        }
        catch
        {
            runs.ForEach(run => run.Dispose());
            throw;
        }
    }

    private async Task CloseAsync(FolderRun[] runs, bool isStopped)
    {
        using var timeout = new CancellationTokenSource(isStopped ? StopFlushTimeout : FinalFlushTimeout, _time);
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
                    VerboseLog.Write($"What was acknowledged last in '{run.Folder.Path}' comes again: {e.Message}");
                }
            }
        }
        finally
        {
            Array.ForEach(runs, run => run.Dispose());
        }
    }

    private void PrepareDestination()
    {
        if (_options.Destination is not { } destination)
        {
            return;
        }

        try
        {
            new Disk(_options.Durability, null, _options.Files).MakeFolder(destination);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidRequestException("DestinationNotWritable", $"'{destination}' can't be written to: {e.Message}", e)
            {
                Target = destination,
                Advice = "Nothing was changed on the server; choose another -Destination, and run it again.",
            };
        }
    }
}
