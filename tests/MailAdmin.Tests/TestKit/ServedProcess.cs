using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.TestKit;

/// <summary>The program `serve` as a process of its own; ended as a user would, and then nothing of it may be left.</summary>
public sealed class ServedProcess : IAsyncLifetime
{
    private Process _process = null!;
    private JsonElement _facts;

    // Ends in bin/CONFIGURATION/FRAMEWORK: those of the tests, and of the programs that were built with them.
    private static string[] OutputPath => AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);

    /// <summary>Debug or Release.</summary>
    public static string Configuration => OutputPath[^2];

    public string Uri => this["sandboxUri"];

    public int Port => new Uri(Uri).Port;

    public string[] Mailboxes => [.. _facts.GetProperty("mailboxes").EnumerateArray().Select(m => m.GetString()!)];

    public X509Certificate2 Certificate { get; private set; } = null!;

    public string this[string fact] => _facts.GetProperty(fact).ToString();

    public ValueTask InitializeAsync() => StartAsync();

    internal Wire Wire(X509Certificate2? certificate = null) => SandboxWire.To(new Uri(Uri), certificate ?? Certificate);

    internal ServedSandbox Sandbox() => new(Wire(), this["adminClientSecret"]);

    /// <summary>What a program does that has never heard of sandboxes: a proxy, and one more authority to trust.</summary>
    public HttpClient ForeignClient() => new(new SocketsHttpHandler
    {
        Proxy = new WebProxy(new Uri($"http://127.0.0.1:{Port}")),
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { Certificate },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    });

    public static Process Start(params string[] arguments) => Run("dotnet", [Program(), "serve", .. arguments]);

    /// <summary>Starts it with a temporary folder of its own.</summary>
    public static Process StartIn(string temporary, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program(), "serve", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = start.Environment["TMP"] = start.Environment["TEMP"] = temporary;
        // The runtime's own files would be there, too.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return Process.Start(start)!;
    }

    public static Process Run(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    public async ValueTask StartAsync(params string[] arguments)
    {
        _process = Start(["--json", .. arguments]);
        _facts = JsonDocument.Parse(await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "").RootElement;
        Certificate = X509CertificateLoader.LoadCertificateFromFile(this["certificate"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (OperatingSystem.IsWindows())
        {
            _process.Kill();
        }
        else
        {
            using var kill = Run("kill", "-TERM", $"{_process.Id}");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await _process.WaitForExitAsync(patience.Token);
            Assert.Equal(0, _process.ExitCode);
            Assert.Equal("", await _process.StandardError.ReadToEndAsync(patience.Token));
            Assert.False(Directory.Exists(Path.GetDirectoryName(this["certificate"])));
        }

        _process.Dispose();
        Certificate.Dispose();
    }

    private static string Program() =>
        Path.Combine([ArchitectureTests.FindRoot(), "src", "MailAdmin.Sandbox", "bin", .. OutputPath[^2..], "MailAdmin.Sandbox.dll"]);
}
