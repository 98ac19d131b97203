// Longer than 250 lines: all that cmdlets share, where PowerShell and asynchronous work meet.
using System.Diagnostics;
using System.Management.Automation;
using System.Reflection;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Commands;

/// <summary>
/// A cmdlet whose work is asynchronous. Every continuation runs on the pipeline thread, so WriteObject is called where
/// PowerShell allows it, and what it throws (Select-Object -First, Ctrl+C) unwinds through the async methods and their
/// <c>await using</c>: connections are closed, whatever ends the pipeline.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDynamicParameters, IDisposable
{
    /// <summary>What is done sooner shows no progress.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly PipedObject _piped = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private string _doing = "Waiting for the service";
    private bool _showsProgress;
    private string? _parameterSet;

    /// <summary>Cancelled by Ctrl+C and by PowerShell.Stop().</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <summary>
    /// Whether a failure ends the whole pipeline; else it is reported for its input object, and the next one follows.
    /// </summary>
    protected virtual bool FailureEndsPipeline => false;

    /// <summary>Whether the cmdlet changes something in the tenant, as it is run.</summary>
    private protected virtual bool IsChange => IsDryRun ? false
        : GetType().GetCustomAttribute<CmdletAttribute>()?.SupportsShouldProcess == true;

    /// <summary>Whether it only says what it would do.</summary>
    private protected bool IsDryRun =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var value) && value is SwitchParameter { IsPresent: true };

    /// <summary>Lets a session pass, unless it is read-only and the cmdlet changes something.</summary>
    /// <exception cref="InvalidRequestException">It is (ReadOnlyContext).</exception>
    private protected void CheckMayChange(Session? session, bool isChange)
    {
        if (isChange && session is { IsReadOnly: true })
        {
            throw ReadOnlyHandler.Refuse(MyInvocation.MyCommand.Name);
        }
    }

    /// <summary>Asks whether to do it, as -WhatIf, -Confirm, and the preferences say.</summary>
    /// <exception cref="InvalidRequestException">Nobody can be asked here (ConfirmationRequired).</exception>
    public new bool ShouldProcess(string? target, string action) => Asked(target, () => base.ShouldProcess(target, action));

    /// <summary>Asks whether to do what can't be undone.</summary>
    /// <exception cref="InvalidRequestException">Nobody can be asked here (ConfirmationRequired).</exception>
    public new bool ShouldContinue(string query, string caption) => Asked(query, () => base.ShouldContinue(query, caption));

    /// <summary>
    /// Asks as if the whole cmdlet had a high impact, for a parameter that has one. -Confirm, and a $ConfirmPreference of None,
    /// answer it.
    /// </summary>
    /// <param name="query">What will happen, and a question.</param>
    /// <param name="caption">The question in short.</param>
    /// <exception cref="InvalidRequestException">The host can't ask (ConfirmationRequired).</exception>
    private protected bool ConfirmsHighImpact(string query, string caption) =>
        MyInvocation.BoundParameters.ContainsKey("Confirm")
        || string.Equals(
            $"{GetVariableValue("ConfirmPreference")}", nameof(ConfirmImpact.None), StringComparison.OrdinalIgnoreCase)
        || ShouldContinue(query, caption);

    /// <summary>Asks before an app gets permissions for all mailboxes.</summary>
    private protected bool ConfirmsTenantWide(string app) => ConfirmsHighImpact(
        $"'{app}' gets access to all mailboxes in the tenant. To allow only some mailboxes, use -Mailbox instead. Continue?",
        "Allow access to all mailboxes?");

    // Each host has an exception of its own for that, one even NullReferenceException.
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

    /// <summary>Handles one input object; a cmdlet that works in several tenants does so in each.</summary>
    private protected virtual Task ProcessInputAsync() => ProcessAsync();

    /// <summary>Adds to a result, before it is emitted, of which tenant it is.</summary>
    private protected virtual void Stamp(object? result)
    {
    }

    /// <summary>
    /// Where a mailbox may come as a property of what is piped, a hidden parameter looks at the whole object: a message is not
    /// taken for its folder, nor a folder for its mailbox. Called by PowerShell.
    /// </summary>
    /// <returns>The parameter; null where no property of a message or folder binds.</returns>
    public object? GetDynamicParameters() => TakesMailboxOfObject ? _piped.Parameters : null;

    /// <summary>Whether properties of what is piped may name a mailbox.</summary>
    private protected virtual bool TakesMailboxOfObject => MyInvocation.ExpectingInput && PipedObject.TakesMailbox(GetType());

    /// <summary>Whether a parameter was given on the command line, and did not come through the pipeline.</summary>
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

    /// <summary>Reports a failure that concerns one object and goes on.</summary>
    protected void WriteFailure(Exception error, object? target) => WriteError(Errors.ToRecord(error, target, GetType()));

    /// <summary>
    /// Does something for each mailbox. One that fails is reported, and the others aren't kept waiting because of it.
    /// </summary>
    /// <typeparam name="T">What stands for a mailbox; its text is the target of the error.</typeparam>
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

    /// <summary>Emits an object, and keeps the names in it for tab completion.</summary>
    protected new void WriteObject(object? sendToPipeline)
    {
        Stamp(sendToPipeline);
        Contexts.Here.Names.Note(sendToPipeline);
        base.WriteObject(sendToPipeline);
    }

    /// <summary>Emits the objects of a collection, and keeps the names in them for tab completion.</summary>
    protected new void WriteObject(object? sendToPipeline, bool enumerateCollection)
    {
        var objects = enumerateCollection && sendToPipeline is IEnumerable<object> many ? many : [sendToPipeline!];
        foreach (var one in objects)
        {
            WriteObject(one);
        }
    }

    /// <summary>Shows how far a long work has come; what is over within a second shows nothing.</summary>
    /// <param name="status">What is done.</param>
    /// <param name="percent">How much of it, 0 to 100; -1 where nobody knows.</param>
    /// <param name="secondsLeft">How long it will take still; -1 where nobody knows.</param>
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

    /// <summary>Whether verbose messages are shown as progress; false for a cmdlet that shows figures instead.</summary>
    private protected virtual bool ShowsProgress => true;

    /// <summary>
    /// Gives what shows a person a line, as Write-Host does; it may be called on any thread while the command runs.
    /// </summary>
    private protected Action<string> HostLine()
    {
        var pipeline = SynchronizationContext.Current!;
        return text =>
        {
            // Nothing that is written later on this thread may come before it.
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

    /// <summary>A path as the user means it: relative to the session's location, wildcards literal.</summary>
    /// <exception cref="InvalidRequestException">
    /// It is not in the file system, as a relative path after Set-Location Cert:, or a path of a drive that doesn't exist.
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

    /// <summary>Called once, after the pipeline has ended.</summary>
    protected virtual void Dispose(bool disposing) => _stop.Dispose();

    /// <summary>Whether -Debug is on: contents are read for it alone.</summary>
    private bool WantsBodies => MyInvocation.BoundParameters.TryGetValue("Debug", out var debug)
        ? debug is SwitchParameter { IsPresent: true }
        : LanguagePrimitives.TryConvertTo(GetVariableValue("DebugPreference"), out ActionPreference preference)
            && preference is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private void Run(Func<Task> work)
    {
        var previous = SynchronizationContext.Current;
        using var pump = new PipelinePump(_stop);
        SynchronizationContext.SetSynchronizationContext(pump);
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
            VerboseLog.SetListener(null);
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    /// <summary>Tells what is being done; without a sentence, what is still being done.</summary>
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
