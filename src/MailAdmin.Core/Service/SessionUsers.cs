using Microsoft.Graph.Models;

namespace MailAdmin.Core.Service;

/// <summary>Reads users of the tenant.</summary>
internal static class SessionUsers
{
    /// <summary>Returns a user by ID or user principal name.</summary>
    /// <param name="session">The session that sends the requests. User.ReadBasic.All is sufficient.</param>
    /// <param name="user">Object ID or user principal name.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The user's ID and user principal name.</returns>
    /// <exception cref="ServiceRefusedException">
    /// The user wasn't found (404), or the session isn't allowed to read users.
    /// </exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    /// <remarks>https://learn.microsoft.com/graph/api/user-get</remarks>
    public static async Task<User> FindUserAsync(this Session session, string user, CancellationToken cancellationToken) =>
        (await session.CallGraphAsync(g => g.Users[user].GetAsync(
            r => r.QueryParameters.Select = ["id", "userPrincipalName"], cancellationToken)).ConfigureAwait(false))!;

    /// <summary>
    /// Returns the name of a user: the user principal name, or the ID if the user was removed or can't be read.
    /// </summary>
    public static async Task<string> NameOfUserAsync(this Session session, string id, CancellationToken cancellationToken)
    {
        try
        {
            return (await session.FindUserAsync(id, cancellationToken).ConfigureAwait(false)).UserPrincipalName ?? id;
        }
        catch (ServiceRefusedException e) when (e.IsDenied || e.HttpStatus == 404)
        {
            return id;
        }
    }
}
