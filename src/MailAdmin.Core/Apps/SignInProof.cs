using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Signs in with a credential until that succeeds. The service refuses a new one for seconds to minutes, and the caller must not
/// fail because of that.
/// </summary>
internal static class SignInProof
{
    /// <summary>Requests tokens until one is sufficient, or the wire's timeout.</summary>
    /// <param name="session">The session with the tenant and the wire.</param>
    /// <param name="clientId">The app to sign in as.</param>
    /// <param name="what">The object to wait for, as the verbose log names it.</param>
    /// <param name="credential">The credential.</param>
    /// <param name="scope">The resource's "/.default" scope.</param>
    /// <param name="isEnough">Returns whether a token shows the expected grants.</param>
    /// <returns>The token; null when the timeout has passed, with the last refusal if there was one.</returns>
    public static async Task<(AccessToken? Token, ServiceRefusedException? Refusal)> WaitAsync(
        Session session, string clientId, string what, AppCredential credential, string scope, Func<AccessToken, bool> isEnough,
        CancellationToken cancellationToken)
    {
        using var tokens = new TokenSource(session.Wire, session.Cloud, session.TenantId, clientId, credential);
        ServiceRefusedException? refusal = null;
        var proof = await Poll.UntilAsync(session.Wire, what, async ct =>
        {
            try
            {
                var token = await tokens.GetAsync(scope, fresh: true, ct).ConfigureAwait(false);
                refusal = null;
                return isEnough(token) ? token : null;
            }
            catch (ServiceRefusedException e)
                when (e.Code is EntraCodes.InvalidClient or EntraCodes.UnauthorizedClient or EntraCodes.InvalidRequest)
            {
                refusal = e;
                return null;
            }
        }, cancellationToken).ConfigureAwait(false);
        return (proof, refusal);
    }

    /// <summary>Returns the pending work for a credential that isn't accepted yet.</summary>
    public static string NotYet(ServiceRefusedException? refusal) =>
        $"Entra doesn't accept the new credential yet ({refusal?.SubCode ?? refusal?.Code ?? "no answer"}). Test it "
            + "again in a few minutes.";
}
