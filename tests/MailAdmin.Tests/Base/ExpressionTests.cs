using System.Reflection;
using System.Text.RegularExpressions;
using MailAdmin.Core.Base;
using MailAdmin.Core.Transcript;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Base;

/// <summary>
/// No text of a mail, a response, or a user makes a regular expression take longer than in proportion to its length: each one
/// doesn't backtrack, or is shown here not to.
/// </summary>
public sealed partial class ExpressionTests
{
    /// <summary>Backtracking expressions of the parsers of mail, which are fast where they are; each is measured below.</summary>
    private static readonly string[] Measured = ["DateParser.cs", "HeaderText.cs", "MailText.cs", "MessageFiles.cs"];

    private const string OfWords = "string.Join('|', _inText.Keys.Select(Regex.Escape))";

    private static readonly string[] Projects = ["MailAdmin", "MailAdmin.Core", "MailAdmin.Model", "MailAdmin.Sandbox", "MailAdmin.Tenant"];

    /// <summary>Pieces on which expressions stumble when they are repeated, with what may stand before and after them.</summary>
    private static readonly string[] Pieces =
        ["a", "aA1", " ", "\t", "'", "''", "=", "a=", "a,", "(", "()", "-", "0", "1:", ".", "a.", "@", "a@", "=?", "=?a?q?", "?", "\"", "\r\n ", "{", "<"];

    [Fact]
    public void Every_expression_is_one_that_does_not_backtrack()
    {
        var root = Path.Combine(ArchitectureTests.FindRoot(), "src");
        var found = from project in Projects
                    from file in Directory.EnumerateFiles(Path.Combine(root, project), "*.cs", SearchOption.AllDirectories)
                    where !file.Contains("/obj/", StringComparison.Ordinal) && !Measured.Contains(Path.GetFileName(file))
                    let text = File.ReadAllText(file)
                    from Match use in Use().Matches(text)
                    let end = text.IndexOf(use.Value.StartsWith('[') ? "partial Regex" : ";", use.Index, StringComparison.Ordinal)
                    let code = text[use.Index..end]
                    // Words to choose from, as they are, can't be stumbled on; of many the other kind can't be made.
                    where !code.Contains("NonBacktracking", StringComparison.Ordinal) && !code.Contains(OfWords, StringComparison.Ordinal)
                    select $"{Path.GetFileName(file)}: {text[use.Index..Math.Min(end, use.Index + 100)]}";
        Assert.Empty(found);
    }

    public static TheoryData<string> Backtracking =>
    [
        .. from type in new[] { typeof(Wire).Assembly, typeof(SandboxTenant).Assembly }.SelectMany(a => a.GetTypes())
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where method.GetCustomAttribute<GeneratedRegexAttribute>() is { } made && !made.Options.HasFlag(RegexOptions.NonBacktracking)
           select $"{type.FullName}.{method.Name}",
    ];

    [Theory]
    [MemberData(nameof(Backtracking))]
    public void An_expression_that_backtracks_takes_no_longer_than_in_proportion(string name)
    {
        var made = Attribute(name);
        // A square of the length would be thousands of seconds.
        var expression = new Regex(made.Pattern, made.Options, TimeSpan.FromSeconds(20));
        foreach (var piece in Pieces)
        {
            foreach (var (before, after) in new[] { ("", "!"), ("=?a?q?", "!"), ("f(", "!"), ("1 ", " x") })
            {
                var text = before + string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)) + after;
                _ = expression.Count(text);
            }
        }
    }

    [Fact]
    public void A_path_that_looks_like_a_call_takes_no_time()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _ = new Redaction().Path($"/v1.0/users/f({new string('a', 20_000)}!");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"It took {watch.Elapsed}.");
    }

    private static GeneratedRegexAttribute Attribute(string name)
    {
        var dot = name.LastIndexOf('.');
        var type = new[] { typeof(Wire).Assembly, typeof(SandboxTenant).Assembly }.Select(a => a.GetType(name[..dot])).First(t => t is not null)!;
        return type.GetMethod(name[(dot + 1)..], BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!
            .GetCustomAttribute<GeneratedRegexAttribute>()!;
    }

    [GeneratedRegex(@"\[GeneratedRegex\(|new Regex\(|\bRegex\.(?:Match|Matches|IsMatch|Replace|Split|Count)\(")]
    private static partial Regex Use();
}
