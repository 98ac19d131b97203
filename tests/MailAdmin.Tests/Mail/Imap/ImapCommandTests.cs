using System.Text;
using MailAdmin.Core.Mail.Imap;

namespace MailAdmin.Tests.Mail.Imap;

public sealed class ImapCommandTests
{
    private static readonly UidSet Some = new([1, 2, 3, 9]);

    public static TheoryData<string, string> Spellings
    {
        get
        {
            var name = MailboxName.FromText("Entwürfe \"a\\b\"", utf8: false);
            var all = new ImapCapabilities("LIST-EXTENDED SPECIAL-USE LIST-STATUS ESEARCH".Split(' '));
            var search = new ImapSearch { Unseen = true, Since = new DateOnly(2024, 5, 6), Before = new DateOnly(2024, 12, 31), From = "a@b", Subject = "x" };
            var commands = new (ImapCommand Command, string Text)[]
            {
                (ImapCommands.Id("MailAdmin", "1.0"), "ID (\"name\" \"MailAdmin\" \"version\" \"1.0\")"),
                (ImapCommands.Enable("UTF8=ACCEPT"), "ENABLE UTF8=ACCEPT"),
                (ImapCommands.Select(name, false), """SELECT "Entw&APw-rfe \"a\\b\"" """.Trim()),
                (ImapCommands.Select(MailboxName.Inbox, true, condStore: true), "EXAMINE \"INBOX\" (CONDSTORE)"),
                (ImapCommands.List(ImapCapabilities.None, true), "LIST \"\" \"*\""),
                (ImapCommands.List(all, true), "LIST \"\" \"*\" RETURN (CHILDREN SPECIAL-USE STATUS (MESSAGES UNSEEN UIDVALIDITY UIDNEXT))"),
                (ImapCommands.Status(MailboxName.Inbox), "STATUS \"INBOX\" (MESSAGES UNSEEN UIDVALIDITY UIDNEXT)"),
                (ImapCommands.Fetch(Some, FetchItems.Flags | FetchItems.Envelope), "UID FETCH 1:3,9 (UID FLAGS ENVELOPE)"),
                (ImapCommands.Fetch(Some, FetchItems.ModSeq, 12), "UID FETCH 1:3,9 (UID MODSEQ) (CHANGEDSINCE 12)"),
                (ImapCommands.FetchContent(Some), "UID FETCH 1:3,9 (UID BODY.PEEK[])"),
                (ImapCommands.FetchContent(Some, "1.2.MIME", (100, 50)), "UID FETCH 1:3,9 (UID BODY.PEEK[1.2.MIME]<100.50>)"),
                (ImapCommands.AddFlags(Some, SystemFlags.Seen | SystemFlags.Deleted), @"UID STORE 1:3,9 +FLAGS.SILENT (\Seen \Deleted)"),
                (ImapCommands.AddFlags(Some, SystemFlags.Seen, 7), @"UID STORE 1:3,9 (UNCHANGEDSINCE 7) +FLAGS.SILENT (\Seen)"),
                (ImapCommands.Copy(Some, name), """UID COPY 1:3,9 "Entw&APw-rfe \"a\\b\"" """.Trim()),
                (ImapCommands.Expunge(Some), "UID EXPUNGE 1:3,9"),
                (search.ToCommand(ImapCapabilities.None, false), "UID SEARCH UNDELETED UNSEEN SINCE 6-May-2024 BEFORE 31-Dec-2024 FROM \"a@b\" SUBJECT \"x\""),
                (new ImapSearch { Unseen = false }.ToCommand(all, false), "UID SEARCH RETURN (ALL) UNDELETED SEEN"),
                (new ImapSearch { Subject = "ü" }.ToCommand(ImapCapabilities.None, false), "UID SEARCH CHARSET UTF-8 UNDELETED SUBJECT {2}"),
                (new ImapSearch { Subject = "ü" }.ToCommand(ImapCapabilities.None, true), "UID SEARCH UNDELETED SUBJECT {2}"),
                (ImapCommands.Append(MailboxName.Inbox, SystemFlags.Seen, new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.FromHours(-7)), 4, Stream.Null),
                    @"APPEND ""INBOX"" (\Seen) ""06-May-2024 07:08:09 -0700"" {4}"),
            };
            var data = new TheoryData<string, string>();
            foreach (var (command, text) in commands)
            {
                data.Add(command.ToString(), text);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Commands_are_spelled_as_the_grammar_has_them(string command, string expected) => Assert.Equal(expected, command);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\r\nb")]
    [InlineData("a(b")]
    [InlineData("a\"b")]
    [InlineData("ü")]
    [InlineData("*")]
    [InlineData("%")]
    public void A_word_is_a_word(string word) => Assert.Throws<InvalidRequestException>(() => new ImapCommand("X").Atom(word));

    [Theory]
    [InlineData("LITERAL+", "A1 X {5+}\r\na\r\nbc {3+}\r\n\u00c3\u00bcx\r\n")]
    [InlineData("LITERAL-", "A1 X {5+}\r\na\r\nbc {3+}\r\n\u00c3\u00bcx\r\n")]
    [InlineData("", "A1 X {5}\r\n|a\r\nbc {3}\r\n|\u00c3\u00bcx\r\n")]
    public void A_literal_waits_where_the_server_wants_that(string capability, string expected)
    {
        var session = Transcript.Session($"S: * OK [CAPABILITY IMAP4rev1 {capability}] hi");
        session.Enqueue(new ImapCommand("X").Text("a\r\nbc").Text("üx"));

        Assert.Equal(expected, Drain(session));
    }

    [Fact]
    public void A_large_literal_waits_for_LITERAL_minus()
    {
        var session = Transcript.Session("S: * OK [CAPABILITY IMAP4rev2 LITERAL-] hi");
        session.Enqueue(new ImapCommand("X").Text(new string('\n', 4097)));

        Assert.StartsWith("A1 X {4097}\r\n|", Drain(session));
    }

    [Fact]
    public void When_a_literal_is_refused_the_next_command_still_goes_out()
    {
        var session = Transcript.Session("S: * OK hi");
        session.Enqueue(new ImapCommand("X").Text("a\r\nb"));
        session.Enqueue(new ImapCommand("Y"));
        Assert.True(session.TryTakeOutput(out _));
        Assert.False(session.TryTakeOutput(out _));

        session.Receive("A1 NO too large\r\n"u8, out _);

        Assert.Equal("A2 Y\r\n", Drain(session));
    }

    [Fact]
    public void Commands_that_need_not_wait_go_out_together()
    {
        var session = Transcript.Session("S: * OK hi");
        session.Enqueue(ImapCommands.Noop());
        session.Enqueue(ImapCommands.Namespace());

        Assert.True(session.TryTakeOutput(out var chunk));
        Assert.Equal("A1 NOOP\r\nA2 NAMESPACE\r\n", Encoding.ASCII.GetString(chunk.Octets.Span));
    }

    [Fact]
    public void XOAUTH2_is_spelled_as_the_documentation_shows_it()
    {
        // https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
        var mechanism = SaslMechanism.XOAuth2("test@contoso.onmicrosoft.com", "EwBAAl3BAAUFFpUAo7J3Ve0bjLBWZWCclRC3EoAA");

        Assert.Equal(
            "dXNlcj10ZXN0QGNvbnRvc28ub25taWNyb3NvZnQuY29tAWF1dGg9QmVhcmVyIEV3QkFBbDNCQUFVRkZwVUFvN0ozVmUwYmpMQldaV0NjbFJDM0VvQUEBAQ==",
            mechanism.TakeInitialResponse());
    }

    [Fact]
    public void OAUTHBEARER_is_spelled_as_its_RFC_shows_it()
    {
        // RFC 7628 section 4.1
        var mechanism = SaslMechanism.OAuthBearer("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "server.example.com", 143);

        Assert.Equal(
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB",
            mechanism.TakeInitialResponse());
        Assert.Equal("AQ==", mechanism.Answer("eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0="));
        Assert.Equal("invalid_token", mechanism.Refusal);
    }

    [Fact]
    public void Control_characters_in_a_user_name_are_refused() =>
        Assert.Throws<InvalidRequestException>(() => SaslMechanism.XOAuth2("a\u0001auth=Bearer other", "token"));

    /// <summary>All that is sent, with a bar where the server is waited for.</summary>
    private static string Drain(ImapSession session)
    {
        var sent = new StringBuilder();
        while (true)
        {
            while (session.TryTakeOutput(out var chunk))
            {
                sent.Append(Encoding.Latin1.GetString(chunk.Octets.Span));
            }

            if (!sent.ToString().EndsWith("}\r\n", StringComparison.Ordinal))
            {
                return sent.ToString();
            }

            sent.Append('|');
            session.Receive("+ go on\r\n"u8, out _);
        }
    }
}
