using System.Diagnostics;
using System.Globalization;

namespace MailAdmin.Benchmarks;

/// <summary>
/// Two pieces of work done in turn, so that whatever else the machine does hits both: each pair gives a ratio, and the median of those
/// counts.
/// </summary>
internal static class Pairs
{
    /// <summary>So often nobody looks at the clock: the runtime compiles what runs often once more, and takes four rounds over it.</summary>
    private const int WarmUps = 4;

    /// <summary>
    /// Runs both to warm up, then in interleaved pairs, and prints a line. A bar is missed when the lower quartile of the ratios is
    /// above it: what else the machine does makes single pairs slower, and none faster.
    /// </summary>
    /// <param name="name">What is compared.</param>
    /// <param name="pairs">How many.</param>
    /// <param name="ours">The product's work.</param>
    /// <param name="floor">The work that it is compared with: what nobody can do without, or another's.</param>
    /// <param name="bar">How many times the floor it may take; null when there is no bar.</param>
    /// <param name="after">Clears away what a run left behind, on nobody's time.</param>
    /// <returns>Whether it holds.</returns>
    public static async Task<bool> CompareAsync(string name, int pairs, Func<Task> ours, Func<Task> floor, double? bar, Action? after = null)
    {
        var (mine, least, ratios) = (new List<double>(), new List<double>(), new List<double>());
        var (ourWork, floorWork) = (new List<double>(), new List<double>());
        for (var i = -WarmUps; i < pairs; i++)
        {
            (double Seconds, double Work) first, second;
            if (i % 2 == 0)
            {
                (first, second) = (await TimeAsync(ours, after), await TimeAsync(floor, after));
            }
            else
            {
                second = await TimeAsync(floor, after);
                first = await TimeAsync(ours, after);
            }

            if (i >= 0)
            {
                mine.Add(first.Seconds);
                least.Add(second.Seconds);
                ratios.Add(first.Seconds / second.Seconds);
                ourWork.Add(first.Work);
                floorWork.Add(second.Work);
            }
        }

        var (a, b, ratio) = (Median(mine), Median(least), Median(ratios));
        var quartile = ratios[(ratios.Count - 1) / 4];
        var holds = bar is null || quartile <= bar;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {a:0.000} s, floor {b:0.000} s, {ratio:0.00} times, lower quartile {quartile:0.00}{(bar is null ? "" : $" (bar {bar:0.00}): {Verdict(holds)}")}; "
            + $"CPU {Median(ourWork):0.00} s, floor {Median(floorWork):0.00} s"));
        return holds;
    }

    /// <summary>How a line ends.</summary>
    /// <param name="holds">Whether the bar holds.</param>
    /// <returns>A word.</returns>
    public static string Verdict(bool holds) => holds ? "holds" : "misses";

    /// <summary>The middle of measurements.</summary>
    /// <param name="values">In any order; sorted by this.</param>
    /// <returns>The median.</returns>
    public static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private static async Task<(double Seconds, double Work)> TimeAsync(Func<Task> work, Action? after)
    {
        // What the one leaves behind must not be cleared away on the other's time.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await work();
        var seconds = watch.Elapsed.TotalSeconds;
        var cpu = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        after?.Invoke();
        return (seconds, cpu);
    }
}
