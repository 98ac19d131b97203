using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using MailAdmin.Tenant;
using MailAdmin.Tenant.State;
using Microsoft.Graph;
using Microsoft.Identity.Client;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace MailAdmin.Tests.Sandbox;

/// <summary>The program `serve`, as programs see it that know nothing of MailAdmin.</summary>
[Trait("Network", "Loopback")]
public sealed class ServeTests(ServedProcess server) : IClassFixture<ServedProcess>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pythons_client_reads_files_and_removes_mail()
    {
        Assert.SkipUnless(await RunsAsync("python3", "--version"), "python3 is not on PATH.");
        Assert.Equal("OK", await TryAsync("python3", "imaplib_client.py"));
    }

    [Fact]
    public async Task Nodes_imapflow_reads_files_removes_and_waits_for_mail()
    {
        Assert.SkipUnless(await RunsAsync("node", "--version"), "node is not on PATH.");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(ArchitectureTests.FindRoot(), "tests", "npm", "node_modules", "imapflow")),
            "imapflow is not there: npm ci, in tests/npm.");
        Assert.Equal("OK", await TryAsync("node", "imapflow_client.js"));
    }

    /// <summary>Serves the sandbox's own mail, and gives what a client's script says of it.</summary>
    private static async Task<string> TryAsync(string program, string script)
    {
        using var folder = new TempFolder();
        var i = 0;
        foreach (var message in SandboxTenant.Create(new SandboxOptions()).GetMessages().Where(m => m.Folder == "Inbox"))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder.Path, $"{i++:00}.eml"), message.GetContent(), Cancel);
        }

        await using var filled = new ServedProcess();
        await filled.StartAsync("--mail", folder.Path);
        var token = Path.Combine(folder.Path, "token");
        await File.WriteAllTextAsync(token, filled["imapToken"], Cancel);
        using var client = ServedProcess.Run(
            program, Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Sandbox", script),
            filled["imapPort"], filled["certificate"], filled.Mailboxes[0], token, folder.Path);
        var said = await client.StandardOutput.ReadToEndAsync(Cancel) + await client.StandardError.ReadToEndAsync(Cancel);
        return said.Trim();
    }

    [Fact]
    public async Task Msal_and_the_Graph_sdk_reach_it_through_the_proxy_as_they_are()
    {
        using var http = server.ForeignClient();
        var signIn = await ConfidentialClientApplicationBuilder.Create(server["clientId"])
            .WithAuthority($"https://login.microsoftonline.com/{server["tenantId"]}")
            .WithClientSecret(server["clientSecret"])
            .WithHttpClientFactory(new Factory(http))
            .Build().AcquireTokenForClient(["https://graph.microsoft.com/.default"]).ExecuteAsync(Cancel);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", signIn.AccessToken);
        using var sdk = new GraphServiceClient(new HttpClientRequestAdapter(new AnonymousAuthenticationProvider(), httpClient: http)
        {
            BaseUrl = "https://graph.microsoft.com/v1.0",
        });

        var inbox = sdk.Users[server.Mailboxes[1]].MailFolders["inbox"].Messages;
        var page = await inbox.GetAsync(r => r.QueryParameters.Top = 1, Cancel);
        var next = await inbox.WithUrl(page!.OdataNextLink!).GetAsync(cancellationToken: Cancel);
        await using var mime = await sdk.Users[server.Mailboxes[1]].Messages[next!.Value![0].Id].Content.GetAsync(cancellationToken: Cancel);
        using var copy = new MemoryStream();
        await mime!.CopyToAsync(copy, Cancel);

        Assert.StartsWith("https://graph.microsoft.com/v1.0/", page.OdataNextLink, StringComparison.Ordinal);
        var expected = await server.Sandbox().GetMessagesAsync(server.Mailboxes[1], "Inbox", Cancel);
        Assert.Contains(expected, m => m.Subject == next.Value[0].Subject && m.GetContent().AsSpan().SequenceEqual(copy.ToArray()));
    }

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
        using var second = ServedProcess.Start(option, $"{port}");
        var said = await second.StandardError.ReadToEndAsync(Cancel);
        await second.WaitForExitAsync(Cancel);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"{port}", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Path.GetTempPath(), $"mailadmin-sandbox-{second.Id}.pem")));
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
        File.Delete(Fact("certificate"));
        Assert.Contains(
            $"  Connect-MailAdmin -SandboxUri {Fact("sandboxUri")} -TrustedCertificate '{Fact("certificate")}' "
            + $"-ClientSecret (ConvertTo-SecureString '{Fact("adminClientSecret")}' -AsPlainText)", lines);
    }

    private static async Task<bool> RunsAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = ServedProcess.Run(program, arguments);
            await process.WaitForExitAsync(Cancel);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private sealed class Factory(HttpClient client) : IMsalHttpClientFactory
    {
        public HttpClient GetHttpClient() => client;
    }
}
