using System.Diagnostics;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// A real Chromium without a window: https://chromedevtools.github.io/devtools-protocol. It reaches a served sandbox as its proxy, and
/// trusts the one key of its certificate.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string PressFirst = "(document.querySelector('button[name=decision]') ?? {click() {}}).click(); document.title + ' | ' + document.body.innerText";

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _tools = new();
    private readonly Queue<JsonObject> _events = new();
    private readonly List<string> _pages = [];
    private string? _session;
    private int _lastId;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>Where it is; null when there is none.</summary>
    public static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Every page that <see cref="OpenAsync"/> was shown: title and text.</summary>
    public IReadOnlyList<string> Pages => _pages;

    /// <summary>Starts it with an empty page.</summary>
    /// <param name="port">Where the sandbox is served.</param>
    /// <param name="certificate">The sandbox's.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Chromium> StartAsync(int port, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var profile = Directory.CreateTempSubdirectory("mailadmin-chromium-");
        var key = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var process = Process.Start(new ProcessStartInfo(
            Program!,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--disable-background-networking",
                "--disable-component-update", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", $"--proxy-server=127.0.0.1:{port}",
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
            var target = await browser.CallAsync("Target.createTarget", new() { ["url"] = "about:blank" }, cancellationToken);
            var attached = await browser.CallAsync("Target.attachToTarget", new() { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true }, cancellationToken);
            browser._session = (string)attached["sessionId"]!;
            await browser.CallAsync("Page.enable", [], cancellationToken);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page, and goes on pressing the first button of each that follows.</summary>
    public async Task OpenAsync(Uri page, CancellationToken cancellationToken)
    {
        await CallAsync("Page.navigate", new() { ["url"] = page.AbsoluteUri }, cancellationToken);
        _ = Task.Run(() => PressAsync(cancellationToken), cancellationToken);
    }

    /// <summary>Opens a page, and chooses in the list that it shows the person of an address.</summary>
    /// <returns>The address of the request that then goes to the app, which is answered in the app's place.</returns>
    public async Task<Uri> SignInAsync(Uri page, string person, string callback, CancellationToken cancellationToken)
    {
        await CallAsync("Fetch.enable", new() { ["patterns"] = new JsonArray(new JsonObject { ["urlPattern"] = callback + "*" }) }, cancellationToken);
        await CallAsync("Page.navigate", new() { ["url"] = page.AbsoluteUri }, cancellationToken);
        var choose = $$"""
            (() => {
                const label = [...document.querySelectorAll('label')].find(l => l.textContent.includes({{JsonSerializer.Serialize(person)}}));
                if (!label) return false;
                label.querySelector('input').checked = true;
                document.querySelector('button').click();
                return true;
            })()
            """;
        while ((bool?)(await CallAsync("Runtime.evaluate", new() { ["expression"] = choose, ["returnByValue"] = true }, cancellationToken))["result"]?["value"] != true)
        {
            await Task.Delay(100, cancellationToken);
        }

        while (true)
        {
            var message = await NextEventAsync(cancellationToken);
            if ((string?)message["method"] == "Fetch.requestPaused")
            {
                var request = message["params"]!;
                await CallAsync("Fetch.fulfillRequest", new() { ["requestId"] = request["requestId"]!.DeepClone(), ["responseCode"] = 200 }, cancellationToken);
                return new Uri((string)request["request"]!["url"]!);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _tools.Dispose();
        _profile.Delete(recursive: true);
    }

    private async Task PressAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if ((string?)(await NextEventAsync(cancellationToken))["method"] == "Page.loadEventFired")
            {
                var shown = await CallAsync("Runtime.evaluate", new() { ["expression"] = PressFirst }, cancellationToken);
                _pages.Add((string?)shown["result"]?["value"] ?? "");
            }
        }
    }

    /// <summary>Calls a method; events that come before its answer wait.</summary>
    private async Task<JsonObject> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var call = new JsonObject { ["id"] = ++_lastId, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            call["sessionId"] = _session;
        }

        await _tools.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken);
            if ((int?)message["id"] == _lastId)
            {
                return message["result"] as JsonObject ?? throw new InvalidOperationException($"{method}: {message["error"]}");
            }

            _events.Enqueue(message);
        }
    }

    private async Task<JsonObject> NextEventAsync(CancellationToken cancellationToken) =>
        _events.TryDequeue(out var waiting) ? waiting : await ReceiveAsync(cancellationToken);

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
