using System.Globalization;
using System.Text;
using MailAdmin.Core.Mail.Mime;
using MailAdmin.Tests.TestKit;

namespace MailAdmin.Benchmarks;

/// <summary>The MIME reader beside a plain copy of the same bytes, and what it allocates for headers that double.</summary>
internal static class MimeBenchmark
{
    private const double MostGrowth = 2.2;

    public static async Task<int> RunAsync(int pairs)
    {
        var messages = TestMessages.Mixed(2000, 5_000, 50_000, 1_000_000).ToArray();
        var megabytes = messages.Sum(static m => (long)m.Length) / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{messages.Length} messages, {megabytes:0} MB"));
        var copy = new byte[messages.Max(static m => m.Length)];
        await CompareAsync("structure, addresses, dates", m => _ = (m.Subject, m.From, m.To, m.Date, m.Attachments.Count));
        await CompareAsync("bodies and attachments decoded", m =>
        {
            foreach (var part in m.Root.Walk())
            {
                _ = part.Children.Count > 0 || part.Decode().Length > 0;
            }
        });
        return HeadersAreLinear() ? 0 : 1;

        async Task CompareAsync(string what, Action<MimeMessage> read)
        {
            var (mine, least) = (new List<double>(), new List<double>());
            await Pairs.CompareAsync(what, pairs, () => Time(mine, message => read(MimeMessage.Parse(message))), () => Time(least, message => message.CopyTo(copy, 0)), null);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {megabytes / Pairs.Median(mine):0} MB/s, a copy {megabytes / Pairs.Median(least):0} MB/s"));
        }

        Task Time(List<double> seconds, Action<byte[]> work)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Array.ForEach(messages, work);
            seconds.Add(watch.Elapsed.TotalSeconds);
            return Task.CompletedTask;
        }
    }

    private static bool HeadersAreLinear()
    {
        var holds = true;
        foreach (var (name, start, more) in new[]
        {
            ("one folded field", "Subject: x", "\r\n yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"),
            ("one line", "Subject: x", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"),
            ("addresses", "To: x@example.com", ", \"Name, Some\" <somebody@example.com>"),
            ("fields", "X: y", "\r\nX-Field: some value of a field"),
        })
        {
            var allocated = Array.ConvertAll([1, 2, 4], megabytes => Allocated(start, more, megabytes * 1024 * 1024));
            var linear = allocated[1] <= MostGrowth * allocated[0] && allocated[2] <= MostGrowth * allocated[1];
            holds &= linear;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"header of 1, 2, 4 MB, {name}: {allocated[0] / 1e6:0.0}, {allocated[1] / 1e6:0.0}, {allocated[2] / 1e6:0.0} MB allocated (bar {MostGrowth:0.0} times for twice as much): {Pairs.Verdict(linear)}"));
        }

        return holds;
    }

    private static long Allocated(string start, string more, int size)
    {
        var bytes = Encoding.ASCII.GetBytes(new StringBuilder(start, size + 100).Insert(start.Length, more, size / more.Length).Append("\r\n\r\nbody").ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MimeMessage.Parse(bytes);
        _ = (message.Subject, message.To, message.Date, message.TextBody);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
