using System.Globalization;
using System.Text;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

/// <summary>
/// Changes what servers send, by its structure: quotes, literals, lists, lines and the words that begin them. What the guard lets
/// through, MailKit must be able to read. MAILADMIN_FUZZ_CASES makes it longer, MAILADMIN_FUZZ_SEED repeats a run.
/// </summary>
public sealed class ResponseGuardFuzz
{
    private const int CasesForEachSession = 200;

    private static readonly int Cases = Number("MAILADMIN_FUZZ_CASES") ?? 100_000;
    private static readonly int Seed = Number("MAILADMIN_FUZZ_SEED") ?? Environment.TickCount;

    private static readonly string[] Responses =
    [
        "* OK [CAPABILITY IMAP4rev1 AUTH=XOAUTH2] ready\r\n", "* 3 EXISTS\r\n", "* FLAGS (\\Seen \\Deleted)\r\n",
        "* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n", "* OK [UIDVALIDITY 7] valid\r\n", "* SEARCH 1 2 3\r\n",
        "* ESEARCH (TAG \"A1\") UID ALL 1:3\r\n", "* LIST (\\HasNoChildren) \"/\" \"A \\\"quoted\\\" name\"\r\n",
        "* LIST () \"/\" {4}\r\na\r\nb\r\n", "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n", "* ID (\"name\" \"x\" \"version\" NIL)\r\n",
        "* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"06-May-2024 10:00:00 +0000\" RFC822.SIZE 5 ENVELOPE (NIL \"a\" ((\"b\" NIL \"c\" \"d\")) "
            + "NIL NIL NIL NIL NIL NIL NIL))\r\n",
        "* 1 FETCH (UID 1 RFC822.SIZE 9 BODYSTRUCTURE ((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 5 1)(\"image\" "
            + "\"png\" NIL NIL NIL \"base64\" 9) \"mixed\"))\r\n",
        "* 1 FETCH (UID 1 BODY[] {5}\r\nabcde)\r\n", "* 1 FETCH (BODY[] {3+}\r\nabc UID 1)\r\n",
        "* 2 FETCH (UID 2 BODY[HEADER.FIELDS (\"Subject\")] {8}\r\na: b\r\n\r\n)\r\n", "* VANISHED 1:3\r\n", "* BYE bye\r\n",
        "A00000009 OK [READ-ONLY] done\r\n", "A00000009 NO [OVERQUOTA] \"no\"\r\n", "+ go on\r\n",
    ];

    private static readonly string[] Pieces =
    [
        "\"", "\\", "\\\"", "\"a\"b\"", "(", ")", "((((((((((", ")))))", "{", "}", "{3}", "{0}\r\n", "{1}x\r\n", "{5}\r\n", "{40}\r\n",
        "{2}{9}\r\n", "{3+}\r\n", "{3+x}\r\n", "{-1}\r\n", "{00000000000000000000000000000000000000000000000000009}\r\n",
        "{99999999999}\r\n", "\r\n", "\n", "\r", "[", "]", "[X ", " ", "  ", "*", "* ", "+ ", "OK ", "* OK ", "* ok \"", "A1 OK ",
        "X OK BODYSTRUCTURE ", "BODYSTRUCTURE ", "ENVELOPE ", "NIL", "\r\n* OK ", "\r\n* 1 FETCH (", "\0", "\u00ff", "\u007f",
    ];

    [Fact]
    public void What_passes_can_be_read()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}, {Cases} cases");
        var (whole, stopped) = (0, 0);
        for (var i = 0; i < Cases; i++)
        {
            var random = new Random(unchecked(Seed + i));
            var octets = Encoding.Latin1.GetBytes(Mutated(random));
            try
            {
                var lines = new List<(string, bool)>();
                var good = ResponseGuardTests.Guard(lines).Follow(octets, out var failure);

                Assert.InRange(MailKitReader.DeepestNesting(octets.AsSpan(0, good)), 0, ResponseGuard.DeepestNesting);
                Assert.Equal(failure is null ? octets.Length : good, good);
                FollowInPieces(octets, random, good, failure, lines);
                (whole, stopped) = failure is null ? (whole + 1, stopped) : (whole, stopped + 1);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {Seed}, case {i}: {e.Message}; input {Convert.ToBase64String(octets)}", e);
            }
        }

        // It would say nothing if all were stopped, or none.
        Assert.InRange(whole, Cases / 20, Cases);
        Assert.InRange(stopped, Cases / 20, Cases);
    }

    [Fact]
    public async Task Whatever_comes_ends_in_messages_or_in_a_named_error()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}, {Cases / CasesForEachSession} sessions");
        for (var i = 0; i < Cases / CasesForEachSession; i++)
        {
            var said = Mutated(new Random(unchecked(Seed + i)));
            await using var server = new ScriptedServer();
            server.AddMessages(2);
            server.On(i % 2 == 0 ? "UID FETCH" : "UID SEARCH", async (c, command) =>
            {
                await c.SendAsync($"{said}{command.Tag} OK done\r\n");
                await c.CloseAsync();
            });
            await using var store = server.Open();
            try
            {
                await store.GetMessagesAsync(server.Inbox, new MessageQuery(), TestContext.Current.CancellationToken).ToListAsync();
            }
            catch (MailAdminException)
            {
                // That is one.
            }
            catch (Exception e)
            {
                throw new InvalidOperationException(
                    $"seed {Seed}, session {i}: {e.Message}; input {Convert.ToBase64String(Encoding.Latin1.GetBytes(said))}", e);
            }
        }
    }

    /// <summary>Where reads end says nothing about what was sent.</summary>
    private static void FollowInPieces(byte[] octets, Random random, int good, Exception? failure, List<(string, bool)> lines)
    {
        var again = new List<(string, bool)>();
        var guard = ResponseGuardTests.Guard(again);
        Exception? stop = null;
        var at = 0;
        while (at < octets.Length && stop is null)
        {
            var piece = octets.AsSpan(at, Math.Min(random.Next(1, 20), octets.Length - at));
            at += guard.Follow(piece, out stop);
        }

        Assert.Equal((good, failure?.Message), (at, stop?.Message));
        Assert.Equal(lines, again);
    }

    private static string Mutated(Random random)
    {
        var text = new StringBuilder();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            text.Append(Responses[random.Next(Responses.Length)]);
        }

        for (var change = random.Next(0, 6); change > 0; change--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(7))
            {
                case 0:
                    text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at - 1));
                    break;
                case 1:
                    text.Insert(random.Next(text.Length), text.ToString(at, Math.Min(random.Next(1, 60), text.Length - at)));
                    break;
                case 2:
                    text.Insert(at, Responses[random.Next(Responses.Length)]);
                    break;
                case 3:
                    text.Insert(at, "(", random.Next(1, 130));
                    break;
                case 4:
                    var inner = text.ToString(at, Math.Min(random.Next(1, 60), text.Length - at));
                    text.Insert(at, string.Create(CultureInfo.InvariantCulture, $"{{{inner.Length + random.Next(-1, 2)}}}\r\n{inner}"));
                    break;
                default:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }

        return text.ToString();
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
