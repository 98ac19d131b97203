using System.Diagnostics;
using System.Text.Json;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Sandbox;

/// <summary>The program `serve`, as a process of its own, and foreign IMAP clients in another.</summary>
[Trait("Network", "Loopback")]
public sealed class ServeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

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
            await RunsAsync("node", "-e", "require(process.env.MAILADMIN_IMAPFLOW || 'imapflow')"),
            "node does not find imapflow: install it where NODE_PATH or MAILADMIN_IMAPFLOW says.");
        Assert.Equal("OK", await TryAsync("node", "imapflow_client.js"));
    }

    /// <summary>Serves the sandbox's own mail, and gives what a client's script says of it.</summary>
    private static async Task<string> TryAsync(string program, string script)
    {
        var folder = Directory.CreateTempSubdirectory("mailadmin-serve-");
        using var patience = new CancellationTokenSource(Patience);
        Process? server = null;
        try
        {
            int i = 0;
            foreach (var message in SandboxTenant.Create(new SandboxOptions()).GetMessages().Where(m => m.Folder == "Inbox"))
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{i++:00}.eml"), message.GetContent(), patience.Token);
            }

            server = Start("dotnet", Program(), "serve", "--json", "--mail", folder.FullName);
            using var facts = JsonDocument.Parse(await server.StandardOutput.ReadLineAsync(patience.Token) ?? "");
            string token = Path.Combine(folder.FullName, "token");
            await File.WriteAllTextAsync(token, facts.RootElement.GetProperty("accessToken").GetString(), patience.Token);
            using var client = Start(
                program, Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Sandbox", script),
                facts.RootElement.GetProperty("port").ToString(), facts.RootElement.GetProperty("certificate").GetString()!,
                facts.RootElement.GetProperty("mailboxes")[0].GetString()!, token, folder.FullName);
            string said = await client.StandardOutput.ReadToEndAsync(patience.Token) + await client.StandardError.ReadToEndAsync(patience.Token);
            return said.Trim();
        }
        finally
        {
            server?.Kill();
            server?.Dispose();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunsAsync(string program, params string[] arguments)
    {
        try
        {
            using var process = Start(program, arguments);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    // bin/CONFIGURATION/FRAMEWORK of the tests, and of the program that was built with them.
    private static string Program()
    {
        string[] path = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        return Path.Combine([ArchitectureTests.FindRoot(), "src", "MailAdmin.Sandbox", "bin", .. path[^2..], "MailAdmin.Sandbox.dll"]);
    }

    private static Process Start(string program, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
