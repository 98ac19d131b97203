using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MailAdmin.Tests.TestKit;

/// <summary>
/// Azurite, Microsoft's emulator of Azure Storage (tests/npm), as a peer that nobody here wrote: leases, conditions, and errors
/// are as the service has them (--loose is off).
/// </summary>
internal sealed partial class Azurite : IDisposable
{
    /// <summary>The account that every emulator has, with its key:
    /// https://learn.microsoft.com/azure/storage/common/storage-use-azurite.</summary>
    public const string Account = "devstoreaccount1";

    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Process _process;

    private Azurite(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where the account is.</summary>
    public Uri Address { get; }

    /// <summary>What this machine lacks for it; null for nothing.</summary>
    public static string? Missing => Programs.Find("node") is null ? "node is not on PATH."
        : File.Exists(Script) ? null : "azurite is not installed: npm ci, in tests/npm.";

    private static string Script =>
        Path.Combine(Root(), "tests", "npm", "node_modules", "azurite", "dist", "src", "blob", "main.js");

    /// <summary>Starts one.</summary>
    /// <param name="folder">Where it keeps what it has, so that the next one has it, too; null for in memory.</param>
    /// <param name="port">Where it listens; 0 for any port.</param>
    public static async Task<Azurite> StartAsync(string? folder = null, int port = 0)
    {
        var start = new ProcessStartInfo("node")
        {
            ArgumentList =
            {
                Script, "--skipApiVersionCheck", "--disableTelemetry", "--blobHost", "127.0.0.1", "--blobPort", $"{port}",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        if (folder is not null)
        {
            // What it has confirmed is on disk, also when it is killed.
            start.ArgumentList.Insert(0, "--require");
            start.ArgumentList.Insert(1, Path.Combine(Root(), "tests", "npm", "durable.cjs"));
        }

        foreach (var argument in folder is null ? (string[])["--inMemoryPersistence"] : ["--location", folder])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        var told = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            told.AppendLine(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                // What it logs from now on is nobody's.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                _ = process.StandardError.BaseStream.CopyToAsync(Console.OpenStandardError());
                return new Azurite(process, new Uri($"{match.Groups[1].Value}/{Account}"));
            }
        }

        throw new InvalidOperationException($"Azurite did not start: {told}{await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>An address of a container with a signature of the account.</summary>
    /// <param name="path">The container, and a prefix in it.</param>
    /// <param name="rights">Read, write, delete, list, add, create.</param>
    /// <remarks>https://learn.microsoft.com/rest/api/storageservices/create-account-sas</remarks>
    public string Sign(string path, string rights = "rwdlac")
    {
        const string version = "2021-12-02", end = "2099-01-01T00:00:00Z";
        var text = string.Join('\n', Account, rights, "b", "sco", "", end, "", "https,http", version, "") + "\n";
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Key), Encoding.UTF8.GetBytes(text)));
        return $"{Address}/{path}?sv={version}&ss=b&srt=sco&sp={rights}&se={Uri.EscapeDataString(end)}&spr=https,http"
            + $"&sig={Uri.EscapeDataString(signature)}";
    }

    /// <summary>Kills it (SIGKILL) under whoever is connected.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MailAdmin.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    [GeneratedRegex(@"listen(?:s|ing) (?:at|on) (https?://\S+)", RegexOptions.NonBacktracking)]
    private static partial Regex Listening();
}
