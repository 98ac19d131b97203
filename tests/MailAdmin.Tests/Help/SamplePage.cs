using MailAdmin.Help;

namespace MailAdmin.Tests.Help;

/// <summary>A page in order, to be spoilt, and a folder to build it in.</summary>
internal sealed class SamplePage : IDisposable
{
    public const string Good =
        """
        ---
        document type: cmdlet
        external help file: MailAdmin.dll-Help.xml
        HelpUri: ''
        Locale: en-US
        Module Name: MailAdmin
        PlatyPS schema version: 2024-05-01
        title: Get-Sample
        ---

        # Get-Sample

        ## SYNOPSIS

        Gets `samples` of [somewhere](https://example.com/x).

        ## SYNTAX

        ### Path (Default)

        ```
        Get-Sample [-Path] <string[]> [-Kind <SampleKind>] [-Force]
         [<CommonParameters>]
        ```

        ### Id

        ```
        Get-Sample -Id <int> [-Kind <SampleKind>] [<CommonParameters>]
        ```

        ## DESCRIPTION

        Two lines
        of text.

        - one
        - two

        ## EXAMPLES

        ### Example 1: All of them

        What it does.

        ```powershell
        Get-Sample a |
            Measure-Object
        ```

        What came of it.

        ## PARAMETERS

        ### -Force

        Also the hidden ones.

        ```yaml
        Type: System.Management.Automation.SwitchParameter
        DefaultValue: False
        SupportsWildcards: false
        ParameterValue: []
        Aliases: []
        ParameterSets:
        - Name: Path
          Position: Named
          IsRequired: false
          ValueFromPipeline: false
          ValueFromPipelineByPropertyName: false
          ValueFromRemainingArguments: false
        DontShow: false
        AcceptedValues: []
        HelpMessage: ''
        ```

        ### -Id

        Its number.

        ```yaml
        Type: System.Int32
        DefaultValue: ''
        SupportsWildcards: false
        ParameterValue: []
        Aliases: []
        ParameterSets:
        - Name: Id
          Position: Named
          IsRequired: true
          ValueFromPipeline: false
          ValueFromPipelineByPropertyName: true
          ValueFromRemainingArguments: false
        DontShow: false
        AcceptedValues: []
        HelpMessage: ''
        ```

        ### -Kind

        Which kind.

        ```yaml
        Type: Sample.SampleKind
        DefaultValue: Plain
        SupportsWildcards: false
        ParameterValue: []
        Aliases: []
        ParameterSets:
        - Name: (All)
          Position: Named
          IsRequired: false
          ValueFromPipeline: false
          ValueFromPipelineByPropertyName: false
          ValueFromRemainingArguments: false
        DontShow: false
        AcceptedValues:
        - Plain
        - 'Very odd'
        HelpMessage: ''
        ```

        ### -Path

        Where they are.

        ```yaml
        Type: System.String[]
        DefaultValue: ''
        SupportsWildcards: true
        ParameterValue: []
        Aliases:
        - FullName
        ParameterSets:
        - Name: Path
          Position: 0
          IsRequired: true
          ValueFromPipeline: true
          ValueFromPipelineByPropertyName: true
          ValueFromRemainingArguments: false
        DontShow: false
        AcceptedValues: []
        HelpMessage: ''
        ```

        ### CommonParameters

        This cmdlet supports the common parameters.

        ## INPUTS

        ### System.String

        You can pipe paths.

        ## OUTPUTS

        ### Sample.Thing

        One for each.

        ## NOTES

        Nothing to note.

        ## RELATED LINKS

        - [Get-Sample](Get-Sample.md)
        - [A page](https://example.com/page)

        """;

    public const string GoodAbout =
        """
        # about_Sample

        ## Short description

        What samples are.

        ## Long description

        A sample is a thing that somebody else has seen before, and that is put down here at such length that a console of eighty columns has to break the line.

        - First of the points, which is also long enough to be continued on another line of the help.
        - Second.

        ### In detail

        ```powershell
        Get-Sample
        ```

        """;

    public SamplePage() => Directory.CreateDirectory(Pages);

    public string Pages { get; } = Path.Combine(Path.GetTempPath(), $"mailadmin-help-{Guid.NewGuid():N}", "pages");

    public string Output => Path.Combine(Pages, "..", "out");

    public void Write(string name, string text) => File.WriteAllText(Path.Combine(Pages, name), text);

    public IReadOnlyList<Problem> Build() => HelpFiles.Build(Pages, Output, new Uri("https://example.com/docs/"));

    public string Read(string name) => File.ReadAllText(Path.Combine(Output, name));

    /// <summary>The line on which a text stands, from 1.</summary>
    public static int LineOf(string text, string what) => text[..text.IndexOf(what, StringComparison.Ordinal)].Count(c => c == '\n') + 1;

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Pages)!, recursive: true);
}
