using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MailAdmin;

/// <summary>Completes the names of the runspace's sign-ins.</summary>
public sealed class ContextNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Contexts.Here.All.Where(c => c.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(c => new CompletionResult(
                c.Name.Contains(' ', StringComparison.Ordinal) ? $"'{c.Name}'" : c.Name, c.Name,
                CompletionResultType.ParameterValue, c.ToString()));
}
