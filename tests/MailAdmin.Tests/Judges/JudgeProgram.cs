using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Judges;

/// <summary>
/// A client of somebody else's in a process of its own, reached as docs/Sandbox.md says. A small script passes each request to it
/// (one line of JSON in, one out) and does nothing else: what is asked for and what must come of it stands in the judges here.
/// </summary>
internal sealed class JudgeProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TempFolder _home = new();

    /// <param name="server">The sandbox.</param>
    /// <param name="program">node or python3.</param>
    /// <param name="script">The script, from the folder tests on.</param>
    public JudgeProgram(ServedProcess server, string program, string script)
    {
        var start = new ProcessStartInfo(program, [Path.Combine(ArchitectureTests.FindRoot(), "tests", script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HTTPS_PROXY"] = $"http://127.0.0.1:{server.Port}";
        start.Environment["NODE_EXTRA_CA_CERTS"] = server["certificate"];
        // What a client keeps of a sign-in is kept here.
        start.Environment["HOME"] = start.Environment["XDG_CONFIG_HOME"] = _home.Path;
        foreach (var name in (string[])["https_proxy", "NO_PROXY", "no_proxy", "HTTP_PROXY", "http_proxy", "NODE_OPTIONS"])
        {
            start.Environment.Remove(name);
        }

        _process = Process.Start(start)!;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Has a request carried out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="heard">Is told what the client says meanwhile.</param>
    /// <exception cref="JudgeException">The client reports an error.</exception>
    public async Task<JsonNode?> AskAsync(object request, Func<JsonNode, Task>? heard = null)
    {
        await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request).AsMemory(), Cancel);
        await _process.StandardInput.FlushAsync(Cancel);
        while (true)
        {
            var answer = await ReadAsync();
            if (answer["said"] is { } said)
            {
                await (heard?.Invoke(said) ?? Task.CompletedTask);
                continue;
            }

            return answer["error"] is { } error ? throw new JudgeException(error) : answer["result"];
        }
    }

    /// <summary>Waits for what the client says by itself.</summary>
    public async Task<JsonNode> HearAsync() =>
        (await ReadAsync())["said"] ?? throw new InvalidOperationException("The client answered what nobody asked.");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _home.Dispose();
    }

    private async Task<JsonObject> ReadAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync(Cancel)
            ?? throw new InvalidOperationException(
                $"The client ended: {await _process.StandardError.ReadToEndAsync(Cancel)}");
        return JsonNode.Parse(line)!.AsObject();
    }
}

/// <summary>A client reports an error.</summary>
internal sealed class JudgeException(JsonNode error) : Exception(error.ToJsonString())
{
    public JsonNode Error => error;
}
