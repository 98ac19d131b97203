using System.Diagnostics;
using System.Globalization;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.Benchmarks;

/// <summary>
/// What loading MailKit costs: a new process receives one message over IMAP, now and as it was before MailKit came in. That commit is built
/// in a worktree beside the system's temporary files.
/// </summary>
internal static class FirstReceiveBenchmark
{
    /// <summary>The last commit with an IMAP client of its own.</summary>
    private const string Before = "4f64dd5876b5b1a0f9952435adcae5143668c15f";
    private const string Project = "tests/MailAdmin.Benchmarks";
    private const double Bar = 1.4;
    private const string User = "first@contoso.test";

    /// <summary>Runs it.</summary>
    /// <param name="pairs">How many.</param>
    /// <returns>0 when the bar holds, or there is nothing to compare with.</returns>
    public static async Task<int> RunAsync(int pairs)
    {
        if (!File.Exists(DovecotServer.Binary))
        {
            Console.Error.WriteLine("dovecot is not installed.");
            return 1;
        }

        var place = Directory.CreateTempSubdirectory("mailadmin-first-");
        var tree = Path.Combine(place.FullName, "before");
        try
        {
            if (await MakeAsync(tree) is { } problem)
            {
                Console.WriteLine($"first receive of a process: there is nothing to compare with: {problem}");
                return 0;
            }

            await using var server = await DovecotServer.StartAsync();
            server.Deliver(User, TestMessages.Mixed(1, 5_000, 5_000, 5_000));
            var certificate = Path.Combine(place.FullName, "server.pem");
            await File.WriteAllTextAsync(certificate, server.Certificate.ExportCertificatePem());
            var old = Directory.EnumerateFiles(Path.Combine(tree, Project, "bin", "Release"), "MailAdmin.Benchmarks.dll", SearchOption.AllDirectories).First();
            var ours = Path.Combine(AppContext.BaseDirectory, "MailAdmin.Benchmarks.dll");
            return await Pairs.CompareAsync(
                "first receive of a process", pairs, () => ReceiveAsync(server, ours, certificate, place), () => ReceiveAsync(server, old, certificate, place), Bar) ? 0 : 1;
        }
        finally
        {
            await RunAsync("git", ["worktree", "remove", "--force", tree]);
            place.Delete(recursive: true);
        }
    }

    private static async Task<string?> MakeAsync(string tree)
    {
        if (await RunAsync("git", ["worktree", "add", "--detach", tree, Before]) is { } noTree)
        {
            return noTree;
        }

        return await RunAsync("dotnet", ["build", "-c", "Release", "-v", "q", "-clp:ErrorsOnly", Path.Combine(tree, Project)]);
    }

    private static async Task ReceiveAsync(DovecotServer server, string program, string certificate, DirectoryInfo place)
    {
        var destination = place.CreateSubdirectory(Guid.NewGuid().ToString("N"));
        string[] arguments = [program, "receive", server.TlsPort.ToString(CultureInfo.InvariantCulture), certificate, User, destination.FullName];
        using var child = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await child.StandardInput.WriteLineAsync(server.Token(User));
        child.StandardInput.Close();
        var said = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0 || destination.GetFiles("*.eml").Length != 1)
        {
            throw new InvalidOperationException($"{program} received nothing: {said}");
        }
    }

    /// <summary>Runs a program; what it said when it failed, and null when it did not.</summary>
    private static async Task<string?> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var text = $"{said} {await errors}".ReplaceLineEndings(" ").Trim();
        return process.ExitCode == 0 ? null : text[..Math.Min(text.Length, 300)];
    }
}
