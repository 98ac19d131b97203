using System.Security;
using MailAdmin.Core.Base;
using MailAdmin.Core.Journal;
using MailAdmin.Core.Service;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>
/// Replaces an app's secret in two steps. <see cref="BeginAsync"/> creates and tests the new secret, the caller stores it, and
/// <see cref="FinishAsync"/> records that it was stored. The old secret isn't removed, and there are never more than two valid
/// secrets. A later run continues an interrupted one: the service returns a secret value only once, so a secret that wasn't
/// stored is removed before another is created.
/// </summary>
/// <remarks>
/// https://learn.microsoft.com/graph/api/application-addpassword,
/// https://learn.microsoft.com/graph/api/application-removepassword, https://learn.microsoft.com/graph/api/application-update
/// (tags)
/// </remarks>
internal sealed class SecretRotation
{
    private readonly Session _session;
    private readonly AppDirectory _directory;
    private readonly AppCredentials _credentials;
    private readonly AppSecrets _secrets;
    private readonly CredentialRemoval _removal;

    /// <summary>The default lifetime of the new secret, in months; null for the lifetime of the old one.</summary>
    public int? Usual { get; init; }

    /// <summary>Works with a session.</summary>
    /// <param name="session">Signed in with Application.ReadWrite.All, or as an owner of the app with
    /// Application.ReadWrite.OwnedBy.</param>
    public SecretRotation(Session session)
    {
        _session = session;
        _directory = new AppDirectory(session);
        _credentials = new AppCredentials(session);
        _secrets = new AppSecrets(session);
        _removal = new CredentialRemoval(session);
    }

    /// <summary>Creates the new secret and waits until sign-in with it succeeds.</summary>
    /// <param name="app">The app.</param>
    /// <param name="months">
    /// The lifetime in months; null for <see cref="Usual"/>, or for the days that a policy of the tenant allows.
    /// </param>
    /// <param name="held">The stored secret, if it can be read; otherwise null.</param>
    /// <param name="cancellationToken">Cancels the operation. The next run continues.</param>
    /// <returns>
    /// The app with the new secret, to be stored now. Without a secret (Unchanged) if an earlier run stored the newest one and an
    /// older one is still valid.
    /// </returns>
    /// <exception cref="InvalidRequestException">
    /// The app has several valid secrets that weren't created by a rotation, the new one isn't accepted in time, a policy limits
    /// the lifetime, or the app is registered in another tenant.
    /// </exception>
    /// <exception cref="ServiceRefusedException">
    /// The session isn't allowed to change the app, or a policy forbids secrets.
    /// </exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    public async Task<MailAppRegistration> BeginAsync(
        MailAppRegistration app, int? months, SecureString? held, CancellationToken cancellationToken)
    {
        var registration = await _directory.ReadApplicationAsync(app, null, cancellationToken).ConfigureAwait(false);
        var now = _session.Wire.Time.GetUtcNow();
        var lasting = _credentials.Describe(registration, null)
            .Where(c => c.Kind == CredentialKind.Secret && AppCredentials.Lasts(c, now)).OrderBy(c => c.StartsAt).ToList();
        if (lasting.Count > 1 && lasting[^1] is var newest && RotationTag.IsUnfinished(registration, newest))
        {
            if (IsHeld(held, newest, lasting[..^1]))
            {
                await MarkAsync(registration, newest.KeyId, cancellationToken).ConfigureAwait(false);
                return Unchanged(app, newest);
            }

            VerboseLog.Write($"The {newest} wasn't stored. Removing it and creating another one.");
            await _removal.RemoveSecretAsync(newest, cancellationToken).ConfigureAwait(false);
            lasting.Remove(newest);
        }

        if (lasting.Count > 1)
        {
            return lasting.Count == 2 && RotationTag.IsHandedOver(registration, lasting[1].KeyId)
                ? Unchanged(app, lasting[1])
                : throw TooMany(app, lasting.Count);
        }

        var pending = new List<MailAdminPending>();
        var secret = await _secrets.MakeAsync(
            new SecretOwner(registration.Id!, app.ClientId, app.Name), RotationTag.NameOf(now),
            SecretLifetime.Of(months, "-Lifetime", Usual ?? MonthsOf(lasting.LastOrDefault())), pending,
            cancellationToken).ConfigureAwait(false);
        if (lasting.Count == 1)
        {
            pending.Add(
                $"The older {lasting[0]} is still valid. When the new one is in use, remove it with "
                    + "Remove-MailAppCredential -Superseded.");
        }

        var renewed = _directory.WithSecret(_directory.Changed(app, ChangeKind.Updated, pending), secret);
        return await _secrets.ProveAsync(renewed, cancellationToken).ConfigureAwait(false) is not { } notYet ? renewed
            : throw new InvalidRequestException(
                "NewSecretNotAccepted", $"The new secret of '{app.Name}' wasn't stored: {notYet}")
            {
                Target = app.ClientId,
                Advice = "Run the command again in a few minutes. It replaces the new secret. The old one wasn't changed.",
            };
    }

    /// <summary>Records on the registration that the new secret was stored.</summary>
    /// <param name="renewed">The app as <see cref="BeginAsync"/> gave it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether the registration shows the note. If it doesn't, the next rotation replaces the new secret.</returns>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to change the app.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async Task<bool> FinishAsync(MailAppRegistration renewed, CancellationToken cancellationToken)
    {
        await MarkAsync(
            await _directory.ReadApplicationAsync(renewed, null, cancellationToken).ConfigureAwait(false), renewed.SecretId!,
            cancellationToken).ConfigureAwait(false);
        return await _session.IsShownAsync("The note that the secret was stored", async ct => RotationTag.IsHandedOver(
            await _directory.ReadApplicationAsync(renewed, null, ct).ConfigureAwait(false), renewed.SecretId!),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the lifetime of a secret from its start to its expiration, in months.</summary>
    private static int? MonthsOf(MailAppCredential? secret) =>
        secret is { StartsAt: { } from, ExpiresAt: { } until }
        ? Math.Clamp((int)Math.Round((until - from).TotalDays / 30.44), 1, 24) : null;

    private async Task MarkAsync(App registration, string keyId, CancellationToken cancellationToken)
    {
        var patch = new App { Tags = RotationTag.TagsWith(registration, keyId) };
        var note = new ChangeNote(
            JournalAction.StoreSecret, registration.AppId, registration.DisplayName ?? "", null, keyId);
        await Replication.WhenVisibleAsync(_session.Wire, "The app registration", () => _session.ChangeAsync(
            note, g => g.Applications[registration.Id].PatchAsync(patch, cancellationToken: cancellationToken)),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns whether the stored secret is the newest one: the service shows three characters of each.</summary>
    private static bool IsHeld(SecureString? held, MailAppCredential newest, IEnumerable<MailAppCredential> older) =>
        held is not null && newest.Hint is { Length: > 0 } hint && !older.Any(o => o.Hint == hint)
        && Secret.Reveal(held).StartsWith(hint, StringComparison.Ordinal);

    private MailAppRegistration Unchanged(MailAppRegistration app, MailAppCredential newest) => _directory.WithSecret(
        _directory.Changed(app, ChangeKind.Unchanged,
        [
            $"The {newest} is already stored, and an older secret is still valid. Remove the older one with "
                + "Remove-MailAppCredential -Superseded before the next rotation.",
        ]),
        new() { KeyId = Guid.Parse(newest.KeyId), EndDateTime = newest.ExpiresAt });

    private static InvalidRequestException TooMany(MailAppRegistration app, int count) =>
        new("TooManySecrets",
            $"Can't rotate the secret of '{app.Name}' because it has {count} valid secrets. A rotation keeps only the "
                + "old and the new one.")
    {
        Target = app.ClientId,
        Advice = "Find out which one is in use with Get-MailAppCredential. Remove the others with "
            + "Remove-MailAppCredential -KeyId.",
    };
}
