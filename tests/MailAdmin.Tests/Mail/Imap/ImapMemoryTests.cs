using System.Diagnostics;
using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>What is measured by the memory of the whole process runs alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "Memory";
}

[Collection(MemoryCollection.Name)]
public sealed class ImapMemoryTests
{
    [Theory]
    [InlineData("* OK ")]
    [InlineData("* LIST () \"/\" ")]
    [InlineData("A1 OK ")]
    [InlineData("+ ")]
    [InlineData("")]
    public void Fault_37_A_line_without_end_ends_the_connection_at_the_limit(string beginning)
    {
        var received = FeedForever(beginning, new byte[65536].AsSpan(), out var growth);

        Assert.InRange(received, ImapLimits.Default.Response, ImapLimits.Default.Response + 65536);
        Assert.InRange(growth, 0, 20_000_000);
    }

    [Fact]
    public void Fault_37_A_FETCH_response_without_end_ends_the_connection_at_its_limit_and_is_not_kept()
    {
        var filler = new byte[65536];
        Array.Fill(filler, (byte)'(');

        var received = FeedForever("* 1 FETCH (X ", filler, out var growth);

        Assert.InRange(received, ImapLimits.Default.SkippedResponse, ImapLimits.Default.SkippedResponse + 65536);
        Assert.InRange(growth, 0, 20_000_000);
    }

    [Fact]
    public void Fault_39_A_million_unsolicited_responses_leave_no_trace()
    {
        var session = Transcript.Session("S: * OK hi");
        var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("* 1 FETCH (FLAGS (\\Seen))\r\n", 999).Append("* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n")));
        Feed(session, lines);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 1000; i++)
        {
            Feed(session, lines);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 2_000_000);

        static void Feed(ImapSession session, byte[] octets)
        {
            for (var at = 0; at < octets.Length;)
            {
                if (session.LiteralRemaining > 0)
                {
                    at += session.TakeLiteral(octets.Length - at);
                    continue;
                }

                session.Receive(octets.AsSpan(at), out var used);
                at += used;
            }
        }
    }

    private static long FeedForever(string beginning, ReadOnlySpan<byte> filler, out long growth)
    {
        var session = Transcript.Session("S: * OK hi");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        session.Receive(Encoding.ASCII.GetBytes(beginning), out _);
        long received = beginning.Length;
        var clock = Stopwatch.StartNew();
        try
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(30))
            {
                session.Receive(filler, out var used);
                received += used;
            }
        }
        catch (ImapProtocolException)
        {
            growth = GC.GetTotalMemory(forceFullCollection: true) - before;
            return received + filler.Length;
        }

        growth = 0;
        return -1;
    }
}
