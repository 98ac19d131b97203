using Microsoft.Graph.Models;

namespace MailAdmin.Core.Service;

/// <summary>People of the tenant.</summary>
internal static class SessionUsers
{
    /// <summary>A person by ID or user principal name.</summary>
    /// <param name="session">Who asks; User.ReadBasic.All is enough.</param>
    /// <param name="user">Object ID or user principal name.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The person's id and user principal name.</returns>
    /// <exception cref="ServiceRefusedException">There is no such person (404), or the session may not look.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    /// <remarks>https://learn.microsoft.com/graph/api/user-get</remarks>
    public static async Task<User> FindUserAsync(this Session session, string user, CancellationToken cancellationToken) =>
        (await session.CallGraphAsync(g => g.Users[user].GetAsync(
            r => r.QueryParameters.Select = ["id", "userPrincipalName"], cancellationToken)).ConfigureAwait(false))!;

    /// <summary>What to call a person: the user principal name, or the id of one who is gone or may not be looked at.</summary>
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
