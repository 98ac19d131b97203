using System.Xml.Linq;

namespace MailAdmin.Tests.Help;

public class HelpFilesTests
{
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    [Fact]
    public void A_page_becomes_help_without_its_markup()
    {
        var command = Build(SamplePage.Good);
        Assert.Equal("Get-Sample", command.Element(Command + "details")!.Element(Command + "name")!.Value);
        Assert.Equal("Gets samples of somewhere (https://example.com/x).", command.Element(Command + "details")!.Element(Text + "description")!.Value);
        Assert.Equal(["Two lines of text.", "- one\n- two"], Paras(command.Element(Text + "description")!));
        Assert.Equal(["Nothing to note."], Paras(command.Element(Text + "alertSet")!));
        var example = command.Descendants(Command + "example").Single();
        Assert.Contains("Example 1: All of them", example.Element(Text + "title")!.Value, StringComparison.Ordinal);
        Assert.Equal("Get-Sample a |\n    Measure-Object", example.Element(Dev + "code")!.Value);
        Assert.Equal(("Online version:", "https://example.com/docs/Get-Sample.md"), Link(command, 0));
        Assert.Equal(("Get-Sample", ""), Link(command, 1));
        Assert.Equal(("A page", "https://example.com/page"), Link(command, 2));
    }

    [Fact]
    public void The_parameters_of_each_set_come_in_the_order_of_the_syntax_with_what_holds_in_that_set()
    {
        var sets = Build(SamplePage.Good).Descendants(Command + "syntaxItem").ToArray();
        Assert.Equal(["Path:0:true", "Kind:named:false", "Force:named:false"], sets[0].Elements(Command + "parameter").Select(Show));
        Assert.Equal(["Id:named:true", "Kind:named:false"], sets[1].Elements(Command + "parameter").Select(Show));
        Assert.Equal(["Plain", "Very odd"], sets[1].Descendants(Command + "parameterValueGroup").Single().Elements().Select(e => e.Value));

        static string Show(XElement p) => $"{p.Element(Text + "name")!.Value}:{p.Attribute("position")!.Value}:{p.Attribute("required")!.Value}";
    }

    [Fact]
    public void A_parameter_carries_all_its_facts()
    {
        var path = Build(SamplePage.Good).Element(Command + "parameters")!.Elements().Single(p => p.Element(Text + "name")!.Value == "Path");
        Assert.Equal(
            ("true", "true", "true", "True (ByValue, ByPropertyName)", "0", "FullName"),
            (Attribute("required"), Attribute("variableLength"), Attribute("globbing"), Attribute("pipelineInput"), Attribute("position"), Attribute("aliases")));
        Assert.Equal("string[]", path.Element(Command + "parameterValue")!.Value);
        Assert.Equal("System.String[]", path.Element(Dev + "type")!.Value);
        Assert.Equal("None", path.Element(Dev + "defaultValue")!.Value);

        string Attribute(string name) => path.Attribute(name)!.Value;
    }

    [Theory]
    [InlineData("## NOTES\n\nNothing to note.\n\n", "", "# Get-Sample\n", "The section NOTES is missing.")]
    [InlineData("## NOTES", "## REMARKS", "## REMARKS", "There is no section 'REMARKS' in the schema;")]
    [InlineData("## DESCRIPTION", "## INPUTS", "## INPUTS\n\n### System.String", "The section INPUTS is there twice.")]
    [InlineData("Two lines\nof text.\n\n- one\n- two\n\n", "", "## DESCRIPTION", "The section DESCRIPTION is empty.")]
    [InlineData("Also the hidden ones.\n\n", "", "### -Force", "The parameter -Force has no text.")]
    [InlineData("### -Force\n\nAlso", "### -Farce\n\nAlso", "## SYNTAX", "The parameter -Force is in the syntax but has no text.")]
    [InlineData(" [-Force]\n", "\n", "## SYNTAX", "The parameter -Force has text but is not in the syntax.")]
    [InlineData("Type: System.Int32\n", "", "```yaml\nDefaultValue: ''", "The yaml of -Id lacks Type or ParameterSets.")]
    [InlineData("Type: System.Int32", "Type System.Int32", "Type System.Int32", "'Type System.Int32' is not written as 'key: value'.")]
    [InlineData("title: Get-Sample", "title: Get-Other", "---", "The YAML at the top must say 'title: Get-Sample'.")]
    [InlineData("2024-05-01", "2.0.0", "---", "The YAML at the top must say 'PlatyPS schema version: 2024-05-01'.")]
    [InlineData("# Get-Sample\n", "# Get-Other\n", "# Get-Other", "The page must be headed '# Get-Sample'")]
    [InlineData("```powershell", "```", "### Example 1", "'Example 1: All of them' must have one block of powershell")]
    [InlineData("Nothing to note.", "Nothing <br> to note.", "Nothing <br>", "HTML can't be shown in a console")]
    [InlineData("of text.", "of *text and ![image](https://example.com/i.png)*.", "of *text", "An image can't be shown in a console")]
    [InlineData("Nothing to note.", "| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |", "A table can't be shown in a console")]
    [InlineData("(Get-Sample.md)", "(Get-Gone.md)", "- [Get-Sample](Get-Gone.md)", "The link 'Get-Gone.md' leads to no file")]
    [InlineData("- [A page](https://example.com/page)", "- see [A page](https://example.com/page)", "- see", "A related link must be one link and nothing else.")]
    public void A_malformed_page_is_refused_with_its_line(string good, string bad, string where, string reason)
    {
        using var sample = new SamplePage();
        var text = Replaced(SamplePage.Good, good, bad);
        sample.Write("Get-Sample.md", text);
        var problem = Assert.Single(sample.Build(), p => p.Reason.StartsWith(reason, StringComparison.Ordinal));
        Assert.Equal(SamplePage.LineOf(text, where), problem.Line);
        Assert.Equal($"{Path.Combine(sample.Pages, "Get-Sample.md")}({problem.Line}): error HELP001: {problem.Reason}", problem.ToString());
        Assert.False(Directory.Exists(sample.Output));
    }

    [Fact]
    public void An_about_page_becomes_text_of_eighty_columns()
    {
        using var sample = new SamplePage();
        sample.Write("about_Sample.md", SamplePage.GoodAbout);
        Assert.Empty(sample.Build());
        Assert.Equal(
            """
            TOPIC
                about_Sample

            SHORT DESCRIPTION
                What samples are.

            LONG DESCRIPTION
                A sample is a thing that somebody else has seen before, and that is put down
                here at such length that a console of eighty columns has to break the line.

                - First of the points, which is also long enough to be continued on another
                  line of the help.
                - Second.

              In detail
                    Get-Sample

            """.ReplaceLineEndings("\n"), sample.Read("about_Sample.help.txt"));
    }

    [Theory]
    [InlineData("What samples are.", "What samples are, at a length that the list of all the topics can't show on its one line.", "The short description must be")]
    [InlineData("## Long description", "## Description", "The page must begin with the sections")]
    [InlineData("Get-Sample\n```", "Get-Sample -ThisLineOfCodeIsSoLongThatNoConsoleOfEightyColumnsCanShowItWhole\n```", "A line of code may have at most 72 characters.")]
    public void A_malformed_about_page_is_refused(string good, string bad, string reason)
    {
        using var sample = new SamplePage();
        sample.Write("about_Sample.md", Replaced(SamplePage.GoodAbout, good, bad));
        Assert.Contains(sample.Build(), p => p.Reason.StartsWith(reason, StringComparison.Ordinal));
    }

    [Fact]
    public void What_a_page_that_is_gone_left_behind_goes_too()
    {
        using var sample = new SamplePage();
        sample.Write("about_Sample.md", SamplePage.GoodAbout);
        sample.Write("Get-Sample.md", SamplePage.Good);
        sample.Build();
        Assert.Equal(["MailAdmin.dll-Help.xml", "about_Sample.help.txt"], Files());

        File.Delete(Path.Combine(sample.Pages, "about_Sample.md"));
        sample.Build();
        Assert.Equal(["MailAdmin.dll-Help.xml"], Files());

        IEnumerable<string?> Files() => Directory.EnumerateFiles(sample.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    private static XElement Build(string page)
    {
        using var sample = new SamplePage();
        sample.Write("Get-Sample.md", page);
        Assert.Empty(sample.Build());
        return XDocument.Parse(sample.Read("MailAdmin.dll-Help.xml")).Root!.Elements().Single();
    }

    private static string Replaced(string text, string good, string bad)
    {
        Assert.Contains(good, text, StringComparison.Ordinal);
        return text.Replace(good, bad, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Paras(XElement element) => element.Descendants(Text + "para").Select(p => p.Value);

    private static (string, string) Link(XElement command, int index)
    {
        var link = command.Descendants(Text + "navigationLink").ElementAt(index);
        return (link.Element(Text + "linkText")!.Value, link.Element(Text + "uri")!.Value);
    }
}
