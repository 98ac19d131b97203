using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using MailAdmin.Core.Mail;

namespace MailAdmin;

/// <summary>Completes the names of the saved connections in the user's own file.</summary>
public sealed class ConnectionNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        return Saved().Where(c => c.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(c => new CompletionResult(
                c.Name.Contains(' ', StringComparison.Ordinal) ? $"'{c.Name}'" : c.Name, c.Name, CompletionResultType.ParameterValue, $"{c.Mailbox} over {c.Protocol}"));
    }

    private static IReadOnlyList<SavedConnection> Saved()
    {
        try
        {
            return new ConnectionFile(ConnectionFile.DefaultPath).Read();
        }
        catch (InvalidRequestException)
        {
            // A command line is no place to complain about a file.
            return [];
        }
    }
}
