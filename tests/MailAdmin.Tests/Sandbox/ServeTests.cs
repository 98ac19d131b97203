using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Sandbox;

/// <summary>The program `serve`, as programs see it that know nothing of MailAdmin; Judges has the clients of other makers.</summary>
[Trait("Network", "Loopback")]
public sealed class ServeTests(ServedProcess server) : IClassFixture<ServedProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task It_answers_over_every_version_of_HTTP(string version)
    {
        using var http = server.ForeignClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://graph.microsoft.com/v1.0/users/{server.Mailboxes[0]}/mailFolders/inbox")
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", server["graphToken"]) },
        };
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (answer.StatusCode, answer.Version));
        using var folder = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("Inbox", folder.RootElement.GetProperty("displayName").GetString());
    }

    [Theory]
    [InlineData("CONNECT example.com:443 HTTP/1.1\r\n\r\n", "HTTP/1.1 502 ")]
    [InlineData("CONNECT graph.microsoft.com:25 HTTP/1.1\r\n\r\n", "HTTP/1.1 502 ")]
    [InlineData("CONNECT graph.microsoft.com HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "HTTP/1.1 400 ")]
    [InlineData("CONNECT GRAPH.microsoft.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 ")]
    public async Task The_proxy_leads_to_the_tenant_and_nowhere_else(string request, string expected)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        // In two parts, as a network may bring it.
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request[..5]), Cancel);
        await client.GetStream().FlushAsync(Cancel);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request[5..]), Cancel);
        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith(expected, await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_one_of_the_services_names_it_says_what_it_is()
    {
        using var http = server.ForeignClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://graph.microsoft.com/") { Headers = { Host = "127.0.0.1" } };
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        Assert.Contains("sandbox of MailAdmin", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_break_connections_and_requests_that_hang_do_not_keep_it_alive()
    {
        var faulty = new ServedProcess();
        await faulty.StartAsync();
        using var http = faulty.ForeignClient();
        var sandbox = faulty.Sandbox();
        await sandbox.ChangeAsync(new SandboxChange { Faults = ["ConnectionReset"] }, Cancel);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("https://graph.microsoft.com/v1.0/users", Cancel));

        await sandbox.ChangeAsync(new SandboxChange { ClearFaults = true, Faults = ["Hang"] }, Cancel);
        var hanging = http.GetAsync("https://graph.microsoft.com/v1.0/users", Cancel);
        while ((await sandbox.GetFactsAsync(Cancel)).ActiveRequests == 0)
        {
            Assert.False(hanging.IsCompleted);
        }

        await faulty.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
    }

    [Theory]
    [InlineData("--https-port")]
    [InlineData("--imap-port")]
    public async Task A_port_that_is_taken_is_an_error(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var folder = new TempFolder();
        using var second = ServedProcess.StartIn(folder.Path, option, $"{port}");
        var said = await second.StandardError.ReadToEndAsync(Cancel);
        await second.WaitForExitAsync(Cancel);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"{port}", said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>Another user of the machine could put a certificate where the next sandbox's is expected.</summary>
    [FactOn(TestSystem.Unix)]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Its_certificate_is_in_a_folder_of_its_own_user()
    {
        var folder = Path.GetDirectoryName(server["certificate"])!;
        Assert.DoesNotContain($"{Environment.ProcessId}", Path.GetFileName(folder), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Fact]
    public async Task What_it_prints_can_be_pasted()
    {
        using var process = ServedProcess.Start();
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            lines.Add(line);
            if (line.StartsWith("The tokens", StringComparison.Ordinal) || line.Contains("Ctrl+C", StringComparison.Ordinal))
            {
                break;
            }
        }

        process.Kill();
        await process.WaitForExitAsync(Cancel);
        string Fact(string name) => lines.Single(l => l.StartsWith($"{name} ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Directory.Delete(Path.GetDirectoryName(Fact("certificate"))!, recursive: true);
        Assert.Contains(
            $"  Connect-MailAdmin -SandboxUri {Fact("sandboxUri")} -TrustedCertificate '{Fact("certificate")}' "
            + $"-ClientSecret (ConvertTo-SecureString '{Fact("adminClientSecret")}' -AsPlainText)", lines);
    }
}
