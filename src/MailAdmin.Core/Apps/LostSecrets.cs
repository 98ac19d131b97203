using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Finds secrets that the service created while its response was lost. Their value is unknown, and the service never returns it
/// again. So they're removed and created again.
/// </summary>
internal static class LostSecrets
{
    /// <summary>The maximum difference between the clocks of this computer and of the service.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>Removes the lost secrets of an app.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All.</param>
    /// <param name="app">The registration, with its credentials; those that are removed are taken out of it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change the app.</exception>
    public static async Task RemoveAsync(Session session, App app, CancellationToken cancellationToken)
    {
        if (!session.Journal.IsOwn())
        {
            return;
        }

        var noted = session.Journal.Read()
            .Where(c => string.Equals(c.ClientId, app.AppId, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (Array.FindLast(noted, c => JournalAction.LoseSecret.Is(c) || JournalAction.NewSecret.Is(c)) is not { } last
            || !JournalAction.LoseSecret.Is(last))
        {
            return;
        }

        // A secret in the journal was received. A secret with another name, or an older one, was created by another user.
        var lost = (app.PasswordCredentials ?? []).Where(p => p.DisplayName == last.Target
            && p.StartDateTime >= last.At - ClockSkew
            && !Array.Exists(noted, c => JournalAction.NewSecret.Is(c)
                && c.After?.Contains(p.KeyId.ToString()!, StringComparison.OrdinalIgnoreCase) == true)).ToArray();
        var removal = new CredentialRemoval(session);
        foreach (var secret in new AppCredentials(session).Describe(app, used: null)
            .Where(s => Array.Exists(lost, p => s.KeyId == p.KeyId?.ToString())))
        {
            VerboseLog.Write($"The response with the {secret} was lost. Removing it and creating another one.");
            await removal.RemoveSecretAsync(secret, cancellationToken).ConfigureAwait(false);
        }

        app.PasswordCredentials = [.. (app.PasswordCredentials ?? []).Except(lost)];
    }
}
