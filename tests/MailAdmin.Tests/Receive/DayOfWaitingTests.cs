using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using MailAdmin.Core.Receive;
using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.State;
using MailAdmin.Tests.Mail.Imap;

namespace MailAdmin.Tests.Receive;

/// <summary>
/// 24 hours of waiting on the tenant's clock, with bursts of mail and with faults, in a process of its own whose managed heap is limited;
/// the tenant is in that process too. So that its memory of what was purged does not count, its retention is over every hour.
/// The environment variable MAILADMIN_DAY_MESSAGES says how many messages come; 100,000 take some ten minutes.
/// </summary>
[Collection(MemoryCollection.Name)]
public sealed class DayOfWaitingTests
{
    private const long Limit = 64_000_000;
    private const string Messages = "MAILADMIN_DAY_MESSAGES";

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Faults =
        ["ConnectionReset", "Throttled429", "Throttled429NoRetryAfter", "ServiceUnavailable503", "GatewayTimeout504", "ServerError500", "MailboxStoreUnavailable"];

    [Fact]
    public async Task A_day_of_waiting_with_faults_brings_every_message_once_and_keeps_nothing()
    {
        var said = await TestChild.RunAsync(
            typeof(DayOfWaitingTests), nameof(In_the_child_the_day_passes),
            TestChild.WithHeapLimit(Limit), [],
            TestContext.Current.CancellationToken);

        Assert.Contains("messages once each", said, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(said);
    }

    [ChildFact]
    public async Task In_the_child_the_day_passes()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable(Messages) ?? "1000", CultureInfo.InvariantCulture);
        var clock = TenantClock.Manual(Start);
        HttpTap tap = null!;
        using var road = await EndToEnd.StartAsync(new SandboxOptions { Clock = clock }, h => tap = new HttpTap(h));
        using var destination = new Destination();
        using var stop = new CancellationTokenSource();
        var handles = OpenFiles();
        var (received, failed, twice, strikes) = (new BitArray(count), new BitArray(count), 0, 0);
        await using (var store = await road.OpenAsync())
        {
            await store.CreateFolderAsync("Many", TestContext.Current.CancellationToken);
            var run = Task.Run(() => ReceiveAsync(store, destination, clock, (number, error) =>
            {
                if (error is null)
                {
                    // What was reported not to be filed comes again.
                    twice += received[number] && !failed[number] ? 1 : 0;
                    received[number] = true;
                }

                failed[number] = error is not null;
            }, stop.Token), TestContext.Current.CancellationToken);
            var random = new Random(24);
            var (delivered, hours) = (0, 0);
            while (!run.IsCompleted)
            {
                if (clock.NextDue is { } due)
                {
                    clock.Advance(due - clock.GetUtcNow());
                    var passed = clock.GetUtcNow() - Start;
                    // A burst every ten minutes, and a fault in every second one, when the requests of the burst are under way or begin.
                    for (var wanted = (int)Math.Min(count, count * Math.Floor(passed.TotalMinutes / 10) / 143); delivered < wanted; delivered++)
                    {
                        road.Tenant.AddMessage(road.Mailbox, "Many", Encoding.ASCII.GetBytes($"From: a@x.example\r\nSubject: {delivered}\r\n\r\n{new string('x', 300)}\r\n"));
                    }

                    if (random.Next(20) == 0)
                    {
                        strikes++;
                        road.Tenant.SetFault(Faults[random.Next(Faults.Length)], random.Next(1, 8));
                    }

                    if (passed.TotalHours > hours + 1)
                    {
                        hours++;
                        tap.Requests.Clear();
                        EndRetention(road);
                    }

                    if (passed >= TimeSpan.FromHours(24) && delivered == count && !road.Tenant.GetMessages(road.Mailbox, "Many").Any())
                    {
                        await stop.CancelAsync();
                    }
                }

                await Task.Yield();
            }

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }

        using var process = Process.GetCurrentProcess();
        Assert.Equal(0, twice);
        Assert.True(received.HasAllSet());
        Assert.Empty(destination.Leftovers);
        Assert.Equal(0, road.Tenant.Describe().ActiveRequests);
        Assert.Empty(OpenFiles().Except(handles));
        Assert.True(strikes > 50);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} messages once each in {(clock.GetUtcNow() - Start).TotalHours:0.0} hours with {strikes} faults, {tap.TokenRequests} tokens, {handles.Length} connections and data files open before and {OpenFiles().Length} after, peak {process.PeakWorkingSet64 / 1_000_000} MB"));
    }

    private static async Task ReceiveAsync(Core.Mail.IMailStore store, Destination destination, TenantClock clock, Action<int, Exception?> note, CancellationToken stop)
    {
        var options = new ReceiveOptions { Folders = ["Many"], Destination = destination.Path, AfterProcessing = AfterProcessing.Purge, Wait = true, Durability = Durability.None };
        await foreach (var delivery in new MailReceiver(store, options, clock).ReceiveAsync(stop))
        {
            note(int.Parse(delivery.Message.Subject, CultureInfo.InvariantCulture), delivery.Error);
            if (delivery.Error is null)
            {
                // Whoever takes the files away leaves the folder small.
                File.Delete(delivery.Message.Path!);
                delivery.Acknowledge();
            }
        }
    }

    /// <summary>The service forgets what nobody can recover any more.</summary>
    private static void EndRetention(EndToEnd road)
    {
        var state = road.Tenant.State;
        lock (state.Gate)
        {
            var mailbox = state.Mailboxes.Find(road.Mailbox)!;
            foreach (var item in mailbox.Folders.Where(f => f.IsDumpster).SelectMany(f => f.Items).ToArray())
            {
                mailbox.Remove(item);
            }

            foreach (var folder in mailbox.Folders)
            {
                folder.Removed.Clear();
            }
        }
    }

    /// <summary>Connections and files that are open; what the runtime opens for itself as it goes (assemblies, event handles) is not meant.</summary>
    private static string[] OpenFiles() => !OperatingSystem.IsLinux() ? []
        : [.. Directory.GetFiles("/proc/self/fd").Select(f => new FileInfo(f).LinkTarget).OfType<string>().Where(t => t.StartsWith("socket:", StringComparison.Ordinal) || (t.StartsWith('/') && !t.StartsWith("/dev/", StringComparison.Ordinal) && !t.EndsWith(".dll", StringComparison.Ordinal)))];
}
