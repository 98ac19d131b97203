using MailAdmin.Tenant.Base;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin.Tests.Tenant.Mailboxes;

/// <summary>What a folder finds without looking at all of its messages is what looking at all of them finds.</summary>
public class FolderItemsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Whatever_happens_to_a_folder_it_finds_the_same(int seed)
    {
        var random = new Random(seed);
        var mailbox = new Mailbox(new MailboxFacts("u", "u@contoso.test", "U"), TenantClock.Manual(Start));
        Folder inbox = mailbox.WellKnown("inbox"), other = mailbox.WellKnown("archive");
        var seen = mailbox.Version;
        for (var step = 0; step < 600; step++)
        {
            var item = inbox.Items.Count > 0 ? inbox.Items[random.Next(inbox.Items.Count)] : null;
            switch (random.Next(6))
            {
                case 0 when item is not null:
                    mailbox.Move(item, other);
                    break;
                case 1 when item is not null:
                    item.IsRead = !item.IsRead;
                    item.Touch();
                    break;
                case 2 when item is not null:
                    item.ReceivedAt = Start.AddMilliseconds(random.Next(60_000));
                    item.Touch();
                    break;
                case 3 when other.Items.Count > 0:
                    mailbox.Move(other.Items[random.Next(other.Items.Count)], inbox);
                    break;
                case 4 when item is not null:
                    mailbox.Remove(item);
                    break;
                default:
                    mailbox.Add(inbox, new MimeContent(new byte[] { 13, 10 }), Start.AddMilliseconds(random.Next(60_000)));
                    break;
            }

            if (step % 7 == 0)
            {
                Compare(inbox, mailbox, seen, random);
                seen = mailbox.Version;
            }
        }
    }

    private static void Compare(Folder folder, Mailbox mailbox, long seen, Random random)
    {
        Item[] all = [.. folder.Items];
        Assert.Equal(all.OrderBy(i => i.Uid), all);
        Assert.Equal(all.Count(i => !i.IsRead), folder.Items.Unread);
        Assert.Equal(all.Where(i => i.Version > seen).OrderBy(i => i.Version), folder.Items.ChangedSince(seen));
        Assert.Equal(folder.Removed.Where(r => r.Version > seen), folder.RemovedSince(seen));
        var (from, to) = (Start.AddSeconds(random.Next(60)), Start.AddSeconds(random.Next(60)));
        var within = all.Where(i => i.ReceivedAt >= from && i.ReceivedAt < to.AddSeconds(1)).OrderBy(i => i.ReceivedAt.ToUnixTimeSeconds()).ThenBy(i => i.Uid).ToArray();
        Assert.Equal(within, folder.Items.Received(from, to, newestFirst: false));
        Assert.Equal(within.Reverse(), folder.Items.Received(from, to, newestFirst: true));
        Assert.Equal(within.Length, folder.Items.Received(from, to, newestFirst: true).Count);
        var uid = (uint)random.Next(100);
        Assert.Equal(all.Where(i => i.Uid > uid), folder.Items.After(uid));
        Assert.All(all, i => Assert.Same(i, folder.Items.Find(i.Uid)));
        Assert.All(all, i => Assert.Same(i, mailbox.FindItem(i.Id)));
    }
}
