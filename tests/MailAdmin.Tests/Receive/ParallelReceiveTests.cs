using System.Runtime.CompilerServices;
using System.Text;
using MailAdmin.Core.Receive;

namespace MailAdmin.Tests.Receive;

public sealed class ParallelReceiveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_messages_of_all_mailboxes_come_each_mailbox_in_its_order_and_no_more_than_so_many_at_a_time()
    {
        var (open, most) = (0, 0);
        var seen = new List<(int Mailbox, string Id)>();
        await foreach (var (mailbox, delivery, error) in ParallelReceive.MergeAsync(Enumerable.Range(1, 7).ToAsyncEnumerable(), Receive, 3, Token))
        {
            Assert.Null(error);
            seen.Add((mailbox, delivery!.Message.Id));
            delivery.Acknowledge();
        }

        Assert.Equal(3, most);
        Assert.Equal(0, open);
        Assert.All(Enumerable.Range(1, 7), m => Assert.Equal(["0", "1", "2", "3"], seen.Where(s => s.Mailbox == m).Select(s => s.Id)));

        async IAsyncEnumerable<Delivery> Receive(int mailbox, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            try
            {
                await foreach (var delivery in new MailReceiver(Filled(4), new ReceiveOptions()).ReceiveAsync(cancellationToken))
                {
                    await Task.Yield();
                    yield return delivery;
                }
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        }
    }

    [Fact]
    public async Task A_mailbox_that_fails_is_told_and_the_others_go_on()
    {
        var stores = Enumerable.Range(0, 3).Select(_ => Filled(3)).ToArray();
        stores[1].Gate = () => throw new ServiceRefusedException("denied") { Service = "Graph", Code = "ErrorAccessDenied", HttpStatus = 403 };
        var all = await ParallelReceive.MergeAsync(stores.ToAsyncEnumerable(), (s, c) => new MailReceiver(s, new ReceiveOptions()).ReceiveAsync(c), 5, Token).ToListAsync(Token);
        Assert.Equal("denied", Assert.Single(all, i => i.Error is not null).Error!.Message);
        Assert.Equal(6, all.Count(i => i.Delivery is not null));
    }

    [Fact]
    public async Task A_caller_that_leaves_closes_all_and_what_it_acknowledged_is_filed()
    {
        var stores = Enumerable.Range(0, 3).Select(_ => Filled(3)).ToArray();
        var options = new ReceiveOptions { AfterProcessing = AfterProcessing.Delete };
        var taken = 0;
        await foreach (var item in ParallelReceive.MergeAsync(stores.ToAsyncEnumerable(), (s, c) => new MailReceiver(s, options).ReceiveAsync(c), 3, Token))
        {
            if (++taken == 4)
            {
                break;
            }

            item.Delivery!.Acknowledge();
        }

        Assert.Equal(9 - 3, stores.Sum(s => s.IdsIn("Inbox").Count));
    }

    private static MemoryStore Filled(int count)
    {
        var store = new MemoryStore();
        for (var i = 0; i < count; i++)
        {
            store.Add($"{i}", Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n{i}"));
        }

        return store;
    }
}
