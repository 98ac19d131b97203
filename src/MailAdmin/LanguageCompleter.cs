using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Language;
using MailAdmin.Tenant.Mailboxes;

namespace MailAdmin;

/// <summary>Completes the languages in which a sandbox can name the default folders of mailboxes.</summary>
public sealed class LanguageCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        FolderLanguages.All.Where(l => l.StartsWith(wordToComplete, StringComparison.OrdinalIgnoreCase)).Select(
            l => new CompletionResult(l, l, CompletionResultType.ParameterValue, CultureInfo.GetCultureInfo(l).EnglishName));
}
