using System.Text.Json;
using System.Text.RegularExpressions;
using MailAdmin.Commands.Context;
using MailAdmin.Core.Base;
using MailAdmin.Tenant;

namespace MailAdmin.Tests.Help;

/// <summary>Every text that a user reads, against the rules of <see cref="English"/>: pages, recipes, and what the assemblies say.</summary>
public partial class EnglishTests
{
    private const int LongestSynopsis = 20;
    private const int LongestDescription = 120;

    private static readonly string Root = ArchitectureTests.FindRoot();

    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    // The sandbox answers as the services do, in their words.
    private static readonly string[] Services = ["Entra", "ExchangeAdmin", "Gate", "Graph", "Graph.OData", "Imap", "Smtp"];

    [Fact]
    public void The_pages_are_written_by_the_rules() => AssertNone(
        from page in Pages()
        from text in English.Prose(File.ReadAllText(page))
        from fault in English.Faults(text)
        select $"{Name(page)}: {fault}");

    [Fact]
    public void The_recipes_are_written_by_the_rules() => AssertNone(
        from file in Directory.EnumerateFiles(Path.Combine(Root, "module", "Recipes"), "*.json")
        from text in Texts(JsonDocument.Parse(File.ReadAllText(file), WithComments).RootElement)
        from fault in English.Faults(text)
        select $"{Name(file)}: {fault}");

    [Fact]
    public void What_the_assemblies_say_is_written_by_the_rules() => AssertNone(
        from assembly in new[] { typeof(MailMessageKind).Assembly, typeof(Wire).Assembly, typeof(SandboxTenant).Assembly, typeof(ConnectMailAdmin).Assembly }
        from literal in Literals.Of(assembly)
        where literal.Text.Contains(' ', StringComparison.Ordinal) && !literal.Text.Contains('\n', StringComparison.Ordinal)
        let place = literal.Type.Namespace?.Split('.').Skip(1) ?? []
        where assembly != typeof(SandboxTenant).Assembly || !Services.Contains(string.Join('.', place.Skip(1)))
        from fault in English.Faults(literal.Text)
        select $"{literal.Type.FullName}: {fault}");

    [Fact]
    public void The_comments_of_the_sources_are_written_by_the_rules() => AssertNone(
        from file in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        where !Ignored().IsMatch(Name(file))
        from comment in English.Comments(File.ReadAllText(file))
        from fault in English.CommentFaults(comment)
        select $"{Name(file)}: {fault}");

    [Theory]
    [InlineData("/// <summary>Nobody\n/// knows.</summary>\nx = 1; // It is told.", "'Nobody'", "'told'")]
    [InlineData("/// <summary>Returns <c>Nobody</c> of \"nobody\" at https://nobody.example.</summary>\nvar nobody = 1;")]
    [InlineData("x(\"a // nobody\");")]
    public void The_rules_find_phrases_in_comments_alone(string source, params string[] faults) =>
        Assert.Equal(faults, English.Comments(source).SelectMany(English.CommentFaults).Select(f => f[..f.IndexOf(':', StringComparison.Ordinal)]));

    [Fact]
    public void A_synopsis_says_in_one_short_sentence_what_the_cmdlet_does() => AssertNone(
        from page in CommandPages()
        from fault in SynopsisFaults(Path.GetFileNameWithoutExtension(page), Section(page, "SYNOPSIS"))
        select $"{Name(page)}: {fault}");

    [Fact]
    public void A_synopsis_is_the_summary_of_the_class() => AssertNone(
        from page in CommandPages()
        let type = Path.GetFileNameWithoutExtension(page).Replace("-", "", StringComparison.Ordinal)
        let source = Directory.EnumerateFiles(Path.Combine(Root, "src", "MailAdmin", "Commands"), $"{type}.cs", SearchOption.AllDirectories).Single()
        let summary = Flat(Summary().Match(File.ReadAllText(source)).Groups[1].Value.Replace("///", "", StringComparison.Ordinal))
        where summary != Flat(Section(page, "SYNOPSIS"))
        select $"{Name(page)}: the class says: {summary}");

    [Fact]
    public void A_description_has_at_most_120_words_beside_its_lists() => AssertNone(
        from page in CommandPages()
        let words = English.Prose(ListItem().Replace(Section(page, "DESCRIPTION"), "")).Sum(English.Words)
        where words > LongestDescription
        select $"{Name(page)}: the description has {words} words");

    [Theory]
    [InlineData("Nobody may read it.", "'Nobody'")]
    [InlineData("It is kept \"as nobody knows\".", "")]
    [InlineData("Expires 2026-01-01 14:05 UTC.", "")]
    [InlineData("Expires 2026-01-01 14:05:00Z.", "date")]
    [InlineData("Expires 11/29/2026.", "date")]
    [InlineData("a a a a a a a a a a a a a a a a a a a a a a a a a. a", "")]
    [InlineData("a a a a a a a a a a a a a a a a a a a a a a a a a a.", "26 words")]
    public void The_rules_find_what_they_look_for(string text, string fault) =>
        Assert.StartsWith(fault, English.Faults(text).SingleOrDefault() ?? "", StringComparison.Ordinal);

    [Fact]
    public void The_assemblies_texts_are_found_whole() => Assert.Contains(
        Literals.Of(typeof(ConnectMailAdmin).Assembly), l => l.Text.Contains("'x'", StringComparison.Ordinal));

    private static IEnumerable<string> SynopsisFaults(string cmdlet, string synopsis)
    {
        var verb = cmdlet[..cmdlet.IndexOf('-', StringComparison.Ordinal)];
        if (synopsis.Split(' ')[0] != English.SynopsisVerbs[verb])
        {
            yield return $"it begins '{synopsis.Split(' ')[0]}', not '{English.SynopsisVerbs[verb]}'";
        }

        if (English.Words(synopsis) > LongestSynopsis || English.Sentences(synopsis).Count() != 1 || synopsis.Contains(';', StringComparison.Ordinal))
        {
            yield return $"it isn't one sentence of at most {LongestSynopsis} words: {synopsis}";
        }
    }

    private static IEnumerable<string> Pages() =>
        new[] { "docs", "examples", "module", "src", "tests" }
            .SelectMany(f => Directory.EnumerateFiles(Path.Combine(Root, f), "*.md", SearchOption.AllDirectories))
            .Where(f => !Ignored().IsMatch(Name(f)))
            .Concat(Directory.EnumerateFiles(Root, "*.md"));

    private static IEnumerable<string> CommandPages() =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs", "en-US"), "*-*.md").Order(StringComparer.Ordinal);

    private static string Name(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string Section(string page, string name) => SectionEdge().Split(File.ReadAllText(page).ReplaceLineEndings("\n"))
        .Single(s => s.StartsWith($"{name}\n", StringComparison.Ordinal))[name.Length..].Trim();

    private static string Flat(string text) => Space().Replace(text, " ").Trim();

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Texts(p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };

    /// <summary>Names them all, a line each.</summary>
    private static void AssertNone(IEnumerable<string> found)
    {
        var all = found.Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(all.Count == 0, $"{all.Count} against the rules:\n{string.Join('\n', all)}");
    }

    [GeneratedRegex(@"/(bin|obj|node_modules)/")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^## ", RegexOptions.Multiline)]
    private static partial Regex SectionEdge();

    [GeneratedRegex(@"/// <summary>(.*?)</summary>", RegexOptions.Singleline)]
    private static partial Regex Summary();

    [GeneratedRegex(@"^([-*]|\d+\.) .*(\n +\S.*)*", RegexOptions.Multiline)]
    private static partial Regex ListItem();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
