using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin.CrashTest;

/// <summary>Graph: the sandbox, served over HTTPS by a process of its own.</summary>
internal sealed class SandboxServer : IServer
{
    private readonly Process _process;
    private readonly JsonElement _facts;
    private readonly ServedSandbox _sandbox;
    private readonly HttpClient _http;

    private SandboxServer(Process process, JsonElement facts)
    {
        (_process, _facts) = (process, facts);
        var certificate = X509CertificateLoader.LoadCertificateFromFile(Text("certificate"));
        var wire = SandboxWire.To(new Uri(Text("sandboxUri")), certificate);
        _sandbox = new ServedSandbox(wire, Text("adminClientSecret"));
        _http = new HttpClient(wire.Http) { DefaultRequestHeaders = { Authorization = new("Bearer", Text("adminClientSecret")) } };
    }

    public string Name => "Graph";

    /// <summary>Starts it.</summary>
    /// <param name="emptyFolder">A folder without mail, so that the mailboxes have none.</param>
    /// <param name="tenant">A file that describes the tenant; null for the usual one.</param>
    public static async Task<SandboxServer> StartAsync(string emptyFolder, string? tenant = null)
    {
        // bin/CONFIGURATION/FRAMEWORK of this program, and of the one that was built with it.
        var output = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var program = Path.GetFullPath(Path.Combine(output, "../../../../../src/MailAdmin.Sandbox/bin", Path.GetRelativePath(Path.Combine(output, "../.."), output), "MailAdmin.Sandbox.dll"));
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, "serve", "--json", "--mail", emptyFolder, .. tenant is null ? (string[])[] : ["--tenant", tenant]])
        {
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sandbox is not served.");
        return new SandboxServer(process, JsonDocument.Parse(line).RootElement);
    }

    /// <summary>All mailboxes.</summary>
    public IReadOnlyList<string> Mailboxes => [.. _facts.GetProperty("mailboxes").EnumerateArray().Select(m => m.GetString()!)];

    // They take turns, so that none comes near the quota of a mailbox. The address of the fifth is no sign-in name, by which
    // Graph would know it.
    public string MailboxFor(int campaign) => _facts.GetProperty("mailboxes")[campaign % 4].GetString()!;

    public MailboxFacts FactsOf(string mailbox) => new()
    {
        Mailbox = mailbox,
        Certificate = Text("certificate"),
        Secret = Text("clientSecret"),
        SandboxUri = new Uri(Text("sandboxUri")),
        Tenant = Text("tenantId"),
        ClientId = Text("clientId"),
    };

    public Task DeliverAsync(string mailbox, byte[] message) =>
        _sandbox.AddMessageAsync(mailbox, "Inbox", message, null, isRead: false, CancellationToken.None);

    public async Task<IReadOnlyList<Held>> GetMessagesAsync(string mailbox, string folder)
    {
        // The sandbox tells them itself, which is quicker than to fetch what was moved after every kill.
        var address = $"https://{ServedSandbox.Host}/messages?mailbox={Uri.EscapeDataString(mailbox)}&folder={Uri.EscapeDataString(folder)}";
        using var messages = JsonDocument.Parse(await _http.GetByteArrayAsync(address));
        return
        [
            .. messages.RootElement.EnumerateArray().Select(message => new Held(
                message.GetProperty("sha256").GetString()!, message.GetProperty("isRead").GetBoolean())),
        ];
    }

    // Its mail is in its memory alone.
    public bool MayBeKilled => false;

    public Task KillAsync() => throw new NotSupportedException();

    public async ValueTask DisposeAsync()
    {
        // SIGTERM, so that it takes its certificate file away.
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private string Text(string name) => _facts.GetProperty(name).GetString()!;
}
