using System.Diagnostics;
using System.Globalization;
using MailAdmin.Build;

namespace MailAdmin.Benchmarks;

/// <summary>What importing the packed module adds to a bare start of pwsh: both started in turn, medians compared.</summary>
internal static class ImportBenchmark
{
    /// <summary>Importing may add a quarter to a bare start.</summary>
    private const double Bar = 1.25;

    public static async Task<int> RunAsync(int pairs)
    {
        var module = Find(Path.Combine("out", "MailAdmin", "MailAdmin.psd1"));
        if (module is null)
        {
            Console.Error.WriteLine("There is no out/MailAdmin: dotnet build makes it.");
            return 1;
        }

        string[] bare = ["-Command", "1"];
        string[] import = ["-Command", $"Import-Module '{module}'; 1"];
        var (without, with) = (new List<double>(), new List<double>());
        for (var i = -1; i < pairs; i++)
        {
            var (a, b) = i % 2 == 0 ? (await StartAsync(bare), await StartAsync(import)) : Swap(await StartAsync(import), await StartAsync(bare));
            if (i >= 0)
            {
                // The first pair only warms the file cache.
                without.Add(a);
                with.Add(b);
            }
        }

        var (plain, loaded) = (Pairs.Median(without), Pairs.Median(with));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"bare pwsh {plain:0} ms, with import {loaded:0} ms: adds {loaded - plain:0} ms, {loaded / plain:0.00} times (bar {Bar:0.00}): {Pairs.Verdict(loaded <= Bar * plain)}; median of {pairs} interleaved pairs"));
        return loaded <= Bar * plain ? 0 : 1;
    }

    private static (double, double) Swap(double first, double second) => (second, first);

    private static async Task<double> StartAsync(string[] arguments)
    {
        var start = Pwsh.Start(arguments);
        start.RedirectStandardOutput = true;
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? watch.Elapsed.TotalMilliseconds : throw new InvalidOperationException($"pwsh ended with {process.ExitCode}.");
    }

    private static string? Find(string path)
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, path)))
            {
                return Path.Combine(at, path);
            }
        }

        return null;
    }
}
