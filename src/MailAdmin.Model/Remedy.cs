namespace MailAdmin;

/// <summary>Represents the next step against a problem: a command line with its parameters filled in, ready to paste.</summary>
/// <param name="CommandLine">The command line.</param>
public sealed record Remedy(string CommandLine)
{
    /// <summary>The cmdlet.</summary>
    public string Command => CommandLine.Split(' ')[0];

    /// <summary>The module that has the cmdlet.</summary>
    public string Module { get; init; } = "MailAdmin";

    /// <summary>The least role that can run it; null if none is required.</summary>
    public string? RequiredRole { get; init; }

    /// <inheritdoc/>
    public override string ToString() => CommandLine;
}
