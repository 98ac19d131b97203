using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace MailAdmin;

/// <summary>Completes the permissions that mail needs. What else a tenant knows is accepted all the same.</summary>
/// <remarks>https://learn.microsoft.com/graph/permissions-reference</remarks>
public sealed class PermissionCompleter : IArgumentCompleter
{
    private static readonly string[] Application =
    [
        "Graph/Mail.Read", "Graph/Mail.ReadBasic", "Graph/Mail.ReadBasic.All", "Graph/Mail.ReadWrite", "Graph/Mail.Send",
        "Graph/MailboxSettings.Read", "Graph/MailboxSettings.ReadWrite", "Graph/User.Read.All",
        "Exchange/IMAP.AccessAsApp", "Exchange/POP.AccessAsApp", "Exchange/SMTP.SendAsApp",
    ];

    private static readonly string[] Delegated =
    [
        "Graph/Mail.Read", "Graph/Mail.ReadWrite", "Graph/Mail.Send", "Graph/Mail.ReadWrite.Shared", "Graph/Mail.Send.Shared", "Graph/User.Read",
        "Graph/offline_access", "Exchange/IMAP.AccessAsUser.All", "Exchange/SMTP.Send",
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        (parameterName.StartsWith("Delegated", StringComparison.OrdinalIgnoreCase) ? Delegated : Application)
            .Where(p => p.Contains(wordToComplete, StringComparison.OrdinalIgnoreCase))
            .Select(p => new CompletionResult(p));
}
