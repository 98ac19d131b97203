using System.Diagnostics;
using System.Text;

namespace MailAdmin.Tests.TestKit;

/// <summary>Tells whether work grows with its input, or faster: sixteen times as much must not take much more than sixteen times as long.</summary>
internal static class WorkGrowth
{
    private const int Small = 32 * 1024;
    private const int Factor = 16;
    private const int Attempts = 6;

    // Quadratic work takes 256 times as long; caches and the collector are allowed to be felt.
    private const double MostTimes = 8 * Factor;

    // What is done in less is too short to be measured beside other work.
    private static readonly TimeSpan Unmeasurable = TimeSpan.FromMilliseconds(250);

    /// <summary>Fails when the work grows faster than its input.</summary>
    /// <param name="head">What the input begins with.</param>
    /// <param name="piece">What is repeated after it.</param>
    /// <param name="tail">What it ends with.</param>
    /// <param name="work">What is done with an input.</param>
    public static void Check(byte[] head, byte[] piece, byte[] tail, Action<byte[]> work)
    {
        var (small, large) = (Input(Small), Input(Small * Factor));
        var (shorter, longer) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var i = 0; i < Attempts; i++)
        {
            // The best of several: whatever else the machine does only ever adds to it.
            longer = Shorter(longer, Measure(large, work));
            shorter = Shorter(shorter, Measure(small, work));
            if (longer < Unmeasurable || longer < MostTimes * shorter)
            {
                return;
            }
        }

        throw new InvalidOperationException(
            $"\"{Encoding.Latin1.GetString(piece)}\" repeated: {small.Length} octets took {shorter.TotalMilliseconds} ms, {large.Length} took {longer.TotalMilliseconds} ms");

        byte[] Input(int length) => [.. head, .. Enumerable.Repeat(piece, 1 + (length / piece.Length)).SelectMany(static p => p), .. tail];
    }

    private static TimeSpan Measure(byte[] input, Action<byte[]> work)
    {
        var watch = Stopwatch.StartNew();
        work(input);
        return watch.Elapsed;
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
