using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Whether only those may sign in to an app who are assigned to it.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/serviceprincipal-update (appRoleAssignmentRequired)</remarks>
internal static class AppAssignment
{
    /// <summary>Requires assignment, or lets all users sign in again.</summary>
    /// <param name="session">The session that makes the change.</param>
    /// <param name="clientId">The app's client ID, for the journal.</param>
    /// <param name="principalId">Object ID of its service principal, which is the other way now.</param>
    /// <param name="required">Whether assignment is required.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change it.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public static Task RequireAsync(
        Session session, string clientId, string principalId, bool required, CancellationToken cancellationToken)
    {
        var (before, after) = required ? ("no", "yes") : ("yes", "no");
        return session.ChangeAsync(
            new ChangeNote(JournalAction.ChangeAssignment, clientId, "assignment required", before, after),
            g => g.ServicePrincipals[principalId].PatchAsync(
                new ServicePrincipal { AppRoleAssignmentRequired = required }, cancellationToken: cancellationToken));
    }
}
