using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using Microsoft.Graph.Applications.Item.RemovePassword;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Which credentials of an app are meant to be removed.</summary>
internal sealed record CredentialChoice
{
    /// <summary>Those with these ids.</summary>
    public IReadOnlyList<string> KeyIds { get; init; } = [];

    /// <summary>Credentials that are older than the newest valid one of their kind.</summary>
    public bool Superseded { get; init; }

    /// <summary>Those that have ended.</summary>
    public bool Expired { get; init; }

    /// <summary>Whether the last valid credential can be removed.</summary>
    public bool Force { get; init; }
}

/// <summary>Removes secrets and certificates from an app, after it lists them with reasons against the removal.</summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/application-removepassword,
/// https://learn.microsoft.com/graph/api/application-update (keyCredentials)
/// </remarks>
internal sealed class CredentialRemoval
{
    /// <summary>The maximum difference between the clocks of this computer and of the service.</summary>
    private static readonly TimeSpan ProofSkew = TimeSpan.FromMinutes(5);

    /// <summary>The delay until the service reports a sign-in.</summary>
    /// <remarks>https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-latencies</remarks>
    private static readonly TimeSpan ReportDelay = TimeSpan.FromDays(1);

    private readonly Session _session;
    private readonly AppDirectory _directory;
    private readonly AppCredentials _credentials;

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, or as an owner of the app with
    /// Application.ReadWrite.OwnedBy.</param>
    public CredentialRemoval(Session session) =>
        (_session, _directory, _credentials) = (session, new AppDirectory(session), new AppCredentials(session));

    /// <summary>Selects the credentials. No change is made.</summary>
    /// <param name="choice">Which of its credentials.</param>
    /// <returns>The credentials, and a sentence for each thing that speaks against removing them.</returns>
    /// <exception cref="InvalidRequestException">
    /// An ID is unknown, no valid credential would remain, or a rotation isn't finished.
    /// </exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read the app.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<(IReadOnlyList<MailAppCredential> Credentials, IReadOnlyList<string> Warnings)> FindAsync(
        MailAppRegistration app, CredentialChoice choice, CancellationToken cancellationToken)
    {
        var registration = await _directory.ReadApplicationAsync(app, null, cancellationToken).ConfigureAwait(false);
        var used = choice.Superseded
            ? await CredentialActivity.ReadAsync(_session, app.ClientId, cancellationToken).ConfigureAwait(false)
            : null;
        var all = _credentials.Describe(registration, used);
        var now = _session.Wire.Time.GetUtcNow();
        foreach (var keyId in choice.KeyIds.Where(id => !all.Any(c => IsSame(c.KeyId, id))))
        {
            throw new InvalidRequestException("CredentialNotFound", $"The app '{app.Name}' has no credential '{keyId}'.")
            {
                Target = keyId,
                Advice = "To list the credentials, run Get-MailAppCredential. The credential might already have been removed.",
            };
        }

        var warnings = new List<string>();
        var superseded = choice.Superseded ? Superseded(registration, all, now, used is not null, warnings) : [];
        MailAppCredential[] chosen =
        [
            .. all.Where(
                c => superseded.Contains(c) || (choice.Expired && AppCredentials.HasEnded(c, now))
                    || choice.KeyIds.Any(id => IsSame(id, c.KeyId))),
        ];
        if (!choice.Force && chosen.Any(c => AppCredentials.Lasts(c, now))
            && !all.Except(chosen).Any(c => AppCredentials.Lasts(c, now)))
        {
            throw new InvalidRequestException("LastCredential", "Can't remove the last valid credential of "
                + $"'{app.Name}' because the app could no longer sign in.")
            {
                Target = app.ClientId,
                Advice = "Create another one first with Update-MailAppSecret or New-MailAppCertificate, or use -Force.",
            };
        }

        return (chosen, warnings);
    }

    /// <summary>Removes one credential.</summary>
    /// <param name="credential">One that <see cref="FindAsync"/> found.</param>
    /// <returns>The credential, its change Removed; Pending while the app still shows it.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change the app.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<MailAppCredential> RemoveAsync(
        MailAppRegistration app, MailAppCredential credential, CancellationToken cancellationToken)
    {
        if (credential.Kind == CredentialKind.Secret)
        {
            await RemoveSecretAsync(credential, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var present = await _directory.ReadApplicationAsync(
                app, KeyCredentials.Select, cancellationToken).ConfigureAwait(false);
            var patch = new App
            {
                KeyCredentials = [.. (present.KeyCredentials ?? []).Where(k => !IsSame(k.KeyId.ToString(), credential.KeyId))],
            };
            await _session.ChangeAsync(
                NoteOf(JournalAction.RemoveCertificate, credential),
                g => g.Applications[present.Id].PatchAsync(patch, cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        var isGone = await _session.IsShownAsync("The removal of the credential", async ct =>
        {
            var now = await _session.CallGraphAsync(g => g.Applications[credential.ApplicationObjectId].GetAsync(
                r => r.QueryParameters.Select = ["id", "passwordCredentials", "keyCredentials"], ct)).ConfigureAwait(false);
            return (now?.PasswordCredentials ?? []).Select(static c => c.KeyId)
                .Concat((now?.KeyCredentials ?? []).Select(static c => c.KeyId))
                .All(id => !IsSame(id.ToString(), credential.KeyId));
        }, cancellationToken).ConfigureAwait(false);
        return credential with { Change = isGone ? ChangeKind.Removed : ChangeKind.Pending };
    }

    internal async Task RemoveSecretAsync(MailAppCredential secret, CancellationToken cancellationToken)
    {
        await _session.ChangeAsync(
            NoteOf(JournalAction.RemoveSecret, secret),
            g => g.Applications[secret.ApplicationObjectId].RemovePassword.PostAsync(
                new RemovePasswordPostRequestBody { KeyId = Guid.Parse(secret.KeyId) },
                cancellationToken: cancellationToken)).ConfigureAwait(false);
        _session.Secrets.Forget(secret.ClientId, secret.KeyId);
    }

    private static ChangeNote NoteOf(JournalAction action, MailAppCredential credential) => new(
        action, credential.ClientId, credential.App,
        CredentialChanges.Describe(credential.Thumbprint ?? credential.KeyId, credential.ExpiresAt));

    private HashSet<MailAppCredential> Superseded(
        App registration, IReadOnlyList<MailAppCredential> all, DateTimeOffset now, bool isReported, List<string> warnings)
    {
        var superseded = new HashSet<MailAppCredential>();
        foreach (var kind in all.GroupBy(c => c.Kind))
        {
            var newest = kind.Where(c => AppCredentials.Lasts(c, now)).MaxBy(c => c.StartsAt);
            if (newest is null || !kind.Any(c => c.StartsAt < newest.StartsAt))
            {
                continue;
            }

            if (RotationTag.IsUnfinished(registration, newest))
            {
                throw new InvalidRequestException(
                    "RotationUnfinished",
                    $"The newest {newest} was created by a rotation that was interrupted before it was stored.")
                {
                    Target = newest.KeyId,
                    Advice = "Run Update-MailAppSecret again first, because the older secret is in use.",
                };
            }

            superseded.UnionWith(kind.Where(c => c.StartsAt < newest.StartsAt));
            if (Unused(newest, now, isReported) is { } warning)
            {
                warnings.Add(warning);
            }
        }

        return superseded;
    }

    /// <summary>
    /// Returns why the use of a credential by a product isn't confirmed; null if it is. The sign-in that tested the credential
    /// doesn't count, and the service reports a use only after hours.
    /// </summary>
    private string? Unused(MailAppCredential newest, DateTimeOffset now, bool isReported)
    {
        var proved = _session.Journal.Read()
            .Where(c => JournalAction.ProveCredential.Is(c) && IsSame(c.Target, newest.KeyId))
            .Select(c => (DateTimeOffset?)c.At).Max();
        if (newest.LastUsedAt is { } used && (proved is null || used > proved + ProofSkew))
        {
            return null;
        }

        const string Consequence = "Programs that still sign in with an older one will be rejected.";
        if (!isReported)
        {
            return $"The newer {newest} might not be in use, because the service doesn't return the last use. {Consequence}";
        }

        return now - newest.StartsAt < ReportDelay
            ? $"The newer {newest} might not be in use, because the service returns the last use only after hours. "
                + Consequence
            : $"The newer {newest} hasn't been used yet{(proved is null ? "" : ", except in its own test")}. {Consequence}";
    }

    private static bool IsSame(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
