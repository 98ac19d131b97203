using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

public sealed class UidSetTests
{
    [Theory]
    [InlineData("1", "1", 1)]
    [InlineData("1:3", "1:3", 3)]
    [InlineData("3:1", "1:3", 3)]
    [InlineData("1,2,3,5", "1:3,5", 4)]
    [InlineData("9,1:3,2:5,4294967295,4294967294", "1:5,9,4294967294:4294967295", 8)]
    [InlineData("1:4294967295", "1:4294967295", 4294967295)]
    public void It_reads_sorts_and_joins(string text, string expected, long count)
    {
        var set = UidSet.Parse(Encoding.ASCII.GetBytes(text))!;

        Assert.Equal((expected, count), (set.ToString(), set.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1,")]
    [InlineData("1:")]
    [InlineData("1:*")]
    [InlineData("4294967296")]
    [InlineData("-1")]
    [InlineData("1 2")]
    public void What_is_no_set_is_refused(string text) => Assert.Null(UidSet.Parse(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void It_agrees_with_a_plain_set()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var set = new UidSet();
            var plain = new SortedSet<uint>();
            for (var i = 0; i < 50; i++)
            {
                var first = (uint)random.Next(1, 200);
                var last = first + (uint)random.Next(0, 5);
                set.Add(first, last);
                for (var uid = first; uid <= last; uid++)
                {
                    plain.Add(uid);
                }
            }

            Assert.Equal(plain, set);
            Assert.Equal(plain.Count, set.Count);
            Assert.All(Enumerable.Range(1, 210), n => Assert.Equal(plain.Contains((uint)n), set.Contains((uint)n)));
            Assert.Equal(plain, UidSet.Parse(Encoding.ASCII.GetBytes(set.ToString()))!);
            foreach (var size in new[] { 1, 7, 1000 })
            {
                Assert.Equal(plain, set.Chunk(size, size, 3, descending: false).SelectMany(static piece => piece));
                Assert.Equal(plain.Reverse(), set.Chunk(size, size, 3, descending: true).SelectMany(static piece => piece.Reverse()));
                Assert.All(set.Chunk(size, size, 3, descending: true), piece => Assert.InRange(piece.Count, 1, size));
            }
        }
    }

    [Fact]
    public void Pieces_grow_and_stay_short_enough_for_a_line()
    {
        var dense = UidSet.Parse("1:10000"u8)!;
        var sparse = new UidSet(Enumerable.Range(1, 1000).Select(static n => (uint)n * 2));

        Assert.Equal([250L, 1000, 2000, 2000, 2000, 2000, 750], dense.Chunk(250, 2000, 300, descending: false).Select(p => p.Count));
        Assert.Equal([250L, 300, 300, 150], sparse.Chunk(250, 2000, 300, descending: false).Select(p => p.Count));
    }

    [Fact]
    public void The_highest_UID_has_no_successor()
    {
        var set = new UidSet([uint.MaxValue, 1, uint.MaxValue]);

        Assert.Equal([1, uint.MaxValue], set);
        Assert.Equal([uint.MaxValue, 1u], set.Chunk(1, 1, 9, descending: true).SelectMany(static piece => piece));
    }

    [Fact]
    public void Numbers_in_no_order_are_sorted_seldom()
    {
        const uint prime = 300_007;
        var set = new UidSet(200_000);
        for (var n = 0u; n < 3 * prime; n++)
        {
            set.Add((uint)((ulong)n * 7919 % prime) + 1);
        }

        Assert.Equal($"1:{prime}", set.ToString());
    }
}
