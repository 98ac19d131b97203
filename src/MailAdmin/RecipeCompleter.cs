using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MailAdmin;

/// <summary>Completes the names of recipes.</summary>
public sealed class RecipeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Recipes.Library.Names.Where(n => n.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(n =>
                new CompletionResult(
                    n.Contains(' ', StringComparison.Ordinal) ? $"'{n}'" : n, n, CompletionResultType.ParameterValue, n));
}
