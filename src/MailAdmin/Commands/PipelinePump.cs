using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace MailAdmin.Commands;

/// <summary>Runs posted work on the thread that waits for the operation.</summary>
internal sealed class PipelinePump(CancellationTokenSource stop) : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];
    private static readonly AsyncLocal<PipelinePump?> Running = new();

    private ExceptionDispatchInfo? _failure;

    /// <summary>The pump of the command that this call belongs to, on any thread; null outside a command.</summary>
    public static PipelinePump? OfCall
    {
        get => Running.Value;
        set => Running.Value = value;
    }

    /// <summary>
    /// Runs work on the pipeline thread, where commands of other modules can be called. They have no synchronization context: a
    /// command that waits for its own asynchronous work would wait for this thread.
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="work">Runs there.</param>
    /// <returns>Ends as the work ends; cancelled when the pipeline is stopped, or has ended.</returns>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _queue.Add((_ => Run(), null));
        }
        catch (InvalidOperationException)
        {
            done.SetCanceled();
        }

        return done.Task;

        void Run()
        {
            SetSynchronizationContext(null);
            try
            {
                done.SetResult(work());
            }
            catch (PipelineStoppedException)
            {
                stop.Cancel();
                done.SetCanceled();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
            finally
            {
                SetSynchronizationContext(this);
            }
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            // The command has ended, so late work is dropped.
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
