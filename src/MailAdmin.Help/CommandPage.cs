namespace MailAdmin.Help;

/// <summary>Represents a help page of a cmdlet.</summary>
internal sealed record CommandPage
{
    public required string Name { get; init; }

    public required string Synopsis { get; init; }

    public required IReadOnlyList<SyntaxForm> Syntax { get; init; }

    public required IReadOnlyList<HelpBlock> Description { get; init; }

    public required IReadOnlyList<Example> Examples { get; init; }

    public required IReadOnlyList<Parameter> Parameters { get; init; }

    public required IReadOnlyList<TypeNote> Inputs { get; init; }

    public required IReadOnlyList<TypeNote> Outputs { get; init; }

    public required IReadOnlyList<HelpBlock> Notes { get; init; }

    public required IReadOnlyList<(string Text, string? Uri)> Links { get; init; }
}

/// <summary>Represents one syntax of a cmdlet: a parameter set.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Parameters">In the order in which Get-Command shows them; the type is null for a switch.</param>
internal sealed record SyntaxForm(string Name, IReadOnlyList<(string Name, string? Type)> Parameters);

/// <summary>Represents an example: its title, the script, the remarks.</summary>
internal sealed record Example(
    string Title, IReadOnlyList<HelpBlock> Introduction, Code Script, IReadOnlyList<HelpBlock> Remarks);

/// <summary>Represents a parameter: from the page, and from the cmdlet.</summary>
internal sealed record Parameter(string Name, IReadOnlyList<HelpBlock> Description, ParameterFacts Facts);

/// <summary>Represents an input or output type.</summary>
internal sealed record TypeNote(string Name, IReadOnlyList<HelpBlock> Description);
