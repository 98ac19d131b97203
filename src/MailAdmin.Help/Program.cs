using MailAdmin.Help;

// Reads the help pages and writes the files that ship, or updates the pages from the compiled cmdlets.
return args switch
{
    ["build", var pages, var output, var online] => Build(pages, output, new Uri(online)),
    ["sync"] => await SyncAsync("docs/en-US", "out/MailAdmin").ConfigureAwait(false),
    ["sync", var pages, var module] => await SyncAsync(pages, module).ConfigureAwait(false),
    _ => Usage(),
};

static int Build(string pages, string output, Uri online)
{
    var problems = HelpFiles.Build(pages, output, online);
    foreach (var problem in problems)
    {
        Console.WriteLine(problem);
    }

    return problems.Count == 0 ? 0 : 1;
}

static async Task<int> SyncAsync(string pages, string module)
{
    foreach (var command in await CommandFacts.OfAsync(module).ConfigureAwait(false))
    {
        var path = Path.GetFullPath(Path.Combine(pages, $"{command.Name}.md"));
        var present = File.Exists(path) ? await File.ReadAllTextAsync(path).ConfigureAwait(false) : null;
        var wanted = PageSync.Rewrite(Page.Parse(path, present ?? PageSync.Skeleton(command)), command);
        if (wanted != present)
        {
            await File.WriteAllTextAsync(path, wanted).ConfigureAwait(false);
            Console.WriteLine($"{path}: {(present is null ? "made" : "rewritten")}");
        }
    }

    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        build PAGES OUTPUT ONLINE  makes MailAdmin.dll-Help.xml and about_*.help.txt of a folder of pages; ONLINE is where the
                                   pages can be read online
        sync [PAGES MODULE]        rewrites syntax and parameter facts in the pages from the module (docs/en-US and out/MailAdmin)
        """);
    return 2;
}
