using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Represents the pause of a run between two passes: until there can be new messages, or a transient error has ended.
/// </summary>
/// <param name="store">The mailbox.</param>
/// <param name="options">The options with the interval.</param>
/// <param name="time">The clock.</param>
internal sealed class PassPause(IMailStore store, ReceiveOptions options, TimeProvider time)
{
    /// <summary>With pauses that double, about twenty minutes.</summary>
    private const int MostNotConnected = 11;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private bool _hasTurn;

    /// <summary>
    /// Returns whether a waiting run continues after an error: of the network, the service, a rebuilt folder, or a full disk.
    /// Exchange answers "not connected" while it moves a mailbox, and also if a permission is missing. Then the error is
    /// permanent.
    /// </summary>
    /// <param name="failures">The number of consecutive passes that ended early before this one.</param>
    public static bool IsWorthIt(MailAdminException error, int failures) =>
        error.IsTransient || FolderCursor.IsLost(error) || error is InvalidRequestException { Id: "DestinationNotWritable" }
        || (error is ServiceRefusedException { Code: ImapCodes.NotConnected } && failures < MostNotConnected);

    /// <summary>Waits until the run can connect (<see cref="ReceiveOptions.Turns"/>).</summary>
    public async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (options.Turns is { } turns)
        {
            await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
            _hasTurn = true;
        }
    }

    /// <summary>Lets another run connect.</summary>
    public void EndTurn()
    {
        if (_hasTurn)
        {
            _hasTurn = false;
            options.Turns!.Release();
        }
    }

    /// <summary>Waits. Where runs take turns, the run isn't connected in the meantime.</summary>
    /// <param name="runs">The folders.</param>
    /// <param name="trouble">The reason why the last pass ended early; null if it didn't.</param>
    /// <param name="failures">The number of consecutive passes that ended early.</param>
    public async Task AfterAsync(
        FolderRun[] runs, MailAdminException? trouble, int failures, CancellationToken cancellationToken)
    {
        if (options.Turns is not null)
        {
            await store.SuspendAsync().ConfigureAwait(false);
            EndTurn();
        }

        await WaitAsync(runs, trouble, failures, cancellationToken).ConfigureAwait(false);
        await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitAsync(
        FolderRun[] runs, MailAdminException? trouble, int failures, CancellationToken cancellationToken)
    {
        switch (trouble)
        {
            case null when runs is [var only] && options.Turns is null:
                await ForNewsAsync(only, cancellationToken).ConfigureAwait(false);
                break;
            case null:
                var next = runs.Min(run => run.NextTryIn) ?? options.PollInterval;
                await Task.Delay(next < options.PollInterval ? next : options.PollInterval, time, cancellationToken)
                    .ConfigureAwait(false);
                break;
            case ServiceRefusedException lost when failures == 1 && FolderCursor.IsLost(lost):
                break;
            default:
                var pause = (trouble as ServiceRefusedException)?.RetryAfter
                    ?? RetryPolicy.Default.BackOff(Math.Min(failures, 10));
                await Task.Delay(pause < Longest ? pause : Longest, time, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task ForNewsAsync(FolderRun run, CancellationToken cancellationToken)
    {
        try
        {
            await store.WaitForNewsAsync(
                run.Folder, options.PollInterval, run.NextTryIn ?? TimeSpan.MaxValue, cancellationToken).ConfigureAwait(false);
        }
        catch (MailAdminException e) when (e.IsTransient)
        {
            // The next pass meets the same trouble, or finds that it is over.
            VerboseLog.Write($"Waiting was interrupted: {e.Message}");
        }
    }
}
