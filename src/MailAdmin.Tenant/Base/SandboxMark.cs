using System.Text.RegularExpressions;

namespace MailAdmin.Tenant.Base;

/// <summary>
/// A text in every secret and token of the sandboxes of a process, so that a search in logs and files finds a leak. The
/// environment variable MAILADMIN_SANDBOX_MARK sets it; by default, there is none.
/// </summary>
internal static partial class SandboxMark
{
    /// <summary>The text; empty if there is none, or if it doesn't fit into a secret.</summary>
    public static string Text { get; } = Fitting().Match(
        Environment.GetEnvironmentVariable("MAILADMIN_SANDBOX_MARK") ?? "").Value;

    [GeneratedRegex("^[A-Za-z0-9~._-]{1,16}$", RegexOptions.NonBacktracking)]
    private static partial Regex Fitting();
}
