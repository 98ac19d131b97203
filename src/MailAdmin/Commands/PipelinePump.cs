using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace MailAdmin.Commands;

/// <summary>Runs what is posted to it on the thread that waits for the work to be done.</summary>
internal sealed class PipelinePump(CancellationTokenSource stop) : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];
    private ExceptionDispatchInfo? _failure;

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The command has ended; a straggler has nobody left to tell.
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();

    public override SynchronizationContext CreateCopy() => this;

    public void RunUntilDone(Task work)
    {
        work.ContinueWith(
            static (_, queue) => ((BlockingCollection<(SendOrPostCallback, object?)>)queue!).CompleteAdding(),
            _queue, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach (var (callback, state) in _queue.GetConsumingEnumerable())
        {
            try
            {
                callback(state);
            }
            catch (Exception e)
            {
                // A stream that refuses to be written to ends the command, but not before the work has cleaned up.
                _failure ??= ExceptionDispatchInfo.Capture(e);
                stop.Cancel();
            }
        }

        _failure?.Throw();
        work.GetAwaiter().GetResult();
    }

    public void Dispose() => _queue.Dispose();
}
