using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MailAdmin;

/// <summary>Completes names that the runspace has shown; see <see cref="KnownNames"/>.</summary>
public abstract class NameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete.Trim('\'', '"');
        return Names(fakeBoundParameters)
            .Where(n => n.Value.StartsWith(word, StringComparison.OrdinalIgnoreCase)
                || (ByHint && n.Hint.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            .Select(n =>
                new CompletionResult(
                    Quote(n.Value), n.Value, CompletionResultType.ParameterValue,
                    string.IsNullOrEmpty(n.Hint) ? n.Value : n.Hint));
    }

    /// <summary>Whether the first letters of the hint find a name, too.</summary>
    private protected virtual bool ByHint => false;

    private protected abstract IEnumerable<(string Value, string Hint)> Names(IDictionary bound);

    /// <summary>The tenant that the cmdlet is about to work in.</summary>
    private protected static string? Tenant(IDictionary bound) =>
        (bound["Context"] switch
        {
            MailAdminContext context => context,
            string name => Contexts.Here.Find(name),
            _ => null,
        } ?? Contexts.Here.Default)?.TenantId;

    // What else than letters, digits and a few signs would have to be quoted is easier quoted than listed.
    private static string Quote(string value) =>
        value.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '@' or '/' or '+')
        && value.Length > 0 && (char.IsLetterOrDigit(value[0]) || value[0] == '/')
        ? value : $"'{CodeGeneration.EscapeSingleQuotedStringContent(value)}'";
}

/// <summary>Completes addresses of mailboxes.</summary>
public sealed class MailboxCompleter : NameCompleter
{
    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound) =>
        Contexts.Here.Names.Mailboxes(Tenant(bound));
}

/// <summary>Completes paths of folders.</summary>
public sealed class FolderCompleter : NameCompleter
{
    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound) =>
        Contexts.Here.Names.Folders(bound["Mailbox"] switch
    {
        string one => one,
        object[] and [string first, ..] => first,
        _ => (bound["Connection"] as MailboxConnection)?.Mailbox,
    });
}

/// <summary>Completes display names of apps; the client ID is the hint.</summary>
public sealed class AppNameCompleter : NameCompleter
{
    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound) =>
        Contexts.Here.Names.Apps(Tenant(bound)).Select(a => (a.Hint, a.Value));
}

/// <summary>Completes client IDs; the name of an app finds them, too.</summary>
public sealed class AppCompleter : NameCompleter
{
    private protected override bool ByHint => true;

    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound) =>
        Contexts.Here.Names.Apps(Tenant(bound));
}

/// <summary>Completes key IDs of credentials; their app is the hint.</summary>
public sealed class KeyIdCompleter : NameCompleter
{
    private protected override IEnumerable<(string Value, string Hint)> Names(IDictionary bound) =>
        Contexts.Here.Names.Keys;
}
