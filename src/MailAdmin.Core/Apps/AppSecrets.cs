using System.Security;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;
using Microsoft.Graph.Models;

namespace MailAdmin.Core.Apps;

/// <summary>Adds a secret to an app. Existing secrets aren't changed.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/application-addpassword</remarks>
internal sealed class AppSecrets
{
    private readonly Session _session;
    private readonly AppDirectory _directory;
    private readonly SecretMaker _maker;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, or as an owner of the app with
    /// Application.ReadWrite.OwnedBy.</param>
    public AppSecrets(Session session) =>
        (_session, _directory, _maker) = (session, new AppDirectory(session), new SecretMaker(session));

    /// <summary>Creates a secret, and waits until sign-in with it succeeds.</summary>
    /// <param name="displayName">The display name of the secret.</param>
    /// <param name="months">The lifetime in months; null for six, or for the days that a policy of the tenant allows.</param>
    /// <param name="cancellationToken">Cancels the operation. The value of an already created secret is lost.</param>
    /// <returns>
    /// The app with the secret value, which isn't returned again. <see cref="MailAppRegistration.Pending"/> lists the pending
    /// work.
    /// </returns>
    /// <exception cref="InvalidRequestException">A policy caps the lifetime, or the app is registered in another
    /// tenant.</exception>
    /// <exception cref="ServiceRefusedException">
    /// The session isn't allowed to change the app, or a policy forbids secrets.
    /// </exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public Task<MailAppRegistration> MakeAsync(
        MailAppRegistration app, string displayName, int? months, CancellationToken cancellationToken) =>
        MakeLastingAsync(app, displayName, SecretLifetime.Of(months, "-Lifetime"), cancellationToken);

    /// <summary>Adds a secret with a lifetime that can be shortened if the user didn't specify it.</summary>
    internal async Task<MailAppRegistration> MakeLastingAsync(
        MailAppRegistration app, string displayName, SecretLifetime lifetime, CancellationToken cancellationToken)
    {
        var pending = new List<MailAdminPending>();
        var secret = await MakeAsync(
            new SecretOwner(AppDirectory.OwnId(app), app.ClientId, app.Name), displayName, lifetime, pending,
            cancellationToken).ConfigureAwait(false);
        var result = _directory.WithSecret(_directory.Changed(app, ChangeKind.Created, []), secret);
        try
        {
            if (await ProveAsync(result, cancellationToken).ConfigureAwait(false) is { } notYet)
            {
                pending.Add(notYet);
            }
        }
        catch (MailAdminException e)
        {
            // The secret value is returned only now, so the caller must get it even if the test fails.
            pending.Add($"The new secret couldn't be tested: {e.Message}");
        }

        return result with { Pending = [.. pending] };
    }

    /// <summary>Returns the newest secret that the session created for an app.</summary>
    /// <returns>The secret; null if the session created none, or removed it.</returns>
    public static SecureString? Held(Session session, MailAppRegistration app) => session.Secrets.Of(app.ClientId)?.Text;

    internal Task<PasswordCredential> MakeAsync(
        SecretOwner owner, string displayName, SecretLifetime lifetime, List<MailAdminPending> pending,
        CancellationToken cancellationToken) =>
        _maker.MakeAsync(owner, displayName, lifetime, pending, cancellationToken);

    /// <summary>Signs in with the app's secret.</summary>
    /// <returns>Null if it succeeded; otherwise the pending work.</returns>
    internal async Task<string?> ProveAsync(MailAppRegistration app, CancellationToken cancellationToken)
    {
        if (app.ServicePrincipalObjectId is null)
        {
            return "The new secret wasn't tested because the app has no service principal in this tenant.";
        }

        var (token, refusal) = await SignInProof.WaitAsync(
            _session, app.ClientId, $"A sign-in of {app.Name} with the new secret",
            new AppCredential.ClientSecret(app.ClientSecret!),
            _session.Cloud.GraphScope, _ => true, cancellationToken).ConfigureAwait(false);
        if (token is null)
        {
            return SignInProof.NotYet(refusal);
        }

        // The service counts this sign-in as a use; the product's first sign-in is later.
        _session.Note(new ChangeNote(JournalAction.ProveCredential, app.ClientId, app.SecretId ?? "", null, "signed in"));
        return null;
    }
}
