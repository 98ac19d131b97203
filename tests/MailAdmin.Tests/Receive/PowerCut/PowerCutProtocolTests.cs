using MailAdmin.Core.Receive;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Receive.PowerCut;

/// <summary>
/// The same over both protocols: the power fails after a change, and the next run meets the server as it is then. Half of the
/// changes are cut over Graph, the others over IMAP; <see cref="PowerCutTests"/> cuts after each, in every way.
/// </summary>
public sealed class PowerCutProtocolTests
{
    public static TheoryData<MailProtocol, string> All
    {
        get
        {
            var all = new TheoryData<MailProtocol, string>();
            foreach (var scenario in Scenario.All)
            {
                all.Add(MailProtocol.Graph, scenario.Name);
                all.Add(MailProtocol.Imap, scenario.Name);
            }

            return all;
        }
    }

    private sealed class PowerCut : Exception;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Whatever_a_power_cut_leaves_the_next_run_comes_to_the_same_end(MailProtocol protocol, string scenario)
    {
        using var road = await ReceiveEndToEnd.StartAsync();
        var changes = await TryAsync(road, protocol, scenario, int.MaxValue);
        Assert.True(changes > Scenario.Messages * 4, $"Only {changes} changes were logged.");
        for (var cut = protocol == MailProtocol.Graph ? 1 : 2; cut <= changes; cut += 2)
        {
            await TryAsync(road, protocol, scenario, cut);
        }
    }

    /// <summary>Receives until the power fails, and then what is left, in folders of their own.</summary>
    /// <returns>How many changes there were before that.</returns>
    private static async Task<int> TryAsync(ReceiveEndToEnd road, MailProtocol protocol, string name, int cut)
    {
        var scenario = Scenario.All.Single(s => s.Name == name);
        var (inbox, second, done, copies) = ($"Inbox{cut}", $"Second{cut}", $"Done{cut}", $"Copies{cut}");
        var options = scenario.Options with
        {
            Folders = scenario.Options.Folders.Length > 1 ? [inbox, second] : [inbox],
            MoveTo = scenario.Options.MoveTo is null ? null : done,
            CopyTo = scenario.Options.CopyTo is null ? null : copies,
        };
        string[] subjects = [.. Enumerable.Range(1, Scenario.Messages).Select(i => $"m{i}"), .. options.Folders.Skip(1).Select(_ => "n1")];
        foreach (var subject in subjects)
        {
            road.Tenant.AddMessage(
                road.Mailbox, subject == "n1" ? second : inbox, Scenario.Message(subject), new DateTimeOffset(2026, 3, 1, 0, 0, subject[1] - '0', TimeSpan.Zero));
        }

        using var before = new CutPlace();
        var isDead = false;
        FileLog log = null!;
        log = new FileLog(before.Root, () =>
        {
            isDead = log.Changes.Count == cut;
            Gate();
        }) { Gate = Gate };
        var run = ReceiveAsync(before.Destination, options with
        {
            Files = log,
            Watcher = (step, isBefore) =>
            {
                if (step is ReceiveStep.Process or ReceiveStep.Copy)
                {
                    Gate();
                    if (!isBefore)
                    {
                        log.Mark();
                    }
                }
            },
        });
        if (cut == int.MaxValue)
        {
            Assert.All(await run, d => Assert.Null(d.Error));
        }
        else
        {
            await Assert.ThrowsAsync<PowerCut>(() => run);
        }

        var disk = DiskAfterCut.One(log, log.Changes.Count, seed: cut / 2);
        var still = In(inbox).Concat(In(second)).Where(m => options.AfterProcessing != AfterProcessing.MarkRead || !m.IsRead).Select(m => m.Subject);
        Assert.Equal((cut, null), (cut, scenario.FiledTooEarly(disk.Files, subjects.Except(still).Concat(In(copies).Select(m => m.Subject)))));

        using var after = new CutPlace();
        disk.Lay(after.Root);
        var calm = options with { Files = new Unflushed() };
        Assert.All(await ReceiveAsync(after.Destination, calm), d => Assert.Null(d.Error));
        Assert.Equal((cut, null), (cut, scenario.NotWhole(after.Destination, subjects)));
        var left = In(inbox).Concat(In(second)).Count(m => options.AfterProcessing != AfterProcessing.MarkRead || !m.IsRead);
        var expected = (options.AfterProcessing == AfterProcessing.None ? subjects.Length : 0,
            options.MoveTo is null ? 0 : subjects.Length, options.CopyTo is null ? 0 : subjects.Length);
        Assert.Equal((cut, expected), (cut, (left, In(done).Length, In(copies).Length)));
        Assert.Empty(await ReceiveAsync(after.Destination, calm));
        return log.Changes.Count;

        void Gate()
        {
            if (isDead)
            {
                throw new PowerCut();
            }
        }

        async Task<List<Delivery>> ReceiveAsync(Destination destination, ReceiveOptions how)
        {
            await using var store = road.Open(protocol);
            return await destination.ReceiveAsync(store, how);
        }

        TenantMessage[] In(string folder) => [.. road.Tenant.GetMessages(road.Mailbox, folder)];
    }
}
