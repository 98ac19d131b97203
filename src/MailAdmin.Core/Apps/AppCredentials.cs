using System.Runtime.CompilerServices;
using MailAdmin.Core.Service;
using App = Microsoft.Graph.Models.Application;

namespace MailAdmin.Core.Apps;

/// <summary>Reads the secrets and certificates of apps, with their last use if the service returns it.</summary>
/// <remarks>https://learn.microsoft.com/graph/api/application-list</remarks>
internal sealed class AppCredentials
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly Session _session;
    private readonly AppDirectory _directory;

    /// <summary>Reads with a session.</summary>
    /// <param name="session">Signed in with Application.Read.All; to see the last use, with AuditLog.Read.All, too.</param>
    public AppCredentials(Session session) => (_session, _directory) = (session, new AppDirectory(session));

    /// <summary>The credentials of one app, or of every app that is registered in the tenant.</summary>
    /// <param name="app">The app; null for all.</param>
    /// <returns>The credentials, for each app in the order of their ends.</returns>
    /// <exception cref="InvalidRequestException">The app is registered in another tenant.</exception>
    /// <exception cref="ServiceRefusedException">The session isn't allowed to read apps.</exception>
    /// <exception cref="ConnectionLostException">Graph couldn't be reached.</exception>
    public async IAsyncEnumerable<MailAppCredential> ListAsync(
        MailAppRegistration? app, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var used = await CredentialActivity.ReadAsync(_session, app?.ClientId, cancellationToken).ConfigureAwait(false);
        if (app is not null)
        {
            foreach (var credential in Describe(
                await _directory.ReadApplicationAsync(app, null, cancellationToken).ConfigureAwait(false), used))
            {
                yield return credential;
            }

            yield break;
        }

        await foreach (var found in _directory.FindApplicationsAsync(null, cancellationToken).ConfigureAwait(false))
        {
            foreach (var credential in Describe(found, used))
            {
                yield return credential;
            }
        }
    }

    /// <summary>
    /// Returns the credentials of a registration for signing in, including expired ones. Keys for other purposes are skipped.
    /// </summary>
    internal IReadOnlyList<MailAppCredential> Describe(App app, IReadOnlyDictionary<string, DateTimeOffset>? used)
    {
        var now = _session.Wire.Time.GetUtcNow();
        MailAppCredential Make(
            CredentialKind kind, string keyId, string? name, DateTimeOffset? start, DateTimeOffset? end, string? hint,
            string? thumbprint) => new()
        {
            App = app.DisplayName ?? "",
            ClientId = app.AppId!,
            ApplicationObjectId = app.Id!,
            Kind = kind,
            DisplayName = name,
            KeyId = keyId,
            StartsAt = start?.ToUniversalTime(),
            ExpiresAt = end?.ToUniversalTime(),
            DaysLeft = end is { } last ? (int)Math.Floor((last - now).TotalDays) : null,
            Hint = hint,
            Thumbprint = thumbprint,
            LastUsedAt = used is not null && used.TryGetValue(keyId, out var at) ? at : null,
        };

        return
        [
            .. (app.PasswordCredentials ?? [])
                .Select(p =>
                    Make(CredentialKind.Secret, p.KeyId.ToString()!, p.DisplayName, p.StartDateTime, p.EndDateTime, p.Hint, null))
                .Concat((app.KeyCredentials ?? []).Where(k => k.Usage is null or "Verify")
                    .Select(k =>
                        Make(CredentialKind.Certificate, k.KeyId.ToString()!, k.DisplayName, k.StartDateTime, k.EndDateTime, null,
                        k.CustomKeyIdentifier is { } id ? Convert.ToHexString(id) : null)))
                .OrderBy(c => c.ExpiresAt),
        ];
    }

    /// <summary>Whether a credential is good now, the service's clock being a little ahead or not.</summary>
    internal static bool Lasts(MailAppCredential credential, DateTimeOffset now) =>
        !HasEnded(credential, now) && !(credential.StartsAt > now + Skew);

    /// <summary>Whether a credential is past its end.</summary>
    internal static bool HasEnded(MailAppCredential credential, DateTimeOffset now) => credential.ExpiresAt <= now;
}
