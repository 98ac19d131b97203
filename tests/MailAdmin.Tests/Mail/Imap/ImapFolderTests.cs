namespace MailAdmin.Tests.Mail.Imap;

public sealed class ImapFolderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"Entw&APw-rfe\"", "Entwürfe", "Entw&APw-rfe")]
    [InlineData("\"R&-D\"", "R&D", "R&-D")]
    [InlineData("\"a&!!-b\"", "a&!!-b", "a&!!-b")]
    [InlineData("\"raw \u00c3\u00bc\"", "raw ü", "raw \u00c3\u00bc")]
    [InlineData("un quoted\ttab", "un quoted\ttab", "un quoted\ttab")]
    [InlineData("\"say \\\"hi\\\" \\\\\"", "say \"hi\" \\", "say \"hi\" \\")]
    [InlineData("{5}\r\n\"{3}\"", "\"{3}\"", "\"{3}\"")]
    public async Task Fault_32_A_folder_is_selected_by_the_servers_own_octets(string listed, string name, string octets)
    {
        await using var server = new ScriptedServer { Greeting = "* OK The Microsoft Exchange IMAP4 service is ready.\r\n" };
        server.Folders.Add($"(\\HasNoChildren) \"/\" {listed}");
        await using var store = server.Open();

        var folder = await store.FindFolderAsync(name, Cancel);
        Assert.NotNull(folder);
        await store.FetchAllAsync(folder);

        Assert.Equal((name, name), (folder.Name, folder.Id));
        var examined = server.Received.Single(line => line.StartsWith("EXAMINE", StringComparison.Ordinal))["EXAMINE ".Length..];
        Assert.Equal(octets, examined.StartsWith('"') ? examined[1..^1].Replace("\\\"", "\"").Replace(@"\\", @"\") : examined[(examined.IndexOf('\n') + 1)..]);
    }

    [Theory]
    [InlineData("inbox", "INBOX")]
    [InlineData("Inbox", "INBOX")]
    [InlineData("INBOX", "INBOX")]
    [InlineData("deleteditems", "Deleted Items")]
    [InlineData("deleted items", "Deleted Items")]
    [InlineData("Inbox/Bills/2024", "INBOX.Bills.2024")]
    [InlineData("Bills/2024", "INBOX.Bills.2024")]
    [InlineData(@"Inbox/a\/b", "INBOX.a/b")]
    [InlineData("INBOX.Bills", "INBOX.Bills")]
    [InlineData("Processed", null)]
    public async Task Folders_are_found_by_path_name_and_id_whatever_the_separator(string wanted, string? id)
    {
        await using var server = new ScriptedServer();
        server.Folders.AddRange(["() \".\" INBOX.Bills", "() \".\" INBOX.Bills.2024", "() \".\" \"INBOX.a/b\""]);
        server.On("NAMESPACE", (c, command) => c.SendAsync($"* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n{command.Tag} OK done\r\n"));
        await using var store = server.Open();

        Assert.Equal(id, (await store.FindFolderAsync(wanted, Cancel))?.Id);
    }

    [Theory]
    [InlineData("INBOX")]
    [InlineData("Inbox")]
    [InlineData("inbox")]
    public async Task The_inbox_has_one_id_whatever_the_case_that_a_server_lists_it_in(string listed)
    {
        await using var server = new ScriptedServer();
        server.Folders[0] = $"() \"/\" {listed}";
        await using var store = server.Open();

        var ids = new List<string?>();
        foreach (var counted in new[] { false, true })
        {
            ids.Add((await store.FindFolderAsync("Inbox", Cancel, counted))?.Id);
        }

        Assert.Equal(["INBOX", "INBOX"], ids);
    }

    [Fact]
    public async Task Parents_come_before_children_and_know_how_many_they_have()
    {
        await using var server = new ScriptedServer();
        server.Folders.AddRange(["() \"/\" x/y/z", "() \"/\" x/y", "(\\Noselect) \"/\" x", "() \"/\" lost/child"]);
        await using var store = server.Open();

        var all = await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync();
        var top = await store.GetFoldersAsync(null, recurse: false, Cancel).ToListAsync();
        var below = await store.GetFoldersAsync("x", recurse: false, Cancel).ToListAsync();

        Assert.Equal(["Inbox", "Deleted Items", "x", "x/y", "x/y/z", "lost/child"], all.Select(f => f.Path));
        Assert.Equal(["Inbox", "Deleted Items", "x", "lost/child"], top.Select(f => f.Path));
        Assert.Equal(["x/y"], below.Select(f => f.Path));
        Assert.Equal([0, 0, 1, 1, 0, 0], all.Select(f => f.ChildFolderCount));
        Assert.Null(all[2].TotalItemCount);
        Assert.Equal((0, 7u), (all[3].TotalItemCount, all[3].UidValidity));
        await Assert.ThrowsAsync<InvalidRequestException>(() => store.GetFoldersAsync("nowhere", true, Cancel).ToListAsync());
    }

    [Fact]
    public async Task Missing_folders_are_made_once()
    {
        await using var server = new ScriptedServer();
        server.On("CREATE", (c, command) =>
        {
            server.Folders.Add($"() \"/\" {command.Arguments}");
            return c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        var made = await store.CreateFolderAsync("Inbox/Grün & Co/2024", Cancel);
        var again = await store.CreateFolderAsync("Inbox/Grün & Co/2024", Cancel);

        Assert.Equal((ChangeKind.Created, ChangeKind.Unchanged), (made.Change, again.Change));
        Assert.Equal(("Inbox/Grün & Co/2024", "2024"), (made.Path, made.Name));
        Assert.Equal(
            ["CREATE \"INBOX/Gr&APw-n &- Co\"", "CREATE \"INBOX/Gr&APw-n &- Co/2024\""],
            server.Received.Where(line => line.StartsWith("CREATE", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_folder_is_made_within_the_users_own_namespace()
    {
        await using var server = new ScriptedServer();
        server.On("NAMESPACE", (c, command) => c.SendAsync($"* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\n{command.Tag} OK done\r\n"));
        server.On("CREATE", (c, command) =>
        {
            server.Folders.Add($"() \".\" {command.Arguments}");
            return c.SendAsync($"{command.Tag} OK done\r\n");
        });
        await using var store = server.Open();

        Assert.Equal("INBOX.Done.2024", (await store.CreateFolderAsync("Done/2024", Cancel)).Id);
        Assert.Equal("INBOX.Other", (await store.CreateFolderAsync("INBOX/Other", Cancel)).Id);
        var invalid = await Assert.ThrowsAsync<InvalidRequestException>(() => store.CreateFolderAsync("a.b", Cancel));
        Assert.Equal("InvalidFolderPath", invalid.Id);
    }

    [Fact]
    public async Task Folders_two_thousand_deep_are_no_trouble()
    {
        await using var server = new ScriptedServer();
        server.Folders.Clear();
        var name = new System.Text.StringBuilder("a");
        for (var depth = 0; depth < 2000; depth++)
        {
            server.Folders.Add($"(\\Noselect) \"/\" {name}");
            name.Append("/a");
        }

        await using var store = server.Open();

        Assert.Equal(2000, (await store.GetFoldersAsync(null, recurse: true, Cancel).ToListAsync()).Count);
    }
}
