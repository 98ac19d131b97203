namespace MailAdmin.Tests.Mail.Imap;

/// <summary>
/// RFC 6154 section 2: an attribute may come in any LIST answer. https://github.com/jstedfast/MailKit/issues/1282 shows those of Exchange
/// Online, which does not announce SPECIAL-USE.
/// </summary>
public sealed class SpecialFolderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("deleteditems", @"\Trash", "Gel&APY-schte Elemente", "Gelöschte Elemente")]
    [InlineData("DeletedItems", @"\Marked \HasNoChildren \trash", "Gel&APY-schte Elemente", "Gelöschte Elemente")]
    [InlineData("drafts", @"\Drafts", "Entw&APw-rfe", "Entwürfe")]
    [InlineData("junkemail", @"\Junk", "Junk-E-Mail")]
    [InlineData("sentitems", @"\Sent", "Gesendete Elemente")]
    [InlineData("archive", @"\Archive", "Archiv")]
    [InlineData("allmail", @"\All", "Alle")]
    [InlineData("flagged", @"\Flagged", "Markiert")]
    [InlineData("junkemail", @"\Spam", "[Gmail]/Spam")]
    [InlineData("allmail", @"\AllMail", "[Gmail]/Alle Nachrichten")]
    [InlineData("flagged", @"\Starred", "[Gmail]/Markiert")]
    public async Task A_well_known_name_is_the_folder_whose_attribute_says_so(string wellKnown, string attributes, string listed, string? id = null)
    {
        await using var server = Serve($"({attributes}) \"/\" \"{listed}\"");
        await using var store = server.Open();

        var found = await store.FindFolderAsync(wellKnown, Cancel);
        var made = await store.CreateFolderAsync(wellKnown, Cancel);

        Assert.Equal((id ?? listed, wellKnown.ToLowerInvariant()), (found?.Id, found?.WellKnownName));
        Assert.Equal((id ?? listed, ChangeKind.Unchanged), (made.Id, made.Change));
    }

    [Theory]
    [InlineData("IMAP4rev1 AUTH=XOAUTH2 SASL-IR")]
    [InlineData("IMAP4rev1 AUTH=XOAUTH2 SASL-IR LIST-EXTENDED SPECIAL-USE")]
    public async Task Where_no_attribute_tells_a_name_does(string capabilities)
    {
        await using var server = Serve("() \"/\" Trash", "() \"/\" Archive", "(\\Sent) \"/\" \"Gesendete Elemente\"");
        server.Capabilities = capabilities;
        await using var store = server.Open();

        Assert.Equal("Trash", (await store.FindFolderAsync("deleteditems", Cancel))?.Id);
        Assert.Equal("archive", (await store.FindFolderAsync("Archive", Cancel))?.WellKnownName);
        Assert.Null(await store.FindFolderAsync("drafts", Cancel));
    }

    [Fact]
    public async Task An_attribute_goes_before_a_name_and_the_nearest_folder_before_another_mailboxs()
    {
        await using var server = Serve(
            "(\\Trash) \"/\" \"Shared/bob/Trash\"", "() \"/\" \"Deleted Items\"", "(\\Trash) \"/\" \"Gel&APY-schte Elemente\"", "(\\Noselect \\Sent) \"/\" Sent");
        await using var store = server.Open();

        var all = await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();

        Assert.Equal(
            [("INBOX", "inbox"), ("Gelöschte Elemente", "deleteditems")],
            all.Where(f => f.WellKnownName is not null).Select(f => (f.Id, f.WellKnownName!)));
    }

    [Fact]
    public async Task Exchanges_own_name_goes_before_one_that_somebody_made()
    {
        await using var server = Serve("() \"/\" Trash", "() \"/\" \"Deleted Items\"");
        await using var store = server.Open();

        Assert.Equal("Deleted Items", (await store.FindFolderAsync("deleteditems", Cancel))?.Id);
    }

    [Fact]
    public async Task A_name_that_only_IMAP_knows_gives_way_to_a_folder_that_is_called_so()
    {
        await using var server = Serve("(\\Flagged) \"/\" \"virtual/all flagged\"", "() \"/\" Flagged");
        await using var store = server.Open();

        Assert.Equal("Flagged", (await store.FindFolderAsync("Flagged", Cancel))?.Id);
    }

    [Fact]
    public async Task A_name_counts_within_the_users_own_namespace()
    {
        await using var server = Serve("() \".\" INBOX.Trash", "(\\Trash) \".\" shared.Trash");
        server.On("NAMESPACE", (c, command) => c.SendAsync($"* NAMESPACE ((\"INBOX.\" \".\")) NIL ((\"shared.\" \".\"))\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        Assert.Equal("shared.Trash", (await store.FindFolderAsync("deleteditems", Cancel))?.Id);
        server.Folders.RemoveAt(2);
        await using var other = server.Open();
        Assert.Equal("INBOX.Trash", (await other.FindFolderAsync("deleteditems", Cancel))?.Id);
    }

    private static ScriptedServer Serve(params string[] folders)
    {
        var server = new ScriptedServer();
        server.Folders.RemoveAt(1);
        server.Folders.AddRange(folders);
        return server;
    }
}
