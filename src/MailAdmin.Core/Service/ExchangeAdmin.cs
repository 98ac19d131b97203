using System.Text.Json;
using System.Text.Json.Nodes;
using MailAdmin.Core.Base;

namespace MailAdmin.Core.Service;

/// <summary>Reads and changes Exchange Online with its cmdlets.</summary>
internal sealed class ExchangeAdmin(IExchangeRunner runner) : IDisposable
{
    /// <summary>The ResultSize of a complete list. Without it, a cmdlet returns the first 1,000 objects.</summary>
    /// <remarks>https://learn.microsoft.com/powershell/module/exchange/get-mailbox (-ResultSize)</remarks>
    public const string Unlimited = "Unlimited";

    /// <summary>As many as open-source clients put into one batch.</summary>
    private const int BatchSize = 10;

    /// <summary>Runs a cmdlet that reads.</summary>
    /// <returns>All objects of all pages; empty if the parameters identify none.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<IReadOnlyList<ExchangeObject>> GetAsync(
        string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        try
        {
            return await runner.RunAsync(cmdlet, Checked(parameters), cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.Code == ExchangeErrors.NotFound)
        {
            return [];
        }
    }

    /// <summary>Runs a reading cmdlet several times, ten at a time in one request if the route supports that.</summary>
    /// <returns>For each of the parameter sets, in their order, what <see cref="GetAsync"/> gives.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<ExchangeObject>>> GetManyAsync(
        string cmdlet, IReadOnlyList<JsonObject> parameters, CancellationToken cancellationToken)
    {
        var all = new List<IReadOnlyList<ExchangeObject>>();
        foreach (var chunk in parameters.Select(Checked).Chunk(BatchSize))
        {
            var answers = chunk.Length == 1 ? null
                : await runner.RunTogetherAsync(cmdlet, chunk, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < chunk.Length; i++)
            {
                all.Add(answers?.GetValueOrDefault(i)
                    ?? await GetAsync(cmdlet, chunk[i], cancellationToken).ConfigureAwait(false));
            }
        }

        return all;
    }

    /// <summary>Runs a cmdlet that changes something, without its question.</summary>
    /// <returns>The cmdlet's output, which can be empty.</returns>
    /// <exception cref="ServiceRefusedException">Exchange refused the request.</exception>
    /// <exception cref="ConnectionLostException">Exchange couldn't be reached.</exception>
    public Task<IReadOnlyList<ExchangeObject>> ChangeAsync(
        string cmdlet, JsonObject parameters, CancellationToken cancellationToken)
    {
        parameters["Confirm"] = false;
        return runner.RunAsync(cmdlet, Checked(parameters), cancellationToken);
    }

    /// <summary>Returns whether the caller's roles have a cmdlet; null if Exchange doesn't return it.</summary>
    public Task<bool?> MayRunAsync(string cmdlet, CancellationToken cancellationToken) =>
        runner.MayRunAsync(cmdlet, cancellationToken);

    public void Dispose() => runner.Dispose();

    private static JsonObject Checked(JsonObject parameters)
    {
        foreach (var (_, value) in parameters)
        {
            if (value is JsonValue && value.GetValueKind() == JsonValueKind.String)
            {
                UnicodeText.Check(value.GetValue<string>());
            }
        }

        return parameters;
    }
}
