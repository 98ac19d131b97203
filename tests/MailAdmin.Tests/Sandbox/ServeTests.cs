using System.Diagnostics;
using System.Text.Json;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Sandbox;

/// <summary>The program `serve`, as a process of its own, and Python's IMAP client in another.</summary>
[Trait("Network", "Loopback")]
public sealed class ServeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Pythons_client_reads_files_and_removes_mail()
    {
        Assert.SkipUnless(await HasPythonAsync(), "python3 is not on PATH.");
        var folder = Directory.CreateTempSubdirectory("mailadmin-serve-");
        using var patience = new CancellationTokenSource(Patience);
        Process? server = null;
        string? certificate = null;
        try
        {
            int i = 0;
            foreach (var message in SandboxTenant.Create(new SandboxOptions()).GetMessages().Where(m => m.Folder == "Inbox"))
            {
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{i++:00}.eml"), message.GetContent(), patience.Token);
            }

            server = Start("dotnet", Program(), "serve", "--json", "--mail", folder.FullName);
            using var facts = JsonDocument.Parse(await server.StandardOutput.ReadLineAsync(patience.Token) ?? "");
            certificate = facts.RootElement.GetProperty("certificate").GetString()!;
            string token = Path.Combine(folder.FullName, "token");
            await File.WriteAllTextAsync(token, facts.RootElement.GetProperty("accessToken").GetString(), patience.Token);
            using var client = Start(
                "python3", Path.Combine(ArchitectureTests.FindRoot(), "tests", "MailAdmin.Tests", "Sandbox", "imaplib_client.py"),
                facts.RootElement.GetProperty("port").ToString(), certificate, facts.RootElement.GetProperty("mailboxes")[0].GetString()!, token, folder.FullName);
            string said = await client.StandardOutput.ReadToEndAsync(patience.Token) + await client.StandardError.ReadToEndAsync(patience.Token);
            Assert.Equal("OK", said.Trim());
        }
        finally
        {
            server?.Kill();
            server?.Dispose();
            if (certificate is not null)
            {
                // A program that is killed does not clean up.
                File.Delete(certificate);
            }

            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> HasPythonAsync()
    {
        try
        {
            using var python = Start("python3", "--version");
            await python.WaitForExitAsync(TestContext.Current.CancellationToken);
            return python.ExitCode == 0;
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
