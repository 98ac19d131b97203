using System.Diagnostics;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Entra.SignIn;

/// <summary>
/// A real Chromium without a window, in which every page's first button is pressed: https://chromedevtools.github.io/devtools-protocol.
/// It reaches a served sandbox as its proxy, and trusts the one key of its certificate.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string PressFirst = "(document.querySelector('button[name=decision]') ?? {click() {}}).click(); document.title + ' | ' + document.body.innerText";

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _tools = new();
    private readonly List<string> _pages = [];
    private int _lastId;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>Where it is; null when there is none.</summary>
    public static string? Path => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .Select(folder => System.IO.Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    /// <summary>Every page that was shown: title and text.</summary>
    public IReadOnlyList<string> Pages => _pages;

    /// <summary>Starts it.</summary>
    /// <param name="port">Where the sandbox is served.</param>
    /// <param name="certificate">The sandbox's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Chromium> StartAsync(int port, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var profile = Directory.CreateTempSubdirectory("mailadmin-chromium-");
        var key = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var process = Process.Start(new ProcessStartInfo(
            Path!,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking",
                "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", $"--proxy-server=http://127.0.0.1:{port}",
                $"--ignore-certificate-errors-spki-list={key}", "about:blank",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var browser = new Chromium(process, profile);
        try
        {
            const string Listening = "DevTools listening on ";
            string? line;
            do
            {
                line = await process.StandardError.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("Chromium ended.");
            }
            while (!line.StartsWith(Listening, StringComparison.Ordinal));

            // What it goes on to say is nobody's business, and it must not wait for a reader.
            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await browser._tools.ConnectAsync(new Uri(line[Listening.Length..]), cancellationToken);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page, and presses the first button of each that follows, until the app on this machine has had its answer.</summary>
    public async Task OpenAsync(Uri page, CancellationToken cancellationToken)
    {
        var target = await CallAsync("Target.createTarget", new() { ["url"] = "about:blank" }, null, cancellationToken);
        var session = (string)(await CallAsync(
            "Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }, null, cancellationToken))["sessionId"]!;
        await CallAsync("Page.enable", [], session, cancellationToken);
        await SendAsync("Page.navigate", new() { ["url"] = page.AbsoluteUri }, session, cancellationToken);
        _ = Task.Run(() => PressAsync(session, cancellationToken), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _tools.Dispose();
        _profile.Delete(recursive: true);
    }

    private async Task PressAsync(string session, CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken);
            if ((string?)message["method"] == "Page.loadEventFired")
            {
                await SendAsync("Runtime.evaluate", new() { ["expression"] = PressFirst }, session, cancellationToken);
            }
            else if ((string?)message["result"]?["result"]?["value"] is { } shown)
            {
                _pages.Add(shown);
            }
        }
    }

    private async Task<JsonObject> CallAsync(string method, JsonObject parameters, string? session, CancellationToken cancellationToken)
    {
        var id = await SendAsync(method, parameters, session, cancellationToken);
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken);
            if ((int?)message["id"] == id)
            {
                return message["result"] as JsonObject ?? throw new InvalidOperationException(message.ToJsonString());
            }
        }
    }

    private async Task<int> SendAsync(string method, JsonObject parameters, string? session, CancellationToken cancellationToken)
    {
        var message = new JsonObject { ["id"] = ++_lastId, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        await _tools.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        return _lastId;
    }

    private async Task<JsonObject> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16_384];
        WebSocketReceiveResult part;
        do
        {
            part = await _tools.ReceiveAsync(buffer, cancellationToken);
            content.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return (JsonObject)JsonNode.Parse(content.ToArray())!;
    }
}
