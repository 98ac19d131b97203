using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MailAdmin.Core.Permissions;

namespace MailAdmin;

/// <summary>Completes the permissions for mail. Other permissions of a tenant are accepted, too.</summary>
/// <remarks>https://learn.microsoft.com/graph/permissions-reference</remarks>
public sealed class PermissionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        PermissionTable
            .Known(parameterName.StartsWith("Delegated", StringComparison.OrdinalIgnoreCase)
                ? PermissionKind.Delegated
                : PermissionKind.Application)
            .Where(p => p.Contains(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(p => new CompletionResult(p));
}
