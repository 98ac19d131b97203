using MailAdmin.Help;

namespace MailAdmin.Tests.Help;

public class PageSyncTests
{
    private static readonly ParameterFacts Switch = new()
    {
        Type = "System.Management.Automation.SwitchParameter",
        DefaultValue = "False",
        ParameterSets = [new("(All)", "Named", false, false, false, false)],
    };

    private static readonly CommandFacts Facts = new(
        "Get-Sample", ["Sample.Thing"],
        [new("__AllParameterSets", true, "Get-Sample [[-Path] <string[]>] [-New] [-Kind <SampleKind>] [-AnotherThatIsLong <string>] [-WhatIf] [<CommonParameters>]")],
        [
            new("Path", new ParameterFacts { Type = "System.String[]", DefaultValue = "it's *", ParameterSets = [new("(All)", "0", false, true, false, false)] }),
            new("New", Switch), new("WhatIf", Switch),
            new("Kind", new ParameterFacts { Type = "Sample.SampleKind", AcceptedValues = ["Plain", "Very odd"], ParameterSets = [new("(All)", "Named", true, false, false, false)] }),
            new("AnotherThatIsLong", new ParameterFacts { Type = "System.String", ParameterSets = [new("(All)", "Named", false, false, false, false)] }),
        ]);

    [Fact]
    public void What_people_wrote_stays_and_what_the_cmdlet_knows_is_written_anew()
    {
        var page = Rewrite(SamplePage.Good);
        Assert.Contains("Where they are.\n\n```yaml\nType: System.String[]\nDefaultValue: 'it''s *'\n", page, StringComparison.Ordinal);
        Assert.Contains("Two lines\nof text.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("### -Force", page, StringComparison.Ordinal);
        Assert.DoesNotContain("### -Id", page, StringComparison.Ordinal);
        Assert.Contains("### -New\n\n```yaml\n", page, StringComparison.Ordinal);
        Assert.Contains("### -WhatIf\n\nShows what would be done, and does not do it.\n\n```yaml", page, StringComparison.Ordinal);
        Assert.Contains("AcceptedValues:\n- Plain\n- 'Very odd'\n", page, StringComparison.Ordinal);
        Assert.Contains(
            """
            ### __AllParameterSets

            ```
            Get-Sample [[-Path] <string[]>] [-New] [-Kind <SampleKind>] [-AnotherThatIsLong <string>] [-WhatIf]
             [<CommonParameters>]
            ```
            """.ReplaceLineEndings("\n"), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_survives_the_loss_of_its_yaml()
    {
        var spoilt = SamplePage.Good[..SamplePage.Good.IndexOf("```yaml\nType: System.String[]", StringComparison.Ordinal)] + "## INPUTS\n\n### None\n";
        Assert.Contains("### -Path\n\nWhere they are.\n\n```yaml\nType: System.String[]\n", Rewrite(spoilt), StringComparison.Ordinal);
    }

    [Fact]
    public void Rewriting_again_changes_nothing()
    {
        var page = Rewrite(SamplePage.Good);
        Assert.Equal(page, Rewrite(page));
    }

    [Fact]
    public void The_build_asks_for_the_text_of_a_new_parameter_and_for_nothing_else()
    {
        using var sample = new SamplePage();
        sample.Write("Get-Sample.md", Rewrite(SamplePage.Good));
        Assert.Equal(
            ["The parameter -AnotherThatIsLong has no text.", "The parameter -New has no text."],
            sample.Build().Select(p => p.Reason));
    }

    [Fact]
    public void A_new_cmdlet_gets_a_page_in_the_schema_that_only_wants_text()
    {
        using var sample = new SamplePage();
        sample.Write("Get-Sample.md", Rewrite(PageSync.Skeleton(Facts)));
        Assert.All(
            sample.Build(),
            p => Assert.True(p.Reason.EndsWith("has no text.", StringComparison.Ordinal) || p.Reason.EndsWith("is empty.", StringComparison.Ordinal), p.Reason));
    }

    [Fact]
    public void The_yaml_of_a_parameter_reads_back_as_it_was()
    {
        using var sample = new SamplePage();
        var yaml = Page.Parse(Path.Combine(sample.Pages, "x.md"), $"---\n{string.Join('\n', Facts.Parameters[0].Facts.ToYaml())}\n---\n# x\n").FrontMatter;
        var read = ParameterFacts.From(yaml);
        Assert.Equal(("System.String[]", "it's *"), (read.Type, read.DefaultValue));
        Assert.Equal(Facts.Parameters[0].Facts.ParameterSets, read.ParameterSets);
    }

    private static string Rewrite(string page) =>
        PageSync.Rewrite(Page.Parse(Path.Combine(Path.GetTempPath(), "Get-Sample.md"), page), Facts);
}
