using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MailAdmin.Tenant;

namespace MailAdmin;

/// <summary>Completes the names of the sandbox's faults, each with what it does.</summary>
public sealed class FaultCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        SandboxTenant.KnownFaults.Where(f => f.Name.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(f => new CompletionResult(f.Name, f.Name, CompletionResultType.ParameterValue, f.Summary));
}
