using System.Text;

namespace MailAdmin.Tests.Tenant.Imap;

/// <summary>Folders, messages, flags, filing, search and fetch, as the protocol has them.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    private const string Message = "From: \"M\u00fcller, J\" <j@example.com>\r\nTo: team: a@x.org, b@y.org;\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"
        + "Date: Mon, 2 Mar 2026 08:00:00 +0100\r\nMessage-ID: <1@example.com>\r\nX-Tag: one\r\n two\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\nworld\r\n"
        + "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nContent-Type: text/html\r\n\r\n<p>in</p>\r\n"
        + "--b\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n\r\nAAAA\r\n--b--\r\n";

    private readonly TenantClient _world = new();
    private ImapTestClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var folder in (string[])["Work", "Work/R&D", "Work/\u00dcbung"])
        {
            _world.Tenant.AddMessage(_world.Invoices, folder, Encoding.UTF8.GetBytes(Message), TenantClient.Start);
        }

        _client = await ImapTestClient.SignedInAsync(_world);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _world.Dispose();
    }

    [Fact]
    public async Task Folders_are_listed_by_pattern_with_their_children()
    {
        var top = await _client.RunAsync("LIST \"\" %");
        Assert.Contains("* LIST (\\HasNoChildren) \"/\" INBOX", top);
        Assert.Contains("* LIST (\\HasChildren) \"/\" Work", top);
        Assert.Contains("* LIST (\\HasNoChildren \\Trash) \"/\" \"Deleted Items\"", top);
        Assert.DoesNotContain(top, l => l.Contains("Work/", StringComparison.Ordinal) || l.Contains("Recoverable", StringComparison.Ordinal));
        Assert.Equal(
            ["* LIST (\\HasNoChildren) \"/\" Work/R&-D", "* LIST (\\HasNoChildren) \"/\" Work/&ANw-bung", "OK LIST completed."],
            await _client.RunAsync("LIST Work/ *"));
        Assert.Equal(["* LIST (\\Noselect) \"/\" \"\"", "OK LIST completed."], await _client.RunAsync("LIST \"\" \"\""));
        Assert.Equal(["* LIST (\\HasNoChildren) \"/\" INBOX", "OK LIST completed."], await _client.RunAsync("LIST \"\" inbox"));
    }

    [Fact]
    public async Task Folders_are_made_renamed_subscribed_and_removed()
    {
        Assert.Equal(["OK CREATE completed."], await _client.RunAsync("CREATE \"New/&ZeVnLIqe-/\""));
        Assert.StartsWith("NO [ALREADYEXISTS]", (await _client.RunAsync("CREATE New"))[^1]);
        Assert.Contains("New/\u65e5\u672c\u8a9e", _world.Tenant.State.Mailboxes.All[0].Folders.Select(f => f.Path));
        Assert.Equal(["OK UNSUBSCRIBE completed."], await _client.RunAsync("UNSUBSCRIBE New"));
        Assert.Equal(["OK LSUB completed."], await _client.RunAsync("LSUB \"\" New"));
        Assert.Equal(["OK RENAME completed."], await _client.RunAsync("RENAME Work New/Work"));
        Assert.StartsWith("* STATUS New/Work/R&-D (MESSAGES 1 UNSEEN 1 UIDNEXT 2", (await _client.RunAsync("STATUS New/Work/R&-D (MESSAGES UNSEEN UIDNEXT UIDVALIDITY RECENT)"))[0]);
        Assert.StartsWith("NO [CANNOT]", (await _client.RunAsync("RENAME New New/Work/New"))[^1]);
        Assert.StartsWith("NO [CANNOT]", (await _client.RunAsync("DELETE INBOX"))[^1]);
        Assert.Equal(["OK DELETE completed."], await _client.RunAsync("DELETE New"));
        Assert.StartsWith("NO [NONEXISTENT]", (await _client.RunAsync("SELECT New"))[^1]);
    }

    [Fact]
    public async Task A_folder_made_anew_has_another_UIDVALIDITY()
    {
        await _client.RunAsync("CREATE Twice");
        var first = (await _client.RunAsync("STATUS Twice (UIDVALIDITY)"))[0];
        await _client.RunAsync("DELETE Twice");
        await _client.RunAsync("CREATE Twice");
        Assert.NotEqual(first, (await _client.RunAsync("STATUS Twice (UIDVALIDITY)"))[0]);
    }

    [Fact]
    public async Task Select_says_what_Exchange_says()
    {
        var lines = await _client.RunAsync("SELECT Work");
        Assert.Equal("* 1 EXISTS", lines[0]);
        Assert.Equal("* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent)] Permanent flags", lines[3]);
        Assert.Contains("* OK [UNSEEN 1] Is the first unseen message", lines);
        Assert.Contains("* OK [UIDNEXT 2] The next unique identifier value", lines);
        Assert.Equal("OK [READ-WRITE] SELECT completed.", lines[^1]);
        Assert.Equal("OK [READ-ONLY] EXAMINE completed.", (await _client.RunAsync("EXAMINE Work"))[^1]);
        Assert.StartsWith("NO", (await _client.RunAsync("STORE 1 FLAGS \\Seen"))[^1]);
        Assert.Equal(["OK UNSELECT completed."], await _client.RunAsync("UNSELECT"));
        Assert.Equal(["BAD Command received in Invalid state."], await _client.RunAsync("CHECK"));
    }

    [Fact]
    public async Task Fetch_gives_every_section()
    {
        await _client.RunAsync("SELECT Work");
        var octets = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Message));
        Assert.Equal($"* 1 FETCH (UID 1 BODY[] {Literal(octets)})", (await _client.RunAsync("UID FETCH 1 BODY.PEEK[]"))[0]);
        Assert.Equal($"* 1 FETCH (BODY[]<6> {Literal(octets[6..16])})", (await _client.RunAsync("FETCH 1 BODY.PEEK[]<6.10>"))[0]);
        Assert.Equal($"* 1 FETCH (BODY[]<99999> {Literal("")})", (await _client.RunAsync("FETCH 1 BODY.PEEK[]<99999.10>"))[0]);
        var body = octets.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        await Gives("HEADER", octets[..body]);
        await Gives("TEXT", octets[body..]);
        await Gives("HEADER.FIELDS (X-TAG MESSAGE-ID)", "Message-ID: <1@example.com>\r\nX-Tag: one\r\n two\r\n\r\n");
        await Gives("1", "hello\r\nworld");
        await Gives("1.MIME", "Content-Type: text/plain; charset=utf-8\r\n\r\n");
        await Gives("2.HEADER", "Subject: inner\r\nContent-Type: text/html\r\n\r\n");
        await Gives("2.TEXT", "<p>in</p>");
        await Gives("2.1", "<p>in</p>");
        await Gives("3", "AAAA");
        Assert.Equal("* 1 FETCH (BODY[4] NIL)", (await _client.RunAsync("FETCH 1 BODY.PEEK[4]"))[0]);
        Assert.Equal("* 1 FETCH (BODY[1.1] NIL)", (await _client.RunAsync("FETCH 1 BODY.PEEK[1.1]"))[0]);

        async Task Gives(string section, string expected) =>
            Assert.Equal($"* 1 FETCH (BODY[{section}] {Literal(expected)})", (await _client.RunAsync($"FETCH 1 BODY.PEEK[{section}]"))[0]);
    }

    [Fact]
    public async Task Fetch_gives_envelope_structure_and_the_rest()
    {
        await _client.RunAsync("SELECT Work");
        var size = Encoding.UTF8.GetByteCount(Message);
        const string From = "((\"=?utf-8?B?TcO8bGxlciwgSg==?=\" NIL \"j\" \"example.com\"))";
        const string Envelope = "ENVELOPE (\"Mon, 2 Mar 2026 08:00:00 +0100\" \"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=\" " + From + " " + From + " " + From
            + " ((NIL NIL \"team\" NIL)(NIL NIL \"a\" \"x.org\")(NIL NIL \"b\" \"y.org\")(NIL NIL NIL NIL)) NIL NIL NIL \"<1@example.com>\")";
        Assert.Equal(
            $"* 1 FETCH (FLAGS () INTERNALDATE \"02-Mar-2026 09:00:00 +0000\" RFC822.SIZE {size} {Envelope})", (await _client.RunAsync("FETCH 1 ALL"))[0]);
        Assert.Equal(
            "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"charset\" \"utf-8\") NIL NIL \"7BIT\" 12 1 NIL NIL NIL NIL)"
            + "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 52 (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) "
            + "(\"TEXT\" \"HTML\" NIL NIL NIL \"7BIT\" 9 0 NIL NIL NIL NIL) 3 NIL NIL NIL NIL)"
            + "(\"APPLICATION\" \"PDF\" (\"name\" \"a.pdf\") NIL NIL \"BASE64\" 4 NIL (\"ATTACHMENT\" (\"filename\" \"a.pdf\")) NIL NIL) "
            + "\"MIXED\" (\"boundary\" \"b\") NIL NIL NIL))",
            (await _client.RunAsync("FETCH 1 BODYSTRUCTURE"))[0]);
    }

    [Fact]
    public async Task Reading_marks_as_read_and_peeking_does_not()
    {
        await _client.RunAsync("SELECT Work");
        await _client.RunAsync("FETCH 1 (BODY.PEEK[TEXT] RFC822.HEADER)");
        Assert.False(_world.Tenant.GetMessages(_world.Invoices, "Work").Single().IsRead);
        Assert.EndsWith(" FLAGS (\\Seen))", (await _client.RunAsync("FETCH 1 BODY[3]"))[0]);
        Assert.True(_world.Tenant.GetMessages(_world.Invoices, "Work").Single().IsRead);
    }

    [Fact]
    public async Task Flags_are_stored_and_seen_by_others()
    {
        await using var other = await ImapTestClient.SignedInAsync(_world);
        await other.RunAsync("SELECT Work");
        await _client.RunAsync("SELECT Work");
        Assert.Equal(["* 1 FETCH (FLAGS (\\Seen \\Flagged))", "OK STORE completed."], await _client.RunAsync("STORE 1 +FLAGS (\\Seen \\Flagged)"));
        Assert.Equal(["OK STORE completed."], await _client.RunAsync("UID STORE 1 -FLAGS.SILENT (\\Seen)"));
        Assert.Equal(["* 1 FETCH (UID 1 FLAGS (\\Flagged))", "OK NOOP completed."], await other.RunAsync("NOOP"));
        Assert.Equal(["BAD The specified message set is invalid."], await _client.RunAsync("STORE 2 FLAGS ()"));
    }

    [Fact]
    public async Task Messages_are_appended_searched_copied_moved_and_expunged()
    {
        var literal = "Subject: second\r\n\r\nx \u00e9\r\n";
        await _client.SendAsync($"a APPEND Work (\\Seen) \"01-Feb-2026 10:00:00 +0100\" {{{literal.Length}}}\r\n");
        Assert.StartsWith("+ ", await _client.LineAsync());
        await _client.SendAsync(literal + "\r\n");
        Assert.Matches(@"^OK \[APPENDUID \d+ 2\] APPEND completed\.$", (await _client.CompleteAsync("a"))[^1]);
        Assert.Matches(@"^OK \[APPENDUID \d+ 3\]", (await _client.RunAsync($"APPEND Work {{{literal.Length}+}}\r\n{literal}"))[^1]);
        await _client.SendAsync("b APPEND Nowhere {3+}\r\nabc\r\n");
        Assert.Equal(["NO [TRYCREATE] The requested folder could not be found."], await _client.CompleteAsync("b"));

        await _client.RunAsync("SELECT Work");
        Assert.Equal($"* 3 FETCH (BODY[] {Literal(literal)})", (await _client.RunAsync("FETCH * BODY.PEEK[]"))[0]);
        Assert.Equal("* 2 FETCH (INTERNALDATE \"01-Feb-2026 09:00:00 +0000\")", (await _client.RunAsync("FETCH 2 INTERNALDATE"))[0]);
        Assert.Matches(@"^OK \[COPYUID \d+ 2:3 2:3\] COPY completed\.$", (await _client.RunAsync("UID COPY 2:3,99 Work/R&-D"))[^1]);
        var moved = await _client.RunAsync("MOVE 1:2 Work/R&-D");
        Assert.Matches(@"^\* OK \[COPYUID \d+ 1:2 4:5\]$", moved[0]);
        Assert.Equal(["* 2 EXPUNGE", "* 1 EXPUNGE", "OK MOVE completed."], moved[1..]);
        await _client.RunAsync("STORE 1 +FLAGS.SILENT (\\Deleted)");
        Assert.Equal(["OK EXPUNGE completed."], await _client.RunAsync("UID EXPUNGE 1:2"));
        Assert.Equal(["* 1 EXPUNGE", "OK EXPUNGE completed."], await _client.RunAsync("EXPUNGE"));
        Assert.Single(_world.Tenant.GetMessages(_world.Invoices, "Recoverable Items/Deletions"));
        Assert.Equal(5, _world.Tenant.GetMessages(_world.Invoices, "Work/R&D").Count());
    }

    [Theory]
    [InlineData("ALL", "1 2")]
    [InlineData("UNSEEN", "1")]
    [InlineData("SEEN", "2")]
    [InlineData("NOT SEEN SUBJECT \"gr\u00fc\u00dfe\"", "1")]
    [InlineData("CHARSET US-ASCII SUBJECT second", "2")]
    [InlineData("OR FROM example.com SUBJECT second", "1 2")]
    [InlineData("(TO a@x.org BODY world)", "1")]
    [InlineData("TEXT \"<p>in\"", "1")]
    [InlineData("HEADER X-Tag \"one two\"", "1")]
    [InlineData("HEADER X-Tag \"\"", "1")]
    [InlineData("SINCE 2-Mar-2026", "1")]
    [InlineData("BEFORE 2-Mar-2026", "2")]
    [InlineData("ON 1-Feb-2026", "2")]
    [InlineData("SENTON 2-Mar-2026", "1")]
    [InlineData("SENTSINCE 3-Mar-2026", "")]
    [InlineData("LARGER 100", "1")]
    [InlineData("SMALLER 100", "2")]
    [InlineData("UID 2:*", "2")]
    [InlineData("1:* NOT 1", "2")]
    [InlineData("NEW", "")]
    public async Task Search_finds(string keys, string numbers)
    {
        _world.Tenant.AddMessage(_world.Invoices, "Work", "Subject: second\r\n\r\nx\r\n"u8.ToArray(), TenantClient.Start.AddMonths(-1).AddDays(-1), isRead: true);
        await _client.RunAsync("SELECT Work");
        var sent = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(keys));
        Assert.Equal([$"* SEARCH {numbers}".TrimEnd(), "OK SEARCH completed."], await _client.RunAsync($"SEARCH {sent}"));
    }

    [Fact]
    public async Task Search_knows_no_charset_but_ASCII()
    {
        await _client.RunAsync("SELECT Work");
        Assert.Equal(["NO [BADCHARSET (US-ASCII)] The specified charset is not supported."], await _client.RunAsync("SEARCH CHARSET UTF-8 SUBJECT second"));
    }

    [Fact]
    public async Task Idle_pushes_what_happens()
    {
        await _client.RunAsync("SELECT Work");
        await _client.SendAsync("i IDLE\r\n");
        Assert.Equal("+ IDLE accepted, awaiting DONE command.", await _client.LineAsync());
        _world.Tenant.AddMessage(_world.Invoices, "Work", "Subject: new\r\n\r\n"u8.ToArray());
        Assert.Equal("* 2 EXISTS", await _client.LineAsync());
        Assert.Equal("* 0 RECENT", await _client.LineAsync());
        await using var other = await ImapTestClient.SignedInAsync(_world);
        await other.RunAsync("SELECT Work");
        await other.RunAsync("MOVE 1 INBOX");
        Assert.Equal("* 1 EXPUNGE", await _client.LineAsync());
        await _client.SendAsync("DONE\r\n");
        Assert.Equal(["OK IDLE completed."], await _client.CompleteAsync("i"));
    }

    [Fact]
    public async Task Numbers_stay_until_the_client_can_hear_of_it()
    {
        await using var other = await ImapTestClient.SignedInAsync(_world);
        await other.RunAsync("SELECT Work");
        await _client.RunAsync("SELECT Work");
        await other.RunAsync("MOVE 1 INBOX");
        Assert.Equal(["OK FETCH completed."], await _client.RunAsync("FETCH 1 UID"));
        Assert.StartsWith("NO [EXPUNGEISSUED]", (await _client.RunAsync("COPY 1 INBOX"))[^1]);
        Assert.Equal(["* 1 EXPUNGE", "OK NOOP completed."], await _client.RunAsync("NOOP"));
    }

    [Theory]
    [InlineData("SELECT \"a")]
    [InlineData("LIST \"\"")]
    [InlineData("FETCH 1 BODY[0]")]
    [InlineData("FETCH 0 FLAGS")]
    [InlineData("SEARCH ON 32-Mar-2026")]
    [InlineData("STORE 1 KEYWORDS a")]
    [InlineData("NOOP now")]
    public async Task What_does_not_fit_the_grammar_is_refused(string command)
    {
        await _client.RunAsync("SELECT Work");
        Assert.Equal(["BAD Command Argument Error. 11"], await _client.RunAsync(command));
        Assert.Equal(["OK NOOP completed."], await _client.RunAsync("NOOP"));
    }

    [Theory]
    [InlineData("a LIST \"\" {200000000}\r\n")]
    [InlineData("a LIST \"\" {4294967295+}\r\n")]
    [InlineData(null)]
    public async Task What_is_too_long_ends_the_session(string? sent)
    {
        await _client.SendAsync(sent ?? "a LIST \"\" " + new string('x', 70_000));
        Assert.Equal("a BAD Command Argument Error. 12", await _client.LineAsync());
        Assert.Equal("* BYE Connection closed. 12", await _client.LineAsync());
        Assert.Null(await _client.LineAsync());
    }

    [Fact]
    public async Task Nested_search_keys_end_somewhere()
    {
        await _client.RunAsync("SELECT Work");
        Assert.Equal(["BAD Command Argument Error. 11"], await _client.RunAsync("SEARCH " + new string('(', 10_000)));
        Assert.Equal(["BAD Command Argument Error. 11"], await _client.RunAsync("SEARCH " + string.Concat(Enumerable.Repeat("NOT ", 5_000)) + "ALL"));
    }

    private static string Literal(string octets) => $"{{{octets.Length}}}\r\n{octets}";
}
