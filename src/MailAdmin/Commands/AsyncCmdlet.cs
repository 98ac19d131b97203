// Longer than 250 lines: all that cmdlets share, where PowerShell and asynchronous work meet.
using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands;

/// <summary>
/// Represents a cmdlet with asynchronous work. Every continuation runs on the pipeline thread, so WriteObject is called where
/// PowerShell allows it. Its exceptions (Select-Object -First, Ctrl+C) unwind the async methods and their <c>await using</c>, so
/// connections are always closed.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDynamicParameters, IDisposable
{
    /// <summary>Shorter operations show no progress.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly PipedObject _piped = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private string _doing = "Waiting for the service";
    private bool _showsProgress;
    private string? _parameterSet;

    /// <summary>Canceled by Ctrl+C and by PowerShell.Stop().</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>
    /// Whether a failure ends the pipeline. Otherwise, an error is written for the input object, and the next one is
    /// processed.
    /// </summary>
    protected virtual bool FailureEndsPipeline => false;

    /// <summary>Whether this invocation can make changes in the tenant.</summary>
    private protected virtual bool IsChange => IsDryRun ? false
        : GetType().GetCustomAttribute<CmdletAttribute>()?.SupportsShouldProcess == true;

    /// <summary>Whether this invocation only shows what would happen.</summary>
    private protected bool IsDryRun =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var value) && value is SwitchParameter { IsPresent: true };

    /// <summary>Accepts a session, unless it is read-only and the cmdlet makes changes.</summary>
    /// <exception cref="InvalidRequestException">The session is read-only (ReadOnlyContext).</exception>
    private protected void CheckMayChange(Session? session, bool isChange)
    {
        if (isChange && session is { IsReadOnly: true })
        {
            throw ReadOnlyHandler.Refuse(MyInvocation.MyCommand.Name);
        }
    }

    /// <summary>Prompts as -WhatIf, -Confirm, and the preferences require.</summary>
    /// <exception cref="InvalidRequestException">A prompt isn't possible (ConfirmationRequired).</exception>
    public new bool ShouldProcess(string? target, string action) => Asked(target, () => base.ShouldProcess(target, action));

    /// <summary>Prompts for an action that can't be undone.</summary>
    /// <exception cref="InvalidRequestException">A prompt isn't possible (ConfirmationRequired).</exception>
    public new bool ShouldContinue(string query, string caption) => Asked(query, () => base.ShouldContinue(query, caption));

    /// <summary>
    /// Prompts for a parameter with a high impact, as if the cmdlet had one. -Confirm and a $ConfirmPreference of None answer
    /// the prompt.
    /// </summary>
    /// <param name="query">The effect, and a question.</param>
    /// <param name="caption">The short question.</param>
    /// <exception cref="InvalidRequestException">A prompt isn't possible (ConfirmationRequired).</exception>
    private protected bool ConfirmsHighImpact(string query, string caption) =>
        MyInvocation.BoundParameters.ContainsKey("Confirm")
        || string.Equals(
            $"{GetVariableValue("ConfirmPreference")}", nameof(ConfirmImpact.None), StringComparison.OrdinalIgnoreCase)
        || ShouldContinue(query, caption);

    /// <summary>Prompts before an app gets permissions for all mailboxes.</summary>
    private protected bool ConfirmsTenantWide(string app) => ConfirmsHighImpact(
        $"'{app}' gets access to all mailboxes in the tenant. To allow only some mailboxes, use -Mailbox instead. Continue?",
        "Allow access to all mailboxes?");

    // Each host throws its own exception for that, one even NullReferenceException.
    private bool Asked(string? what, Func<bool> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception e) when (e is not PipelineStoppedException && !Errors.IsOurs(e))
        {
            throw new InvalidRequestException(
                "ConfirmationRequired", $"{MyInvocation.MyCommand.Name} requires confirmation, but a prompt isn't possible.", e)
            {
                Target = what,
                Advice = "To skip the prompt, use -Confirm:$false.",
            };
        }
    }

    /// <summary>Work before the first input object.</summary>
    protected virtual Task BeginAsync() => Task.CompletedTask;

    /// <summary>Work for each input object.</summary>
    protected virtual Task ProcessAsync() => Task.CompletedTask;

    /// <summary>Work after the last input object.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        _piped.Begin(MyInvocation);
        Run(BeginAsync);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(() =>
    {
        if (_parameterSet != ParameterSetName)
        {
            _parameterSet = ParameterSetName;
            WriteDebug($"{MyInvocation.MyCommand.Name}: parameter set {_parameterSet}.");
        }

        _piped.Check(MyInvocation);
        return ProcessInputAsync();
    });

    /// <summary>Processes one input object; a cmdlet that runs in several tenants does so in each.</summary>
    private protected virtual Task ProcessInputAsync() => ProcessAsync();

    /// <summary>Adds the tenant to a result before it's written.</summary>
    private protected virtual void Stamp(object? result)
    {
    }

    /// <summary>
    /// Binds the whole piped object to a hidden parameter if its properties can bind to the mailbox. So a message doesn't bind as
    /// its folder, nor a folder as its mailbox. PowerShell calls it.
    /// </summary>
    /// <returns>The parameter; null if no property of a message or folder binds.</returns>
    public object? GetDynamicParameters() => TakesMailboxOfObject ? _piped.Parameters : null;

    /// <summary>Whether properties of piped objects can specify a mailbox.</summary>
    private protected virtual bool TakesMailboxOfObject => MyInvocation.ExpectingInput && PipedObject.TakesMailbox(GetType());

    /// <summary>Whether a parameter was specified on the command line, and not by the pipeline.</summary>
    private protected bool IsGiven(string parameter) => _piped.IsGiven(parameter);

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        Run(EndAsync);
        if (_showsProgress)
        {
            WriteProgress(
                new ProgressRecord(MyInvocation.PipelinePosition, MyInvocation.MyCommand.Name, "Done")
                {
                    RecordType = ProgressRecordType.Completed,
                });
        }
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Writes an error for one object and continues.</summary>
    protected void WriteFailure(Exception error, object? target) => WriteError(Errors.ToRecord(error, target, GetType()));

    /// <summary>Processes each mailbox. If one fails, an error is written, and the next one is processed.</summary>
    /// <typeparam name="T">The type that represents a mailbox. Its text is the target of the error.</typeparam>
    private protected async Task EachMailboxAsync<T>(IEnumerable<T> mailboxes, Func<T, Task> work)
    {
        foreach (var mailbox in mailboxes)
        {
            try
            {
                await work(mailbox);
            }
            catch (Exception e) when (Errors.IsOurs(e))
            {
                WriteFailure(e, mailbox is MailboxConnection connection ? connection.Mailbox : $"{mailbox}");
            }
        }
    }

    /// <summary>Writes an object, and keeps its names for tab completion.</summary>
    protected new void WriteObject(object? sendToPipeline)
    {
        Stamp(sendToPipeline);
        Contexts.Here.Names.Note(sendToPipeline);
        base.WriteObject(sendToPipeline);
    }

    /// <summary>Writes the objects of a collection, and keeps their names for tab completion.</summary>
    protected new void WriteObject(object? sendToPipeline, bool enumerateCollection)
    {
        var objects = enumerateCollection && sendToPipeline is IEnumerable<object> many ? many : [sendToPipeline!];
        foreach (var one in objects)
        {
            WriteObject(one);
        }
    }

    /// <summary>Shows the progress of a long operation. Operations of less than 1 second show none.</summary>
    /// <param name="status">The current operation.</param>
    /// <param name="percent">The percentage, 0 to 100; -1 if unknown.</param>
    /// <param name="secondsLeft">The remaining time in seconds; -1 if unknown.</param>
    private protected void ShowProgress(string status, int percent = -1, int secondsLeft = -1)
    {
        if (Stopwatch.GetElapsedTime(_start) >= Unnoticed)
        {
            _showsProgress = true;
            WriteProgress(new ProgressRecord(MyInvocation.PipelinePosition, MyInvocation.MyCommand.Name, status)
            {
                PercentComplete = percent,
                SecondsRemaining = secondsLeft,
            });
        }
    }

    /// <summary>Whether verbose messages are shown as progress; false for a cmdlet that shows numbers instead.</summary>
    private protected virtual bool ShowsProgress => true;

    /// <summary>
    /// Returns a function that writes a line like Write-Host. It can be called on any thread while the command runs.
    /// </summary>
    private protected Action<string> HostLine()
    {
        var pipeline = SynchronizationContext.Current!;
        return text =>
        {
            // Later output on this thread must not be written before it.
            if (SynchronizationContext.Current == pipeline)
            {
                Show(text);
            }
            else
            {
                pipeline.Post(_ => Show(text), null);
            }
        };

        void Show(string text) => WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]);
    }

    /// <summary>Returns a full path, relative to the session's location, with literal wildcards.</summary>
    /// <exception cref="InvalidRequestException">
    /// The path isn't in the file system, such as a relative path after Set-Location Cert:, or its drive doesn't exist.
    /// </exception>
    protected internal string FullPath(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw NoFile($"'{path.Replace('\0', ' ')}' isn't a path of the file system: it contains a null character.", null);
        }

        try
        {
            var full = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem" ? full
                : throw NoFile($"'{path}' is a path of the provider {provider.Name}, not of the file system.", null);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw NoFile($"'{path}' isn't a path of the file system: {e.Message}", e);
        }

        InvalidRequestException NoFile(string text, Exception? inner) => new("PathNotInFileSystem", text, inner)
        {
            Target = path,
            Advice = "Specify a full path, or set the location to a folder first.",
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called once after the pipeline has ended.</summary>
    protected virtual void Dispose(bool disposing) => _stop.Dispose();

    /// <summary>Whether -Debug is used. Only then are contents read.</summary>
    private bool WantsBodies => MyInvocation.BoundParameters.TryGetValue("Debug", out var debug)
        ? debug is SwitchParameter { IsPresent: true }
        : LanguagePrimitives.TryConvertTo(GetVariableValue("DebugPreference"), out ActionPreference preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private void Run(Func<Task> work)
    {
        var previous = SynchronizationContext.Current;
        using var pump = new PipelinePump(_stop);
        SynchronizationContext.SetSynchronizationContext(pump);
        var outer = PipelinePump.OfCall;
        PipelinePump.OfCall = pump;
        VerboseLog.SetListener((kind, text) => pump.Post(_ => Tell(kind, text), null), WantsBodies);
        using var silence = new Timer(
            _ => pump.Post(_ => Tell(LogKind.Sentence, null), null), null, ShowsProgress ? Unnoticed : Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        try
        {
            pump.RunUntilDone(work());
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception e) when (Errors.IsOurs(e))
        {
            var record = Errors.ToRecord(e, null, GetType());
            if (FailureEndsPipeline)
            {
                ThrowTerminatingError(record);
            }

            WriteError(record);
        }
        finally
        {
            PipelinePump.OfCall = outer;
            VerboseLog.SetListener(null);
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    /// <summary>Shows the current operation. Without a sentence, the last one is shown again.</summary>
    private void Tell(LogKind kind, string? sentence)
    {
        if (kind == LogKind.Request)
        {
            WriteVerbose(sentence);
            return;
        }

        if (kind == LogKind.Body)
        {
            WriteDebug(sentence);
            return;
        }

        if (sentence is not null)
        {
            _doing = sentence;
            WriteVerbose(sentence);
        }

        if (ShowsProgress)
        {
            ShowProgress(_doing);
        }
    }
}
