namespace MailAdmin.Help;

/// <summary>Why a page is refused.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Reason">The error, as a sentence.</param>
internal sealed record Problem(string File, int Line, string Reason)
{
    /// <summary>
    /// The form in which MSBuild recognizes an error:
    /// https://learn.microsoft.com/visualstudio/msbuild/msbuild-diagnostic-format-for-tasks.
    /// </summary>
    public override string ToString() => $"{File}({Line}): error HELP001: {Reason}";
}
