using System.Text.RegularExpressions;

namespace MailAdmin.Tenant.Base;

/// <summary>
/// A text that stands in every secret and token that the sandboxes of a process hand out, so that a search through logs and files
/// finds where one of them went. The environment variable MAILADMIN_SANDBOX_MARK gives it; there is none without it.
/// </summary>
internal static partial class SandboxMark
{
    /// <summary>The text; empty when there is none, or when it wouldn't fit into a secret.</summary>
    public static string Text { get; } = Fitting().Match(
        Environment.GetEnvironmentVariable("MAILADMIN_SANDBOX_MARK") ?? "").Value;

    [GeneratedRegex("^[A-Za-z0-9~._-]{1,16}$", RegexOptions.NonBacktracking)]
    private static partial Regex Fitting();
}
