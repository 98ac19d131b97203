using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.Benchmarks;

/// <summary>A child process whose managed heap may hold 48 MB receives a mailbox of 1 GB, and one message of 150 MB.</summary>
internal static class MemoryBenchmark
{
    private const int HeapLimit = 48 * 1024 * 1024;

    // Of the whole process, in MB.
    private const long PeakBar = 90;
    private const int Megabyte = 1024 * 1024;

    public static async Task<int> RunAsync()
    {
        if (!File.Exists(DovecotServer.Binary))
        {
            Console.Error.WriteLine("dovecot is not installed.");
            return 1;
        }

        await using var server = await DovecotServer.StartAsync();
        server.Deliver("big@contoso.test", Enumerable.Range(0, 1024).Select(static n => Message(n, Megabyte)));
        server.Deliver("huge@contoso.test", [Message(0, 150 * Megabyte)]);
        return await ReceiveAsync(server, "big@contoso.test", "a mailbox of 1 GB", 1024) & await ReceiveAsync(server, "huge@contoso.test", "one message of 150 MB", 1) ? 0 : 1;
    }

    /// <summary>What the child does.</summary>
    /// <param name="port">Of the server.</param>
    /// <param name="certificate">The file of its certificate.</param>
    /// <param name="user">Whose mailbox.</param>
    /// <param name="destination">Where the files go.</param>
    /// <returns>0 when it is done. The token comes by standard input.</returns>
    public static async Task<int> ReceiveAsync(string port, string certificate, string user, string destination)
    {
        var token = (await Console.In.ReadLineAsync())!;
        using var trusted = X509CertificateLoader.LoadCertificateFromFile(certificate);
        var server = new ImapServer { Host = "localhost", Port = int.Parse(port, CultureInfo.InvariantCulture), TrustedCertificate = trusted };
        await using var store = new ImapMailStore(Wire.Real, server, user, (_, _) => ValueTask.FromResult(token));
        var count = await Receiving.ToFilesAsync(store, destination, durable: true);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{count} messages, heap at most {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Megabyte} MB, peak working set {self.PeakWorkingSet64 / Megabyte} MB"));
        return 0;
    }

    private static async Task<bool> ReceiveAsync(DovecotServer server, string user, string what, int messages)
    {
        var folder = Directory.CreateTempSubdirectory("mailadmin-memory-");
        try
        {
            var certificate = Path.Combine(folder.FullName, "server.pem");
            await File.WriteAllTextAsync(certificate, server.Certificate.ExportCertificatePem());
            var destination = folder.CreateSubdirectory("mail");
            string[] arguments =
            [
                Path.Combine(AppContext.BaseDirectory, "MailAdmin.Benchmarks.dll"), "receive",
                server.TlsPort.ToString(CultureInfo.InvariantCulture), certificate, user, destination.FullName,
            ];
            using var child = Process.Start(new ProcessStartInfo("dotnet", arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                Environment = { ["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("X", CultureInfo.InvariantCulture) },
            })!;
            await child.StandardInput.WriteLineAsync(server.Token(user));
            child.StandardInput.Close();
            var said = await child.StandardOutput.ReadToEndAsync();
            await child.WaitForExitAsync();
            var files = destination.GetFiles("*.eml");
            var original = new DirectoryInfo(Path.Combine(server.MailRoot, user, "cur")).EnumerateFiles().Sum(static f => f.Length);
            var peak = long.TryParse(said.Split("peak working set ").ElementAtOrDefault(1)?.Split(' ')[0], out var megabytes) ? megabytes : long.MaxValue;
            var holds = child.ExitCode == 0 && files.Length == messages && files.Sum(static f => f.Length) == original && peak <= PeakBar;
            Console.WriteLine($"{what} under a heap limit of {HeapLimit / Megabyte} MB: {said.Trim()} (bar {PeakBar}): {Pairs.Verdict(holds)}");
            return holds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static byte[] Message(int number, int size)
    {
        var message = new byte[size];
        message.AsSpan().Fill((byte)'A');
        for (var end = 76; end + 2 < size; end += 78)
        {
            "\r\n"u8.CopyTo(message.AsSpan(end));
        }

        "\r\n"u8.CopyTo(message.AsSpan(size - 2));
        Encoding.ASCII.GetBytes($"Subject: {number:D6}\r\nContent-Transfer-Encoding: base64\r\n\r\n").CopyTo(message, 0);
        return message;
    }
}
