using System.Diagnostics;
using System.Text;
using MailAdmin.Core.Mail.Mime;

namespace MailAdmin.Tests.Mail.Mime;

/// <summary>Mail that is made to use up time or memory; the numbers are those of the project's list of faults.</summary>
public class SizeFaultTests
{
    // On an idle machine each takes well under a second; what grows faster than its input takes minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(10_000, 10_000, false)]
    [InlineData(1_000_000, 19_999, true)]
    public void Fault_46_ManyParts(int count, int seen, bool truncated)
    {
        var text = new StringBuilder("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
        for (var i = 0; i < count; i++)
        {
            text.Append("--b\r\n\r\n");
        }
        var bytes = Encoding.ASCII.GetBytes(text.Append("--b--\r\n").ToString());

        var (message, elapsed, allocated) = Measure(bytes);

        Assert.Equal(seen, message.Root.Children.Count);
        Assert.Equal(truncated, message.Truncated);
        Assert.Equal(bytes.Length, message.Root.EndOffset);
        Assert.True(elapsed < Patience, $"{elapsed}");
        Assert.True(allocated < 20_000_000, $"{allocated} bytes");
    }

    [Fact]
    public void Fault_46_BoundariesWithNothingBetweenAreNoParts()
    {
        var bytes = Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n", 100_000) + "\r\nlast");

        var (message, elapsed, _) = Measure(bytes);

        Assert.Equal("last", Assert.Single(message.Root.Children).GetText());
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n", 10_000)]
    [InlineData("Content-Type: message/rfc822\n\n", 100_000)]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\n", 5_000)]
    [InlineData("Content-Type: multipart/digest; boundary=b{0}\n\n--b{0}\n\n", 10_000)]
    public void Fault_47_DeepNesting(string level, int depth)
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
        {
            text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, level, i);
        }
        var bytes = Encoding.ASCII.GetBytes(text.Append("Subject: inmost\n\ndeep").ToString());

        var (message, elapsed, allocated) = Measure(bytes);

        Assert.True(message.Truncated);
        Assert.InRange(Depth(message), 50, MimeLimits.Default.MaxDepth);
        Assert.True(elapsed < Patience, $"{elapsed}");
        Assert.True(allocated < 20_000_000 + 20L * bytes.Length, $"{allocated} bytes");
    }

    [Fact]
    public void Fault_47_EncodedMessagesInEachOther()
    {
        var level = "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n";
        var message = MimeMessage.Parse(Encoding.ASCII.GetBytes(Repeat(level, 100_000)));

        var depth = 0;
        for (var inner = message; inner is not null; inner = inner.Root.Message)
        {
            depth++;
        }

        Assert.InRange(depth, 5, 20);
    }

    [Theory]
    [InlineData("folded", "Subject: x", "\r\n yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")]
    [InlineData("one line", "Subject: x", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")]
    [InlineData("addresses", "To: x@example.com", ", \"Name, Some\" <somebody@example.com>")]
    [InlineData("brackets that are escaped", "From: x", "<\\")]
    [InlineData("brackets that are escaped up to the last", "From: <a,", "\\<a,")]
    [InlineData("ids", "Message-ID: <0@x>", "\r\n <1234567890.abcdef@mail.example.com>")]
    [InlineData("fields", "X: y", "\r\nX-Field: some value of a field")]
    public void Fault_48_BigHeadersAreLinear(string what, string start, string more)
    {
        var allocations = new List<long>();
        foreach (var megabytes in new[] { 1, 2, 4 })
        {
            var bytes = Encoding.ASCII.GetBytes(start + Repeat(more, megabytes * 1024 * 1024 / more.Length) + "\r\nDate: Fri, 4 May 2001 14:05:44 -0400\r\n\r\nbody");
            var (message, elapsed, allocated) = Measure(bytes);
            allocations.Add(allocated);
            Assert.Equal("body", message.TextBody);
            Assert.NotNull(message.Date);
            Assert.True(elapsed < Patience, $"{what}, {megabytes} MB: {elapsed}");
        }
        for (var i = 1; i < allocations.Count; i++)
        {
            Assert.True(allocations[i] <= 2.2 * allocations[i - 1], $"{what}: {string.Join(", ", allocations)}");
        }
    }

    [Fact]
    public void Fault_48_HalfAMillionFields()
    {
        var bytes = Encoding.ASCII.GetBytes(Repeat("X-Field: value\r\n", 500_000) + "Subject: last\r\n\r\nbody");

        var (message, elapsed, _) = Measure(bytes);

        Assert.Equal(500_001, message.Headers.Count);
        Assert.Equal("last", message.Subject);
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    [Fact]
    public void Fault_48_AHeaderBeyondTheLimitIsCutAndTheRestIsKept()
    {
        var limits = new MimeLimits { MaxHeaderBytes = 1000, MaxHeaderFields = 10 };
        var text = "Subject: cut\r\n" + Repeat("X-Field: value\r\n", 1000) + "\r\nbody";

        var message = MimeMessage.Parse(Encoding.ASCII.GetBytes(text), limits);

        Assert.True(message.Truncated);
        Assert.Equal("cut", message.Subject);
        Assert.Equal(10, message.Headers.Count);
        Assert.Equal("body", message.TextBody);
        Assert.Equal(text.Length, message.Root.EndOffset);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public void Fault_48_PartsAfterAHeaderBeyondTheLimitAreFound(string end)
    {
        var text = $"Content-Type: multipart/mixed; boundary=b\n\n--b\nSubject: {new string('x', 5000)}\n\none\n--b\nA: b\nC: d\n--b\nA: b\n\nthree\n--b--"
            .Replace("\n", end);
        var limits = new MimeLimits { MaxHeaderBytes = 1000 };

        var message = MimeMessage.Parse(Encoding.ASCII.GetBytes(text), limits);

        Assert.Equal(["one", "", "three"], message.Root.Children.Select(c => c.GetText()));
        Assert.Equal(
            MimeChecks.Outline(message.Root), MimeChecks.Outline(MimeChecks.ParseInPieces(Encoding.ASCII.GetBytes(text), new Random(1), 7, limits)));
    }

    public static TheoryData<string, string, string> Bombs => new()
    {
        { "encoded-words", "Subject: ", "=?utf-8?Q?=C3=A4?= " },
        { "encoded-words of alternating charsets", "Subject: ", "=?utf-8?Q?=C3=A4?= =?x-none?B?4g==?= " },
        { "encoded-words without an end", "Subject: ", "=?utf-8?Q?a" },
        { "starts of encoded-words", "Subject: ", "=?" },
        { "unknown charsets in addresses", "To: ", "=?x-none?Q?a?= <a@b>, " },
        { "semicolons", "Content-Type: text/plain", ";" },
        { "parameters", "Content-Type: text/plain", "; a=b" },
        { "parameters of one name", "Content-Disposition: attachment", "; filename*1=x" },
        { "words without values", "Content-Type: text/plain", ";a" },
        { "quotes that don't end a value", "Content-Type: text/plain", ";a=\"x\"y" },
        { "escaped quotes", "Content-Type: text/plain; name=\"", "\\\"" },
        { "open comments", "To: ", "(" },
        { "nested comments", "To: a@b (", "()" },
        { "open comments in Content-Type", "Content-Type: ", "(" },
        { "open quotes", "To: \"", "\\\"" },
        { "open angles", "To: ", "<" },
        { "angles with quotes", "To: ", "<\"" },
        { "ats", "To: ", "@" },
        { "blanks and ats", "To: ", "a @ " },
        { "dots", "To: a@b", ". " },
        { "open quotes before an at", "To: \\\" @", " \"" },
        { "groups", "To: ", "g:a@b;" },
        { "nested groups", "To: ", "g:" },
        { "open ids", "Message-ID: ", "<a" },
        { "date", "Date: 1 ", "(" },
        { "bad lines", "X: y;\r\nno field", "\r\nno field=" },
        { "blanks after a field, bad lines", "X: " + new string(' ', 100_000), "\r\nno field" },
        { "escapes in a long word", "Subject: =?utf-8?Q?", "=41=" },
        { "base64 in a long word", "Subject: =?utf-8?B?", "QUJD=" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Fault_49_BombsAreLinear(string what, string start, string more)
    {
        var allocations = new List<long>();
        foreach (var kilobytes in new[] { 128, 256, 512 })
        {
            var bytes = Encoding.ASCII.GetBytes(start + Repeat(more, kilobytes * 1024 / more.Length) + "\r\n\r\nbody");
            var (_, elapsed, allocated) = Measure(bytes);
            allocations.Add(allocated);
            Assert.True(elapsed < Patience, $"{what}, {kilobytes} KB: {elapsed}");
        }
        // What is capped does not grow at all.
        for (var i = 1; i < allocations.Count; i++)
        {
            Assert.True(allocations[i] <= 2.2 * allocations[i - 1] + 100_000, $"{what}: {string.Join(", ", allocations)}");
        }
    }

    [Fact]
    public void Fault_49_FiftyThousandContinuations()
    {
        var text = "Content-Disposition: attachment" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"; filename*{i}=x"));

        var (message, elapsed, _) = Measure(Encoding.ASCII.GetBytes(text));

        Assert.Equal(MimeLimits.Default.MaxParameters, message.Root.FileName!.Length);
        Assert.True(message.Truncated);
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    [Fact]
    public void ATextLongerThanTheLimitIsCutAndCanBeHadWhole()
    {
        var bytes = Encoding.ASCII.GetBytes("Subject: x\n\n" + new string('a', 1000));
        var message = MimeMessage.Parse(bytes, new MimeLimits { MaxTextBytes = 100 });

        Assert.False(message.Truncated);
        Assert.Equal(100, message.TextBody!.Length);
        Assert.Equal(1000, message.Root.Decode().Length);
    }

    [Fact]
    public void Fault_49_CommentsNested200_000Deep()
    {
        var text = $"To: a@b {new string('(', 200_000)}{new string(')', 200_000)} (Bob), c@d\r\n\r\n";

        var (message, elapsed, _) = Measure(Encoding.ASCII.GetBytes(text));

        Assert.Equal([new EmailAddress("Bob", "a@b"), new EmailAddress(null, "c@d")], message.To);
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    private static int Depth(MimeMessage message)
    {
        var depth = 0;
        for (var part = message.Root; part is not null; depth++)
        {
            part = part.HoldsMessage ? part.Message?.Root : part.Children.LastOrDefault();
        }
        return depth;
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    // What parsing costs, and everything that is read from the header; the second of two runs, for what is made once, and the
    // quicker one, for the machine has other things to do.
    private static (MimeMessage Message, TimeSpan Elapsed, long Allocated) Measure(byte[] bytes)
    {
        var first = Run(bytes);
        var second = Run(bytes);
        return (second.Message, first.Elapsed < second.Elapsed ? first.Elapsed : second.Elapsed, second.Allocated);

        static (MimeMessage Message, TimeSpan Elapsed, long Allocated) Run(byte[] bytes)
        {
            var watch = Stopwatch.StartNew();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var message = MimeMessage.Parse(bytes);
            _ = (message.Subject, message.From, message.To, message.Date, message.MessageId, message.Root.ContentType, message.Root.FileName);
            return (message, watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }
}
