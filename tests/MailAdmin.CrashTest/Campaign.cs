using System.Collections.Concurrent;

namespace MailAdmin.CrashTest;

/// <summary>One mailbox full of mail, received by processes that are killed one after the other, then by one that is let live.</summary>
internal sealed class Campaign(IServer server, int number, string root)
{
    private const int Messages = 500;

    /// <summary>So many arrive while a run receives.</summary>
    private const int Arrivals = 5;

    /// <summary>How late after a step it is killed, at most: some times the time that a message takes.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromMilliseconds(30);

    /// <summary>As long as a process needs to come up and sign in.</summary>
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(1.5);

    private readonly string _mailbox = server.MailboxFor(number);
    private readonly string _moveTo = $"Processed{number}";
    private readonly string _destination = Path.Combine(root, $"{server.Name}-{number}");
    private readonly ConcurrentDictionary<string, bool> _sent = new(StringComparer.Ordinal);

    /// <summary>Goes through it.</summary>
    /// <param name="kills">How often.</param>
    public async Task<Tally> RunAsync(int kills)
    {
        var tally = new Tally();
        await DeliverAsync(Messages);
        while (tally.Kills < kills)
        {
            using (var run = await StartAsync())
            {
                var arriving = ArriveAsync();
                var (steps, delay) = await ChooseAsync(kills - tally.Kills);
                tally.Kills += await run.KillAsync(steps, delay) ? 1 : 0;
                await arriving;
            }

            tally.Early += await CountEarlyAsync();
        }

        using (var last = await StartAsync())
        {
            await last.FinishAsync();
        }

        using (var idle = await StartAsync())
        {
            await idle.FinishAsync();
            tally.Repeated = idle.Steps;
        }

        return await CountAsync(tally);
    }

    private Task<Run> StartAsync() => Run.StartAsync(server.FactsOf(_mailbox), _destination, _moveTo);

    /// <summary>A moment anywhere between the start and the end, so that the mail lasts for all the kills that are to come.</summary>
    private async Task<(int Steps, TimeSpan Delay)> ChooseAsync(int killsLeft)
    {
        if (Random.Shared.Next(8) == 0)
        {
            return (0, StartUp * Random.Shared.NextDouble());
        }

        var messagesLeft = (await server.GetHashesAsync(_mailbox, "Inbox")).Count;
        // A message takes two steps.
        return (1 + Random.Shared.Next(2 * messagesLeft / killsLeft), Spread * Random.Shared.NextDouble());
    }

    private async Task ArriveAsync()
    {
        for (var i = 0; i < Arrivals; i++)
        {
            await Task.Delay(Random.Shared.Next(300));
            await DeliverAsync(1);
        }
    }

    private async Task DeliverAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var message = Mailbag.NewMessage();
            _sent[Mailbag.HashOf(message)] = true;
            await server.DeliverAsync(_mailbox, message);
        }
    }

    /// <summary>At every moment: what is moved on the server, is on disk.</summary>
    private async Task<int> CountEarlyAsync()
    {
        var moved = await server.GetHashesAsync(_mailbox, _moveTo);
        var onDisk = FilesOnDisk().ToHashSet(StringComparer.Ordinal);
        return moved.Count(hash => !onDisk.Contains(hash));
    }

    private async Task<Tally> CountAsync(Tally tally)
    {
        var (moved, left, files) = (await server.GetHashesAsync(_mailbox, _moveTo), await server.GetHashesAsync(_mailbox, "Inbox"), FilesOnDisk());
        tally.Sent = _sent.Count;
        tally.OnDisk = files.Count;
        tally.Moved = moved.Count;
        tally.Left = left.Count;
        tally.Lost = _sent.Keys.Except(files).Count() + _sent.Keys.Except(moved.Concat(left)).Count();
        tally.Damaged = files.Count(hash => !_sent.ContainsKey(hash)) + moved.Count(hash => !_sent.ContainsKey(hash));
        tally.Duplicated = files.Count - files.Distinct().Count() + moved.Count - moved.Distinct().Count();
        tally.Temporary = Directory.EnumerateFileSystemEntries(_destination, "*.mailadmin-part*").Count();
        return tally;
    }

    private List<string> FilesOnDisk() => !Directory.Exists(_destination) ? []
        : [.. Directory.EnumerateFiles(_destination, "*.eml").Select(file => Mailbag.HashOf(File.ReadAllBytes(file)))];
}
