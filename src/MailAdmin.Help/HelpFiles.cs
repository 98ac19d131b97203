namespace MailAdmin.Help;

/// <summary>Creates the files that ship from a folder of pages.</summary>
internal static class HelpFiles
{
    /// <summary>Reads every page and, if none is refused, leaves the help and nothing else in the output folder.</summary>
    /// <param name="pages">The folder of the pages.</param>
    /// <param name="output">The folder to write to, which is created if it's missing.</param>
    /// <param name="online">The address of the online pages.</param>
    /// <returns>Why pages are refused; then nothing was written.</returns>
    public static IReadOnlyList<Problem> Build(string pages, string output, Uri online)
    {
        var read = Directory.EnumerateFiles(pages, "*.md").Order(StringComparer.Ordinal)
            .Select(p => Page.Parse(Path.GetFullPath(p), File.ReadAllText(p))).ToArray();
        var files = read.Where(IsAbout).ToDictionary(p => $"{p.Name}.help.txt", AboutPage.Write, StringComparer.Ordinal);
        var commands = read.Where(p => !IsAbout(p)).Select(CommandPageReader.Read).ToArray();
        var problems = read.SelectMany(p => p.Problems.OrderBy(q => q.Line)).ToArray();
        if (problems.Length > 0)
        {
            return problems;
        }

        // Last, because the build checks its time.
        files.Add(Maml.FileName, Maml.Write(commands, online));
        Directory.CreateDirectory(output);
        foreach (var (name, text) in files)
        {
            Replace(Path.Combine(output, name), text);
        }

        foreach (var stale in Directory.EnumerateFiles(output, "about_*").Where(f => !files.ContainsKey(Path.GetFileName(f))))
        {
            File.Delete(stale);
        }

        return [];
    }

    private static bool IsAbout(Page page) => page.Name.StartsWith("about_", StringComparison.Ordinal);

    /// <summary>Writes under another name and renames, so that a parallel build never reads an incomplete file.</summary>
    private static void Replace(string path, string text)
    {
        var part = Path.Combine(Path.GetDirectoryName(path)!, Path.GetRandomFileName());
        File.WriteAllText(part, text);
        File.Move(part, path, overwrite: true);
    }
}
