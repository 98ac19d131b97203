using System.Diagnostics;
using System.Text;
using MailAdmin.Core.Mime;

namespace MailAdmin.Tests.Mime;

/// <summary>Hostile and broken mail, by the numbers of the project's list of faults.</summary>
public class FaultTests
{
    // On an idle machine each takes well under a second; what grows faster than its input takes minutes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static MimeMessage Parse(string text) => MimeMessage.Parse(Encoding.Latin1.GetBytes(text));

    [Theory]
    [InlineData("", 0, null)]
    [InlineData("\r\nFrom: a@b\r\n", 0, "From: a@b\r\n")]
    [InlineData("\nbody", 0, "body")]
    [InlineData("no header here\r\nnor here\r\n", 0, "no header here\r\nnor here\r\n")]
    [InlineData("// not a message: it has a colon\n", 0, "// not a message: it has a colon\n")]
    [InlineData("From joe Fri May  4 14:05:44 2001\nSubject: x\n\nbody", 1, "body")]
    [InlineData("Subject: only a header", 1, "")]
    public void Case41_NoHeadersEmptyLineFirstOrNothingAtAll(string text, int fields, string? body)
    {
        var message = Parse(text);

        Assert.Equal(fields, message.Headers.Count);
        Assert.Equal(body ?? "", message.TextBody);
        Assert.Equal(fields == 0, message.Defects.HasFlag(MimeDefects.NoHeaders));
        Assert.Equal(text.Length, message.Root.EndOffset);
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"..\..\boot.ini", "boot.ini")]
    [InlineData(@"C:\Windows\System32\cmd.exe", "cmd.exe")]
    [InlineData("C:evil.exe", "C_evil.exe")]
    [InlineData("/etc/shadow", "shadow")]
    [InlineData(@"\\server\share\file.doc", "file.doc")]
    [InlineData("\uFF0E\uFF0E\uFF0Fetc\uFF0Fpasswd", ".._etc_passwd")]
    [InlineData("%2e%2e%2fpasswd", "%2e%2e%2fpasswd")]
    [InlineData("..", "attachment.bin")]
    [InlineData(".", "attachment.bin")]
    [InlineData("", "attachment.bin")]
    [InlineData("   ", "attachment.bin")]
    [InlineData("...", "attachment.bin")]
    [InlineData("/", "attachment.bin")]
    [InlineData("\uFF0E\uFF0E", "attachment.bin")]
    [InlineData("~", "attachment.bin")]
    [InlineData("~/.ssh/authorized_keys", "authorized_keys")]
    [InlineData("~root", "_root")]
    [InlineData("-rf", "_rf")]
    [InlineData("folder/", "folder")]
    public void Case43_NamesStayInTheFolder(string name, string expected)
    {
        var safe = SafeFileName.From(name, "application/octet-stream");

        Assert.Equal(expected, safe);
        MimeChecks.IsSafe(safe);
        var root = Path.GetFullPath("folder");
        Assert.Equal(root, Path.GetDirectoryName(Path.GetFullPath(Path.Combine(root, safe))));
    }

    [Theory]
    [InlineData("CON", "_CON")]
    [InlineData("nul.txt", "_nul.txt")]
    [InlineData("NUL .txt", "_NUL .txt")]
    [InlineData("COM1.log", "_COM1.log")]
    [InlineData("LPT\u00B9", "_LPT\u00B9")]
    [InlineData("conin$", "_conin$")]
    [InlineData("C\u200BON", "_CON")]
    [InlineData("console.txt", "console.txt")]
    [InlineData("x:ads", "x_ads")]
    [InlineData("file.txt::$DATA", "file.txt__$DATA")]
    [InlineData("trailing. . ", "trailing")]
    [InlineData("a<b>c|d?e*f\"g", "a_b_c_d_e_f_g")]
    [InlineData("invoice\u202Efdp.exe", "invoicefdp.exe")]
    [InlineData("a\r\nb\0c\u0085d\u2028e", "a__b_c_d_e")]
    [InlineData("e\u0301.txt", "\u00E9.txt")]
    public void Case44_NamesAreSafeOnAllSystems(string name, string expected)
    {
        var safe = SafeFileName.From(name, "application/octet-stream");

        Assert.Equal(expected, safe);
        MimeChecks.IsSafe(safe);
    }

    [Fact]
    public void Case44_HalfOfASurrogatePairIsReplaced() =>
        Assert.Equal("a_b", SafeFileName.From("a\uD800b", "text/plain"));

    [Theory]
    [InlineData("a", 300, ".pdf")]
    [InlineData("\U0001F4A3", 100, ".docx")]
    [InlineData("e\u0301", 2_000_000, ".txt")]
    [InlineData("x", 1000, "")]
    public void Case44_LongNamesKeepTheirExtension(string letter, int count, string extension)
    {
        var safe = SafeFileName.From(string.Concat(Enumerable.Repeat(letter, count)) + extension, "text/plain");

        MimeChecks.IsSafe(safe);
        Assert.EndsWith(extension, safe);
        Assert.DoesNotContain('\uFFFD', safe);
    }

    [Fact]
    public async Task Case45_NamesThatAreOneNameToAFileSystemNeverMeet()
    {
        var folder = Directory.CreateTempSubdirectory("mailadmin").FullName;
        try
        {
            var outside = Path.Combine(folder, "outside.txt");
            File.WriteAllText(Path.Combine(folder, "dup.txt"), "there before");
            File.CreateSymbolicLink(Path.Combine(folder, "link.txt"), outside);
            var target = new AttachmentFolder(folder);
            foreach (var name in new[] { "DUP.txt", "dup.txt", "dup.txt", "r\u00E9.txt", "re\u0301.txt", "link.txt" })
            {
                await using var file = target.Create(Named(name));
                await file.WriteAsync(Encoding.UTF8.GetBytes(name), TestContext.Current.CancellationToken);
            }

            var names = Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
            Assert.Equal(
                ["DUP (2).txt", "dup (3).txt", "dup (4).txt", "dup.txt", "link (2).txt", "link.txt", "r\u00E9 (2).txt", "r\u00E9.txt"], names);
            Assert.Equal("there before", File.ReadAllText(Path.Combine(folder, "dup.txt")));
            Assert.False(File.Exists(outside));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "DUP (2).txt")));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static MimePart Named(string name) => MimeMessage.Parse(Encoding.UTF8.GetBytes(
            $"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n")).Root;
    }

    [Fact]
    public void Case45_AFileThatAppearsMeanwhileIsNotWrittenOver()
    {
        var folder = Directory.CreateTempSubdirectory("mailadmin").FullName;
        try
        {
            var target = new AttachmentFolder(folder);
            File.WriteAllText(Path.Combine(folder, "a.txt"), "somebody else's");
            using (var file = target.Create(Parse("Content-Type: text/plain; name=a.txt\r\n\r\n").Root))
            {
                Assert.Equal("a (2).txt", Path.GetFileName(file.Name));
            }
            Assert.Equal("somebody else's", File.ReadAllText(Path.Combine(folder, "a.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(10_000, 10_000, false)]
    [InlineData(1_000_000, 19_999, true)]
    public void Case46_ManyParts(int count, int seen, bool truncated)
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
        Assert.Equal(truncated, message.Defects.HasFlag(MimeDefects.TooManyParts));
        Assert.Equal(bytes.Length, message.Root.EndOffset);
        Assert.True(elapsed < Patience, $"{elapsed}");
        Assert.True(allocated < 20_000_000, $"{allocated} bytes");
    }

    [Fact]
    public void Case46_MillionBoundariesWithNothingBetweenAreNoParts()
    {
        var bytes = Encoding.ASCII.GetBytes("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + Repeat("--b\r\n", 1_000_000) + "\r\nlast");

        var (message, elapsed, _) = Measure(bytes);

        Assert.Equal("last", Assert.Single(message.Root.Children).GetText());
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n", 10_000)]
    [InlineData("Content-Type: message/rfc822\n\n", 100_000)]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\n", 5_000)]
    [InlineData("Content-Type: multipart/digest; boundary=b{0}\n\n--b{0}\n\n", 10_000)]
    public void Case47_DeepNesting(string level, int depth)
    {
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
        {
            text.AppendFormat(System.Globalization.CultureInfo.InvariantCulture, level, i);
        }
        var bytes = Encoding.ASCII.GetBytes(text.Append("Subject: inmost\n\ndeep").ToString());

        var (message, elapsed, allocated) = Measure(bytes);

        Assert.True(message.Truncated);
        Assert.True(message.Defects.HasFlag(MimeDefects.TooDeep));
        Assert.InRange(Depth(message), 50, MimeLimits.Default.MaxDepth);
        Assert.True(elapsed < Patience, $"{elapsed}");
        Assert.True(allocated < 20_000_000 + 20L * bytes.Length, $"{allocated} bytes");
    }

    [Theory]
    [InlineData("folded", "Subject: x", "\r\n yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")]
    [InlineData("one line", "Subject: x", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")]
    [InlineData("addresses", "To: x@example.com", ", \"Name, Some\" <somebody@example.com>")]
    [InlineData("references", "References: <0@x>", "\r\n <1234567890.abcdef@mail.example.com>")]
    [InlineData("fields", "X: y", "\r\nX-Field: some value of a field")]
    public void Case48_BigHeadersAreLinear(string what, string start, string more)
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
    public void Case48_HalfAMillionFields()
    {
        var bytes = Encoding.ASCII.GetBytes(Repeat("X-Field: value\r\n", 500_000) + "Subject: last\r\n\r\nbody");

        var (message, elapsed, _) = Measure(bytes);

        Assert.Equal(500_001, message.Headers.Count);
        Assert.Equal("last", message.Subject);
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    [Fact]
    public void Case48_AHeaderBeyondTheLimitIsCutAndTheRestIsKept()
    {
        var limits = new MimeLimits { MaxHeaderBytes = 1000, MaxHeaderFields = 10 };
        var text = "Subject: cut\r\n" + Repeat("X-Field: value\r\n", 1000) + "\r\nbody";

        var message = MimeMessage.Parse(Encoding.ASCII.GetBytes(text), limits);

        Assert.True(message.Truncated);
        Assert.Equal("cut", message.Subject);
        Assert.Equal(10, message.Headers.Count);
        Assert.EndsWith("body", message.TextBody);
        Assert.Equal(text.Length, message.Root.EndOffset);
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
        { "open ids", "References: ", "<a" },
        { "date", "Date: 1 ", "(" },
        { "bad lines", "X: y;\r\nno field", "\r\nno field=" },
        { "blanks after a field, bad lines", "X: " + new string(' ', 100_000), "\r\nno field" },
        { "escapes in a long word", "Subject: =?utf-8?Q?", "=41=" },
        { "base64 in a long word", "Subject: =?utf-8?B?", "QUJD=" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Case49_BombsAreLinear(string what, string start, string more)
    {
        var allocations = new List<long>();
        foreach (var kilobytes in new[] { 256, 512, 1024 })
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
    public void Case49_FiftyThousandContinuations()
    {
        var text = "Content-Disposition: attachment" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"; filename*{i}=x"));

        var (message, elapsed, _) = Measure(Encoding.ASCII.GetBytes(text));

        Assert.Equal(MimeLimits.Default.MaxParameters, message.Root.FileName!.Length);
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    [Fact]
    public void Case49_CommentsNested200_000Deep()
    {
        var text = $"To: a@b {new string('(', 200_000)}{new string(')', 200_000)} (Bob), c@d\r\n\r\n";

        var (message, elapsed, _) = Measure(Encoding.ASCII.GetBytes(text));

        Assert.Equal([new EmailAddress("Bob", "a@b"), new EmailAddress(null, "c@d")], message.To);
        Assert.True(elapsed < Patience, $"{elapsed}");
    }

    [Theory]
    [InlineData("Subject: =?utf-8?Q?a=0D=0ABcc:_evil@example.com?=")]
    [InlineData("Subject: =?utf-8?B?YQ0KQmNjOiBldmls?=")]
    [InlineData("Subject: a\0b\rc\u000Bd")]
    [InlineData("Subject: =?utf-8?Q?=E2=80=A8line?=")]
    [InlineData("From: =?utf-8?Q?a=0D=0AX:?= <a@b>")]
    [InlineData("From: \"a\rb\" <a\rb@c\0d>")]
    [InlineData("From: =?utf-8?Q?a=0D=0A?=@b, <=?utf-8?Q?=0A?=@b>")]
    [InlineData("Message-ID: <a\rb\0@c>")]
    [InlineData("References: <a\r@b> <=?utf-8?Q?=0D=0A?=@b>")]
    [InlineData("Content-Type: application/x; name*=utf-8''a%0D%0AX%3A%20y%00.txt")]
    [InlineData("Content-Disposition: attachment; filename=\"=?utf-8?Q?a=0D=0Ab?=.txt\"")]
    [InlineData("Content-Disposition: attachment\r; filename=a\rb.txt")]
    [InlineData("Content-ID: <a\rb=?utf-8?Q?=0A?=@c>")]
    [InlineData("Content-Type: a\rb/c\0d; x\ry=z")]
    public void Case50_NoLineBreakComesOutOfAHeader(string header)
    {
        var message = Parse(header + "\r\n\r\nbody");

        var texts = message.From.SelectMany(a => new[] { a.Name, a.Address })
            .Concat([message.Subject, message.MessageId, message.Root.FileName, message.Root.ContentId, message.Root.ContentType.MediaType])
            .Concat(message.References)
            .Concat(message.Headers.Select(h => h.Value)).Concat(message.Headers.Select(h => h.Name));
        foreach (var text in texts)
        {
            MimeChecks.IsOneLine(text);
            Assert.DoesNotContain('\0', text ?? "");
        }
        MimeChecks.IsSafe(message.Root.SafeFileName);
    }

    [Fact]
    public void Case51_NulBytesAreKeptInBodies() =>
        Assert.Equal("a\0b", Parse("Subject: x\0y\r\n\r\na\0b").TextBody);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    public void Case51_AnyLineEndWillDo(string end)
    {
        var text = "Subject: a\n b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBO\nRw0K\n--x--\n";

        var message = Parse(text.Replace("\n", end));

        Assert.Equal("a b", message.Subject);
        Assert.Equal("text", message.TextBody);
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], Assert.Single(message.Attachments).Decode());
    }

    [Theory]
    [InlineData("x-unknown", "caf\u00C3\u00A9", "caf\u00E9")]
    [InlineData("x-unknown", "caf\u00E9", "caf\u00E9")]
    [InlineData("us-ascii", "\u0093quoted\u0094", "\u201Cquoted\u201D")]
    [InlineData("", "caf\u00C3\u00A9", "caf\u00E9")]
    [InlineData("utf-8", "caf\u00E9 \u00FC", "caf\u00E9 \u00FC")]
    [InlineData("utf-8", "\u00C3\u00A9\u00C3\u00A9\u00E9", "\u00E9\u00E9\uFFFD")]
    public void Case51_UnknownOrWrongCharset(string charset, string latin1, string expected) =>
        Assert.Equal(expected, Parse($"Content-Type: text/plain; charset={charset}\r\n\r\n{latin1}").TextBody);

    [Theory]
    [InlineData("base64", "SGVs*bG8=", "Hello")]
    [InlineData("base64", "SGVsbG8", "Hello")]
    [InlineData("base64", "SGVs\r\n bG8=\r\n", "Hello")]
    [InlineData("base64", "SGVsbG8=SGVsbG8=", "HelloHello")]
    [InlineData("base64", "This is not base64, whatever the header says.", "This is not base64, whatever the header says.")]
    [InlineData("quoted-printable", "a=3Db=zz=4", "a=b=zz=4")]
    [InlineData("quoted-printable", "a= \t\r\nb=\nc=", "abc")]
    [InlineData("8-bit", "a=3Db", "a=3Db")]
    [InlineData("BASE64;", "SGVsbG8=", "Hello")]
    public void Case51_BadTransferEncoding(string encoding, string body, string expected) =>
        Assert.Equal(expected, Parse($"Content-Transfer-Encoding: {encoding}\r\n\r\n{body}").TextBody);

    [Fact]
    public void Case51_WithoutAClosingBoundaryAttachmentsAreKept()
    {
        var message = Parse("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF");

        Assert.Equal("%PDF", Encoding.ASCII.GetString(Assert.Single(message.Attachments).Decode()));
        Assert.True(message.Defects.HasFlag(MimeDefects.NoClosingBoundary));
    }

    [Fact]
    public void Case52_NothingIsFetchedJoinedOrNamedByAUuencodedBody()
    {
        var message = Parse("""
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: message/external-body; access-type=local-file; name="/etc/passwd"

            Content-Type: text/plain

            --x
            Content-Type: message/partial; id="1"; number=2; total=2

            second half
            --x
            Content-Type: application/octet-stream
            Content-Transfer-Encoding: x-uuencode

            begin 777 ../../.bashrc
            #0V%T
            `
            end
            --x--
            """);

        var parts = message.Root.Children;
        Assert.Equal("Content-Type: text/plain\n", Encoding.ASCII.GetString(parts[0].Decode()).ReplaceLineEndings("\n"));
        Assert.Null(parts[0].Message);
        Assert.Equal("second half", Encoding.ASCII.GetString(parts[1].Decode()));
        Assert.Null(parts[1].Message);
        Assert.Equal("Cat", Encoding.ASCII.GetString(parts[2].Decode()));
        Assert.Equal("attachment.bin", parts[2].SafeFileName);
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
            _ = (message.Subject, message.From, message.To, message.Date, message.References, message.Root.ContentType, message.Root.FileName);
            return (message, watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }
}
