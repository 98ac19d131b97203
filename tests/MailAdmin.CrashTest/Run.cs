using System.Diagnostics;
using System.Text.Json;

namespace MailAdmin.CrashTest;

/// <summary>One process that receives, from its start to its end or its death.</summary>
internal sealed class Run : IDisposable
{
    /// <summary>A run that takes longer hangs.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private Run(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Steps that it has reported so far.</summary>
    public int Steps { get; private set; }

    public static async Task<Run> StartAsync(
        MailboxFacts facts, string destination, Treatment treatment, string moveTo, string copyTo)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(Run).Assembly.Location, "receive", destination, $"{treatment.Action}", moveTo, treatment.IsCopied ? copyTo : ""])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(facts));
        process.StandardInput.Close();
        return new Run(process);
    }

    /// <summary>Kills it, unless it is done before.</summary>
    /// <param name="steps">When it has reported so many steps,</param>
    /// <param name="delay">and so much time has gone by since.</param>
    /// <returns>Whether it was killed.</returns>
    public async Task<bool> KillAsync(int steps, TimeSpan delay)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await WaitAsync(steps, delay, timeout.Token);
        if (_process.HasExited)
        {
            await ThrowUnlessFineAsync();
            return false;
        }

        _process.Kill();
        await _process.WaitForExitAsync(timeout.Token);
        // It may have come to its end at the very same moment: then its exit code is its own.
        return _process.ExitCode != 0;
    }

    /// <summary>Waits for a moment of it, unless it is done before.</summary>
    /// <param name="steps">When it has reported so many steps,</param>
    /// <param name="delay">and so much time has gone by since.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WaitAsync(int steps, TimeSpan delay, CancellationToken cancellationToken = default)
    {
        while (Steps < steps && await _process.StandardOutput.ReadLineAsync(cancellationToken) is not null)
        {
            Steps++;
        }

        // Waiting by the system's timer would be too coarse to hit what takes less than a millisecond.
        for (var since = Stopwatch.StartNew(); since.Elapsed < delay && !_process.HasExited;)
        {
            Thread.Sleep(delay - since.Elapsed > TimeSpan.FromMilliseconds(5) ? 1 : 0);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="mayBeEnded">Whether the server was killed under it, or the disk is full.</param>
    /// <returns>Whether it came to its own end.</returns>
    public async Task<bool> FinishAsync(bool mayBeEnded = false)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        while (await _process.StandardOutput.ReadLineAsync(timeout.Token) is not null)
        {
            Steps++;
        }

        await _process.WaitForExitAsync(timeout.Token);
        if (!mayBeEnded || _process.ExitCode != Receiver.Ended)
        {
            await ThrowUnlessFineAsync();
        }

        return _process.ExitCode == 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task ThrowUnlessFineAsync()
    {
        if (_process.ExitCode != 0)
        {
            throw new InvalidOperationException($"A run that nobody killed failed: {await _errors}");
        }
    }
}
