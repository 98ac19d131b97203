using System.Text.RegularExpressions;

namespace MailAdmin.Tests;

/// <summary>What fits on a screen: lines of at most 130 characters, files of at most 250 lines unless they say why not.</summary>
public partial class SourceSizeTests
{
    private const int LongestLine = 130;
    private const int LongestFile = 250;

    [Fact]
    public void A_line_that_is_too_long_holds_an_address_or_is_text_of_a_raw_string() => AssertNone(
        from file in Sources()
        from line in TooLong(file.Lines)
        select $"src/{file.Name}:{line}");

    [Fact]
    public void A_file_that_is_too_long_says_why_at_its_top() => AssertNone(
        from file in Sources()
        where file.Lines.Length > LongestFile && !Reason().IsMatch(file.Lines[0])
        select $"src/{file.Name}: {file.Lines.Length} lines");

    [Theory]
    [InlineData("var a = 1;~", 1)]
    [InlineData("var a = 1;", 0)]
    [InlineData("/// https://learn.microsoft.com/graph/~", 0)]
    [InlineData("var a = $\"https://{host}/~\";", 1)]
    [InlineData("var a = \"\"\"~\"\"\"", 1)]
    [InlineData("var a = b\n    + \"\"\"b\"\"\"\n    + c~;", 3)]
    [InlineData("var a = $\"\"\"\n~ {b}\n\"\"\";", 0)]
    [InlineData("var a = $\"\"\"\nb\n\"\"\";\nvar c~ = 1;", 4)]
    [InlineData("var a = $\"\"\"\n{b($\"\"\"\nc\n\"\"\")}\n~\n\"\"\";\nvar c = 1;", 0)]
    public void Addresses_and_raw_strings_are_told_from_code(string text, int line) =>
        Assert.Equal(line == 0 ? [] : [line], TooLong(text.Replace("~", new string('x', LongestLine), StringComparison.Ordinal).Split('\n')));

    /// <summary>Names them all, a line each.</summary>
    private static void AssertNone(IEnumerable<string> found)
    {
        var all = string.Join('\n', found);
        Assert.True(all.Length == 0, $"Too long:\n{all}");
    }

    /// <summary>The numbers of the lines that are longer than they may be.</summary>
    private static IEnumerable<int> TooLong(string[] lines)
    {
        var depth = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            // A raw string of several lines begins at the end of a line and ends at the beginning of one; another may lie within it.
            var isEdge = Quotes().Count(lines[i]) % 2 == 1;
            var isEnd = isEdge && depth > 0 && lines[i].TrimStart().StartsWith("\"\"\"", StringComparison.Ordinal);
            depth -= isEnd ? 1 : 0;
            if (depth == 0 && lines[i].Length > LongestLine && !Address().IsMatch(lines[i]))
            {
                yield return i + 1;
            }

            depth += isEdge && !isEnd ? 1 : 0;
        }
    }

    private static IEnumerable<(string Name, string[] Lines)> Sources()
    {
        var root = Path.Combine(ArchitectureTests.FindRoot(), "src");
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Select(f => (Name: Path.GetRelativePath(root, f).Replace('\\', '/'), Path: f))
            .Where(f => !f.Name.Contains("/obj/", StringComparison.Ordinal) && !f.Name.Contains("/bin/", StringComparison.Ordinal))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => (f.Name, File.ReadAllLines(f.Path)));
    }

    [GeneratedRegex("\"{3,}")]
    private static partial Regex Quotes();

    /// <summary>An address that can't be broken, with at most a few words around it; one that is put together of values can be.</summary>
    [GeneratedRegex(@"https?://[^\s{}""<>]{20,}")]
    private static partial Regex Address();

    [GeneratedRegex(@"^// Longer than 250 lines: \S.{20,}")]
    private static partial Regex Reason();
}
