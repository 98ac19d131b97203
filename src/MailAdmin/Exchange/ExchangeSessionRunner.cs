using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MailAdmin.Commands;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;

namespace MailAdmin.Exchange;

/// <summary>
/// Runs cmdlets of Exchange Online in the session of Microsoft's module ExchangeOnlineManagement that is connected in the
/// runspace of the running command. The module sends the requests, with its own sign-in and retries.
/// </summary>
/// <param name="tenantId">The tenant's ID.</param>
/// <param name="tenant">The tenant, as specified at sign-in.</param>
/// <param name="isReadOnly">Whether cmdlets that make changes are rejected.</param>
internal sealed partial class ExchangeSessionRunner(string tenantId, string tenant, bool isReadOnly) : IExchangeRunner
{
    /// <summary>Verifies that a session is connected.</summary>
    /// <exception cref="InvalidRequestException">None is, or only to another tenant (ExchangeSessionRequired).</exception>
    public Task CheckAsync() => OnPipelineAsync(() => ExchangeConnection.Find(tenantId, tenant));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ExchangeObject>> RunAsync(
        string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return isReadOnly && !ReadOnlyHandler.Reads(cmdlet) ? throw ReadOnlyHandler.Refuse(cmdlet)
            : OnPipelineAsync(() => Run(cmdlet, parameters));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<int, IReadOnlyList<ExchangeObject>>> RunTogetherAsync(
        string cmdlet, IReadOnlyList<JsonObject> parameters, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<int, IReadOnlyList<ExchangeObject>>>(
            new Dictionary<int, IReadOnlyList<ExchangeObject>>());

    /// <inheritdoc/>
    public Task<bool?> MayRunAsync(string cmdlet, CancellationToken cancellationToken) =>
        OnPipelineAsync<bool?>(() => ExchangeConnection.Find(tenantId, tenant).Command(cmdlet) is not null);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The session is the user's, and isn't disconnected.
    }

    private static Task<T> OnPipelineAsync<T>(Func<T> work) => PipelinePump.OfCall?.RunAsync(work)
        ?? throw new InvalidRequestException(
            "ExchangeSessionRequired", "A session of Exchange Online PowerShell can be used only while a command runs.")
        {
            Advice = "Run the command in the PowerShell session in which Connect-ExchangeOnline was run.",
        };

    private IReadOnlyList<ExchangeObject> Run(string cmdlet, JsonObject parameters)
    {
        var command = ExchangeConnection.Find(tenantId, tenant).Command(cmdlet) ?? throw ExchangeErrors.NotInSession(cmdlet);
        var given = new Hashtable(parameters.ToDictionary(p => p.Key, p => Shell.Parameter(p.Value)))
        {
            ["ErrorAction"] = ActionPreference.Stop,
            ["WarningAction"] = ActionPreference.Continue,
        };
        if (!ReadOnlyHandler.Reads(cmdlet) && command.Parameters.ContainsKey("WhatIf"))
        {
            // A preference of the session must not turn a change into a rehearsal.
            given["WhatIf"] = false;
        }

        // AddCommand would run a function of a module outside of its module.
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddScript("param($command, $parameters) & $command @parameters", useLocalScope: true)
            .AddArgument(command).AddArgument(given);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var found = shell.Invoke();
            if (shell.Streams.Error.Count > 0)
            {
                throw Refusal(cmdlet, shell.Streams.Error[0]);
            }

            Tell(cmdlet, $"{found.Count} objects", start);
            return [.. found.Where(o => o is not null).Select(o => new ExchangeObject(Shell.Json(o)))];
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            Tell(cmdlet, "failed", start);
            throw Refusal(cmdlet, e.ErrorRecord);
        }
        finally
        {
            foreach (var warning in shell.Streams.Warning)
            {
                VerboseLog.Write($"Exchange: {warning.Message}");
            }
        }
    }

    private static MailAdminException Refusal(string cmdlet, ErrorRecord error)
    {
        for (var e = error.Exception; e is not null; e = e.InnerException)
        {
            if (e is HttpRequestException or SocketException or TaskCanceledException)
            {
                return new ConnectionLostException($"Can't connect to Exchange Online: {e.Message}", e)
                {
                    Endpoint = "Exchange Online PowerShell",
                };
            }
        }

        var type = error.CategoryInfo.Reason is { Length: > 0 } reason ? reason : error.Exception.GetType().Name;
        var id = RequestId().Match(error.FullyQualifiedErrorId ?? "");
        return ExchangeErrors.OfSession(cmdlet, error.Exception.Message, type, id.Success ? id.Groups[1].Value : null);
    }

    private static void Tell(string cmdlet, string outcome, long start) => VerboseLog.Write(
        LogKind.Request, string.Create(
            CultureInfo.InvariantCulture,
            $"{cmdlet} (Exchange Online PowerShell): {outcome}, {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms"));

    // "[Server=AM6PR06MB5795,RequestId=7f6f2d5f-726b-5584-2121-922596043d50,TimeStamp=Tue, 28 Mar 2023 13:55:04 GMT],…"
    [GeneratedRegex("RequestId=([0-9A-Fa-f-]{36})", RegexOptions.NonBacktracking)]
    private static partial Regex RequestId();
}
