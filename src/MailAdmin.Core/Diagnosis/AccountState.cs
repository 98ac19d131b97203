using MailAdmin.Core.Access;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Diagnosis;

/// <summary>The state of the account of a user whose sign-in was refused: missing, disabled, or of a shared mailbox.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/resources/user (accountEnabled)</remarks>
internal static class AccountState
{
    /// <summary>Finds the fault of the account.</summary>
    /// <param name="session">Signed in with User.Read.All or Directory.Read.All.</param>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read users.</exception>
    public static async Task<CauseFound> FindAsync(
        Session session, MailboxConnection connection, CancellationToken cancellationToken)
    {
        if (connection.UserPrincipalName is not { } name)
        {
            return CauseFound.NotReadable;
        }

        User? user;
        try
        {
            user = await session.CallGraphAsync(g => g.Users[name].GetAsync(
                r => r.QueryParameters.Select = ["id", "accountEnabled"], cancellationToken)).ConfigureAwait(false);
        }
        catch (ServiceRefusedException e) when (e.HttpStatus == 404)
        {
            return Found(
                MailCheckReason.AccountNotFound, $"The tenant has no user '{name}'.",
                "Specify the user principal name, which can differ from the email address.",
                new Remedy($"Get-Mailbox -Identity {CommandText.Of(name)} | Select-Object UserPrincipalName")
                {
                    Module = "ExchangeOnlineManagement",
                    RequiredRole = "View-Only Recipients",
                });
        }

        if (user?.AccountEnabled != false)
        {
            return new CauseFound(null, IsAllowed: true);
        }

        var isShared = (await MailboxState.FindAsync(session, name, cancellationToken).ConfigureAwait(false))
            .Mailbox?.IsShared == true;
        return isShared
            ? Found(
                MailCheckReason.AccountBlocked, $"'{name}' is a shared mailbox, whose account is disabled.",
                "Sign in as a user who has FullAccess to the shared mailbox.",
                new AccessRemedies(connection.ClientId, name).Members())
            : Found(
                MailCheckReason.AccountBlocked, $"The account of '{name}' is disabled.",
                "Find out who disabled the account and why. Then enable it.",
                new Remedy($"Update-MgUser -UserId {user.Id} -AccountEnabled")
                {
                    Module = "Microsoft.Graph.Users",
                    RequiredRole = "User Administrator",
                });
    }

    private static CauseFound Found(MailCheckReason reason, string cause, string advice, Remedy remedy) => new(
        new MailCheck("Token", CheckStatus.Failed) { Reason = reason, Cause = cause, Advice = advice, Remedy = remedy },
        IsAllowed: false);
}
