using System.Collections.Concurrent;

namespace MailAdmin.CrashTest;

/// <summary>One mailbox full of mail, received by processes that are killed one after the other, then by one that is let live.</summary>
/// <param name="server">Where.</param>
/// <param name="number">So many came before, of this server.</param>
/// <param name="treatment">What is done with the messages.</param>
/// <param name="place">Where they go.</param>
internal sealed class Campaign(IServer server, int number, Treatment treatment, IPlace place)
{
    /// <summary>So many messages for each kill: then there are some left for the last.</summary>
    private const int MessagesPerKill = 50;

    /// <summary>So many arrive while a run receives.</summary>
    private const int Arrivals = 5;

    /// <summary>How late after a step it is killed, at most: some times the time that a message takes.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromMilliseconds(30);

    /// <summary>As long as a process needs to come up and sign in.</summary>
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(1.5);

    private readonly string _mailbox = server.MailboxFor(number);
    private readonly string _moveTo = $"Processed{number}";
    private readonly string _copyTo = $"Copies{number}";
    private readonly ConcurrentDictionary<string, bool> _sent = new(StringComparer.Ordinal);
    private HashSet<string> _earlier = [];

    /// <summary>Goes through it with kills.</summary>
    /// <param name="kills">How often; where the server may be killed, it is every third.</param>
    /// <param name="before">So many kills came before, of this server.</param>
    public async Task<Tally> KillAsync(int kills, int before)
    {
        var tally = new Tally();
        await BeginAsync(MessagesPerKill * kills);
        while (tally.Kills < kills)
        {
            using (var run = await StartAsync())
            {
                var arriving = ArriveAsync();
                var (steps, delay) = await ChooseAsync(kills - tally.Kills);
                // Of two rounds over a container, which CI runs, the second is one of Azurite.
                if ((server.MayBeKilled || place.MayBeKilled) && (before + tally.Kills) % 3 == (place.MayBeKilled ? 1 : 2))
                {
                    await run.WaitAsync(steps, delay);
                    await (place.MayBeKilled ? place.KillAsync() : server.KillAsync());
                    tally.Kills++;
                    tally.ServerKills++;
                    await run.FinishAsync(mayBeEnded: true);
                }
                else
                {
                    tally.Kills += await run.KillAsync(steps, delay) ? 1 : 0;
                }

                await arriving;
            }

            await place.FreeAsync();
            tally.Early += await CountEarlyAsync();
        }

        return await EndAsync(tally);
    }

    /// <summary>Goes through it on a disk that is too small, until somebody makes room.</summary>
    /// <param name="disk">The disk.</param>
    public async Task<Tally> FillAsync(SmallDisk disk)
    {
        var tally = new Tally();
        await BeginAsync(MessagesPerKill);
        for (var run = 0; run < 2; run++)
        {
            using var receiving = await StartAsync();
            tally.FullDisks += await receiving.FinishAsync(mayBeEnded: true) ? 0 : 1;
            tally.Early += await CountEarlyAsync();
        }

        await disk.GrowAsync();
        return await EndAsync(tally);
    }

    private async Task BeginAsync(int messages)
    {
        // Campaigns may share a mailbox; what one has left there is none of the next one's business.
        _earlier = [.. (await server.GetMessagesAsync(_mailbox, "Inbox")).Select(m => m.Hash)];
        await DeliverAsync(messages);
    }

    private async Task<Tally> EndAsync(Tally tally)
    {
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

    private Task<Run> StartAsync() => Run.StartAsync(server.FactsOf(_mailbox), place.Destination, treatment, _moveTo, _copyTo);

    /// <summary>A moment anywhere between the start and the end, so that the mail lasts for all the kills that are to come.</summary>
    private async Task<(int Steps, TimeSpan Delay)> ChooseAsync(int killsLeft)
    {
        if (Random.Shared.Next(8) == 0)
        {
            return (0, StartUp * Random.Shared.NextDouble());
        }

        var messagesLeft = _sent.Count - (await FilesAsync()).Count;
        // A message takes two steps.
        return (1 + Random.Shared.Next(Math.Max(1, 2 * messagesLeft / killsLeft)), Spread * Random.Shared.NextDouble());
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

    /// <summary>At every moment: what is filed on the server, is on disk.</summary>
    private async Task<int> CountEarlyAsync()
    {
        var (inbox, moved, copies) = await LookAsync();
        var filed = moved.Concat(copies);
        if (treatment.Action == AfterProcessing.MarkRead)
        {
            filed = filed.Concat(inbox.Where(m => m.IsRead).Select(m => m.Hash));
        }
        else if (treatment.Action == AfterProcessing.Delete)
        {
            filed = filed.Concat(_sent.Keys.Except(inbox.Select(m => m.Hash)));
        }

        var onDisk = (await FilesAsync()).ToHashSet(StringComparer.Ordinal);
        return filed.Count(hash => !onDisk.Contains(hash));
    }

    private async Task<Tally> CountAsync(Tally tally)
    {
        var ((inbox, moved, copies), files) = (await LookAsync(), await FilesAsync());
        var stays = treatment.Action is AfterProcessing.None or AfterProcessing.MarkRead;
        tally.Sent = _sent.Count;
        tally.OnDisk = files.Count;
        tally.Left = stays ? inbox.Count(m => treatment.Action == AfterProcessing.MarkRead && !m.IsRead) : inbox.Count;
        tally.Lost = _sent.Keys.Except(files).Count()
            + (stays ? _sent.Keys.Except(inbox.Select(m => m.Hash)).Count() : 0)
            + (treatment.Action == AfterProcessing.Move ? _sent.Keys.Except(moved).Count() : 0)
            + (treatment.IsCopied ? _sent.Keys.Except(copies).Count() : 0);
        tally.Damaged = files.Concat(moved).Concat(copies).Count(hash => !_sent.ContainsKey(hash));
        var onServer = moved.Count - moved.Distinct().Count() + copies.Count - copies.Distinct().Count();
        tally.Duplicated = files.Count - files.Distinct().Count() + (tally.ServerKills == 0 ? onServer : 0);
        tally.DuplicatedByServer = tally.ServerKills == 0 ? 0 : onServer;
        tally.Temporary = await place.CountTemporaryAsync();
        return tally;
    }

    private async Task<(List<Held> Inbox, List<string> Moved, List<string> Copies)> LookAsync() => (
        [.. (await server.GetMessagesAsync(_mailbox, "Inbox")).Where(m => !_earlier.Contains(m.Hash))],
        await HashesAsync(_moveTo, treatment.Action == AfterProcessing.Move),
        await HashesAsync(_copyTo, treatment.IsCopied));

    private async Task<List<string>> HashesAsync(string folder, bool isThere) =>
        isThere ? [.. (await server.GetMessagesAsync(_mailbox, folder)).Select(m => m.Hash).Where(hash => !_earlier.Contains(hash))] : [];

    private async Task<List<string>> FilesAsync() => [.. (await place.HashesAsync()).Where(hash => !_earlier.Contains(hash))];
}
