using System.Globalization;
using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>
/// Changes transcripts at random and reads them: whatever comes, the session gives responses or says that it has enough, and
/// gives the same however the octets are cut, and its work does not grow faster than they do. MAILADMIN_FUZZ_CASES and
/// MAILADMIN_FUZZ_SEED make it longer and other.
/// </summary>
public sealed class ImapFuzz
{
    private static readonly string[] Pieces =
    [
        "{", "}", "{3}", "{0}", "{5+}", "{-1}", "~{2}", "(", ")", "\"", "\\", "\r\n", "\n", "\r", "[", "]", "<0>", " ", "  ", "NIL", "* ", "+ ", "A1 ",
        "OK ", "NO ", "BYE ", "FETCH ", "UID ", "UID 0", "BODY[] ", "BODY[", "RFC822 ", "ENVELOPE ", "BODYSTRUCTURE ", "FLAGS ", "SEARCH ", "ESEARCH ",
        "LIST ", "STATUS ", "VANISHED ", "NAMESPACE ", "4294967295", "4294967296", "18446744073709551616", "1:*", "\0", "\u00ff", "[UIDVALIDITY ",
    ];

    // A look at how the work grows costs as much as hundreds of cases.
    private const int CasesForEachGrowth = 200;

    private static readonly ImapLimits Limits = new() { Response = 2048, SkippedResponse = 8192, Nesting = 20, UidRanges = 100 };

    private static readonly byte[][] Corpus =
        [.. new[] { Transcripts.Dovecot, Transcripts.Exchange, Transcripts.Cyrus }.Select(Serve)];

    [Fact]
    public void Whatever_comes_is_read_or_refused()
    {
        var cases = Number("MAILADMIN_FUZZ_CASES", 10_000);
        var seed = Number("MAILADMIN_FUZZ_SEED", 1);
        Parallel.For(0, cases, new ParallelOptions { MaxDegreeOfParallelism = 2 }, n =>
        {
            var random = new Random(unchecked((seed * 1_000_003) + n));
            var octets = Mutate(random, Corpus[random.Next(Corpus.Length)]);
            try
            {
                var whole = Read(octets, int.MaxValue, Limits);
                var cut = Read(octets, random.Next(1, 9), Limits);
                Assert.Equal(whole, cut);
                if (n % CasesForEachGrowth == 0)
                {
                    Grow(random);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Case {n} of seed {seed}: {Convert.ToBase64String(octets)}", e);
            }
        });
    }

    [Theory]
    [InlineData("* 1 FETCH (BODY[HEADER.FIELDS (\"From\")] {4}\r\nab\r\n ", "b\")] {4}\r\nab\r\n ")]
    [InlineData("* 1 FETCH (X ", "> {1}\r\na ")]
    [InlineData("* LIST () \"/\" ", "{1}\r\na")]
    public void What_was_found_takes_linear_time(string start, string piece) => WorkGrowth.Check(
        Encoding.Latin1.GetBytes("* OK hi\r\n" + start), Encoding.Latin1.GetBytes(piece), ")\r\n"u8.ToArray(), static input => Read(input, 1000, ImapLimits.Default));

    /// <summary>What a server sends in a transcript.</summary>
    private static byte[] Serve(string transcript) => Encoding.Latin1.GetBytes(string.Concat(transcript.ReplaceLineEndings("\n").Split('\n')
        .Where(static line => line.StartsWith("S:", StringComparison.Ordinal)).Select(static line => line[Math.Min(3, line.Length)..] + "\r\n")));

    private static byte[] Mutate(Random random, byte[] seed)
    {
        // The greeting stays, and mostly a few lines from somewhere.
        var lines = Encoding.Latin1.GetString(seed).Split("\r\n");
        var from = random.Next(1, lines.Length);
        var text = new StringBuilder(lines[0]).Append("\r\n")
            .Append(string.Join("\r\n", lines.Skip(from).Take(random.Next(1, 8)))).Append("\r\n");
        for (var change = random.Next(1, 6); change > 0; change--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                    break;
                case 2:
                    text[at] = (char)random.Next(256);
                    break;
                case 3:
                    var length = Math.Min(random.Next(1, 60), text.Length - at);
                    text.Insert(random.Next(text.Length), text.ToString(at, length));
                    break;
                default:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)], random.Next(1, 200));
                    break;
            }

            if (text.Length == 0)
            {
                text.Append("* ");
            }
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>Repeats something somewhere in what a server sends, and again sixteen times as often, within the usual limits.</summary>
    private static void Grow(Random random)
    {
        var octets = Corpus[random.Next(Corpus.Length)];
        var at = random.Next(Array.IndexOf(octets, (byte)'\n') + 1, octets.Length);
        var piece = new StringBuilder();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var from = random.Next(octets.Length);
            piece.Append(random.Next(2) == 0 ? Pieces[random.Next(Pieces.Length)]
                : Encoding.Latin1.GetString(octets, from, Math.Min(random.Next(1, 80), octets.Length - from)));
        }

        try
        {
            WorkGrowth.Check(octets[..at], Encoding.Latin1.GetBytes(piece.ToString()), octets[at..], static input => Read(input, 1000, ImapLimits.Default));
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"{e.Message}, repeating \"{piece}\" at {at} of {Convert.ToBase64String(octets)}", e);
        }
    }

    private static List<string> Read(byte[] octets, int piece, ImapLimits limits)
    {
        using var session = new ImapSession(limits);
        for (var i = 0; i < 10; i++)
        {
            session.Enqueue(ImapCommands.Select(MailboxName.Inbox, readOnly: true));
        }

        var read = new List<string>();
        try
        {
            for (var at = 0; at < octets.Length;)
            {
                var end = (int)Math.Min(octets.Length, (long)at + piece);
                var used = session.TakeLiteral(end - at);
                if (used == 0)
                {
                    if (session.Receive(octets.AsSpan(at, end - at), out used) is { } response)
                    {
                        read.Add(Transcript.Describe(response));
                        Use(response);
                    }
                    else
                    {
                        Assert.Equal(end - at, used);
                    }
                }

                at += used;
            }

            read.Add(string.Create(CultureInfo.InvariantCulture, $"{session.State} {session.LiteralRemaining}"));
        }
        catch (ImapProtocolException e)
        {
            read.Add(e.Message);
        }

        return read;
    }

    /// <summary>What a response gives must be usable, too.</summary>
    private static void Use(ImapResponse response)
    {
        switch (response)
        {
            case FetchResponse fetched:
                MessageSummary.From(1, fetched, new MailFolder { Mailbox = "a", Name = "b", Path = "c", Id = "d" }, 1);
                break;
            case ListResponse listed:
                ServerPath.FromName(listed.Name.ToText(utf8: false), listed.Separator);
                break;
            case ConditionResponse condition:
                ImapErrors.Refused(condition);
                condition.Code?.CopiedUids(ImapQuirks.Exchange);
                break;
        }
    }

    private static int Number(string variable, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : fallback;
}
