using System.Diagnostics;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailAdmin.Tests.Recipes;

/// <summary>A real browser without a window, driven over its DevTools: https://chromedevtools.github.io/devtools-protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private string? _session;
    private int _last;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The browser on PATH; null when there is none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>Starts it behind a proxy, trusting one certificate more.</summary>
    public static async Task<Chromium> StartAsync(string program, int proxyPort, X509Certificate2 certificate)
    {
        var profile = Directory.CreateTempSubdirectory("mailadmin-chromium-");
        var key = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
        var process = Process.Start(new ProcessStartInfo(program,
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
            $"--user-data-dir={profile.FullName}", $"--proxy-server=127.0.0.1:{proxyPort}", $"--ignore-certificate-errors-spki-list={key}", "--remote-debugging-port=0", "about:blank",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var browser = new Chromium(process, profile);
        const string Announced = "DevTools listening on ";
        while (await process.StandardError.ReadLineAsync(Cancel) is { } line)
        {
            if (line.StartsWith(Announced, StringComparison.Ordinal))
            {
                await browser._socket.ConnectAsync(new Uri(line[Announced.Length..]), Cancel);
                _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                var target = await browser.CallAsync("Target.createTarget", new() { ["url"] = "about:blank" });
                browser._session = (string?)(await browser.CallAsync("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.DeepClone(), ["flatten"] = true }))["sessionId"];
                return browser;
            }
        }

        throw new InvalidOperationException("The browser did not start.");
    }

    /// <summary>
    /// Opens a page and chooses, in the list that it shows, the person of an address; gives the address of the request that then goes
    /// to the app, which is answered in the app's place.
    /// </summary>
    public async Task<Uri> SignInAsync(Uri page, string person, string callback)
    {
        await CallAsync("Fetch.enable", new() { ["patterns"] = new JsonArray(new JsonObject { ["urlPattern"] = callback + "*" }) });
        await CallAsync("Page.enable", []);
        await CallAsync("Page.navigate", new() { ["url"] = page.AbsoluteUri });
        var choose = $$"""
            (() => {
                const label = [...document.querySelectorAll('label')].find(l => l.textContent.includes({{JsonSerializer.Serialize(person)}}));
                if (!label) return false;
                label.querySelector('input').checked = true;
                document.querySelector('button').click();
                return true;
            })()
            """;
        while ((bool?)(await CallAsync("Runtime.evaluate", new() { ["expression"] = choose, ["returnByValue"] = true }))["result"]?["value"] != true)
        {
            await Task.Delay(100, Cancel);
        }

        while (true)
        {
            var message = _waiting.Count > 0 ? _waiting.Dequeue() : await ReadAsync();
            if ((string?)message["method"] == "Fetch.requestPaused")
            {
                var request = message["params"]!;
                await CallAsync("Fetch.fulfillRequest", new() { ["requestId"] = request["requestId"]!.DeepClone(), ["responseCode"] = 200 });
                return new Uri((string)request["request"]!["url"]!);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _profile.Delete(recursive: true);
    }

    private readonly Queue<JsonObject> _waiting = [];

    /// <summary>Calls a method; events that come before its answer wait.</summary>
    private async Task<JsonObject> CallAsync(string method, JsonObject parameters)
    {
        var id = ++_last;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            call["sessionId"] = _session;
        }

        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, true, Cancel);
        while (true)
        {
            var message = await ReadAsync();
            if ((int?)message["id"] != id)
            {
                _waiting.Enqueue(message);
                continue;
            }

            return message["result"] as JsonObject ?? throw new InvalidOperationException($"{method}: {message["error"]}");
        }
    }

    private async Task<JsonObject> ReadAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!.AsObject();
    }
}
