using System.Globalization;
using System.Text;
using MailAdmin.Tenant.Imap;

namespace MailAdmin.Tests.Tenant.Imap;

/// <summary>
/// Changes what clients send at random: whatever comes, the sandbox's server answers each line or hangs up, and its work does not
/// grow faster than what it was sent. MAILADMIN_FUZZ_CASES makes it longer.
/// </summary>
public sealed class ImapServerFuzz
{
    private const int CasesForEachTenant = 50;
    private const int CasesForEachGrowth = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Commands =
    [
        "CAPABILITY", "NOOP", "ID (\"name\" \"x\" \"version\" NIL)", "ID NIL", "NAMESPACE", "LIST \"\" *", "LIST \"\" \"%\"", "LIST Work/ {1+}\r\n*", "LSUB \"\" *",
        "STATUS INBOX (MESSAGES UNSEEN UIDNEXT UIDVALIDITY RECENT)", "SELECT INBOX", "EXAMINE \"Deleted Items\"", "SELECT {5+}\r\nINBOX", "CREATE \"A/&ZeVnLIqe-/B&-C\"",
        "DELETE A", "RENAME A \"B \\\"q\\\" \\\\\"", "SUBSCRIBE INBOX", "FETCH 1:* (FLAGS UID INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)", "FETCH 1 BODY[]", "FETCH 1:2 FULL",
        "UID FETCH 1:3,5 (BODY.PEEK[HEADER.FIELDS (From \"To\")] BODY.PEEK[1.MIME] BODY[TEXT]<0.100>)", "UID FETCH * (RFC822.HEADER RFC822.TEXT)",
        "UID SEARCH UNDELETED UNSEEN SINCE 1-Jan-2020 NOT (FROM a OR SUBJECT \"b\" 1:3)", "SEARCH CHARSET UTF-8 TEXT {3+}\r\n\u00c3\u00a4x", "SEARCH HEADER X-Y \"\" LARGER 10 SENTON 2-Mar-2026",
        "STORE 1 +FLAGS (\\Seen \\Flagged $x)", "UID STORE 1:2 -FLAGS.SILENT \\Seen", "UID COPY 1 \"Deleted Items\"", "UID MOVE 2 \"Deleted Items\"", "EXPUNGE", "UID EXPUNGE 1:*",
        "APPEND INBOX (\\Seen) \"02-Mar-2026 08:00:00 +0100\" {18+}\r\nSubject: x\r\n\r\ntext", "IDLE\r\nDONE", "CHECK", "CLOSE", "UNSELECT", "AUTHENTICATE XOAUTH2\r\nAAAA", "LOGIN a b", "LOGOUT",
    ];

    private static readonly string[] Pieces =
    [
        "{", "}", "{3}", "{0}", "{5+}\r\n", "{99}\r\n", "{4294967295}\r\n", "{-1}", "(", ")", "\"", "\\", "\r\n", "\n", "\r", "[", "]", "<", ">", " ", "%", "*", "/", "&", "&-", "1:", ",", ":*", "\0", "\u00ff",
        "UID ", "NOT ", "OR ", "BODY[", "BODY[]", "BODY[1.1.1.", "HEADER.FIELDS (", "0", "4294967295", "4294967296", "Z9 ", "FLAGS ", "\\Deleted", "a/",
    ];

    [Fact]
    public async Task Whatever_a_client_sends_is_answered()
    {
        var cases = int.TryParse(Environment.GetEnvironmentVariable("MAILADMIN_FUZZ_CASES"), CultureInfo.InvariantCulture, out var given) ? given : 2_000;
        for (var first = 0; first < cases; first += CasesForEachTenant)
        {
            using var world = World();
            for (var n = first; n < Math.Min(cases, first + CasesForEachTenant); n++)
            {
                var random = new Random(n);
                var text = Mutated(random);
                try
                {
                    Judge(text, await SendAsync(world, text));
                    if (n % CasesForEachGrowth == 0)
                    {
                        Grow(random);
                    }
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"Case {n}: {e.Message} after {Convert.ToBase64String(Encoding.Latin1.GetBytes(text))}", e);
                }
            }
        }
    }

    [Theory]
    [InlineData("LIST \"\" ", "%", 1001, "", "BAD")]
    [InlineData("CREATE ", "a/", 300, "a", "NO")]
    [InlineData("SEARCH ", "NOT ", 60, "SEEN", "BAD")]
    [InlineData("LIST {11+}\r\n{99}\r\nabcde", "", 0, " *", "OK")]
    [InlineData("SELECT \"{99}\"", "", 0, "", "NO")]
    public async Task What_is_too_much_is_refused(string command, string piece, int times, string end, string answer)
    {
        using var world = World();

        var said = await SendAsync(world, $"X SELECT INBOX\r\nT {command}{string.Concat(Enumerable.Repeat(piece, times))}{end}\r\n");

        Assert.Contains($"\r\nT {answer} ", said, StringComparison.Ordinal);
    }

    private static TenantClient World()
    {
        var world = new TenantClient();
        world.Tenant.GrantImap(world.Tenant.AdminApp.ClientId, world.Invoices);
        return world;
    }

    private static string Mutated(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            text.Append($"C{count} {Commands[random.Next(Commands.Length)]}\r\n");
        }

        for (var change = random.Next(0, 5); change > 0; change--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at - 1));
                    break;
                case 2:
                    text[at] = (char)random.Next(256);
                    break;
                case 3:
                    text.Insert(random.Next(text.Length), text.ToString(at, Math.Min(random.Next(1, 60), text.Length - at)));
                    break;
                default:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)], random.Next(1, 300));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Each answer is whole, and the last command has one unless the server hung up.</summary>
    private static void Judge(string sent, string said)
    {
        Assert.EndsWith("\r\n", said, StringComparison.Ordinal);
        Assert.Contains("\r\nS1 OK AUTHENTICATE completed.\r\n", said, StringComparison.Ordinal);
        // A literal or IDLE may have taken the last command for something else.
        if (!sent.Contains('{', StringComparison.Ordinal) && !sent.Contains("IDLE", StringComparison.OrdinalIgnoreCase) && !said.Contains("* BYE ", StringComparison.Ordinal))
        {
            Assert.EndsWith("Z9 OK NOOP completed.\r\n", said, StringComparison.Ordinal);
        }
    }

    private static void Grow(Random random)
    {
        var command = "C1 " + Commands[random.Next(Commands.Length)] + "\r\n";
        var at = random.Next(3, command.Length);
        var piece = Encoding.Latin1.GetBytes(Pieces[random.Next(Pieces.Length)] + (random.Next(2) == 0 ? "" : Pieces[random.Next(Pieces.Length)]));
        WorkGrowth.Check(Encoding.Latin1.GetBytes("C0 SELECT INBOX\r\n" + command[..at]), piece, Encoding.Latin1.GetBytes(command[at..]), static input =>
        {
            using var world = World();
            SendAsync(world, Encoding.Latin1.GetString(input)).GetAwaiter().GetResult();
        });
    }

    /// <summary>Signs in, sends it all, a last command and the end of the stream; gives what the server said.</summary>
    private static async Task<string> SendAsync(TenantClient world, string text)
    {
        using var stream = new OneSidedStream(Encoding.Latin1.GetBytes(
            $"S1 AUTHENTICATE XOAUTH2 {ImapTestClient.Response(world.Invoices, ImapTestClient.Mint(world))}\r\n{text}\r\nZ9 NOOP\r\n"));
        await Task.Run(() => new ImapSession(world.Tenant.State, TimeSpan.Zero, stream).RunAsync(CancellationToken.None)).WaitAsync(Patience);
        return Encoding.Latin1.GetString(stream.Written.ToArray());
    }

    /// <summary>All that a client has to say, and what it is told.</summary>
    private sealed class OneSidedStream(byte[] content) : MemoryStream(content)
    {
        public MemoryStream Written { get; } = new();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Written.WriteAsync(buffer, cancellationToken);

        public override void Write(ReadOnlySpan<byte> buffer) => Written.Write(buffer);

        public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);
    }
}
