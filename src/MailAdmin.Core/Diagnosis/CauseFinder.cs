using MailAdmin.Core.Access;
using MailAdmin.Core.Apps;
using MailAdmin.Core.Base;
using MailAdmin.Core.Connections;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Diagnosis;

/// <summary>Represents the configuration of a connection in Entra and Exchange.</summary>
/// <param name="Denied">The one thing that denies it; null if nothing does.</param>
/// <param name="IsAllowed">Whether it was read that all of it is allowed; false if it can't be read.</param>
/// <param name="ConclusiveAfter">From when on it counts; null for now.</param>
internal sealed record CauseFound(MailCheck? Denied, bool IsAllowed, DateTimeOffset? ConclusiveAfter = null)
{
    /// <summary>The configuration can't be read, with or without a session.</summary>
    public static CauseFound NotReadable { get; } = new(null, false);

    /// <summary>The mailbox in Exchange Online; null if there is none, or it wasn't read.</summary>
    public ExchangeMailbox? Mailbox { get; init; }
}

/// <summary>
/// Finds the cause of a refusal from Entra and Exchange, if the session can read them: the app and its credentials, the services,
/// the mailbox, and its access configuration.
/// </summary>
/// <param name="connection">The connection that was refused.</param>
internal sealed class CauseFinder(MailboxConnection connection)
{
    /// <summary>The reasons of refused sign-ins that the app's configuration can make more specific.</summary>
    private static readonly MailCheckReason[] OfApps =
    [
        MailCheckReason.AppNotFound, MailCheckReason.ServicePrincipalMissing, MailCheckReason.AppDisabled,
        MailCheckReason.CredentialWrong, MailCheckReason.CredentialExpired, MailCheckReason.ResourceMissing,
        MailCheckReason.ResourceDisabled,
    ];

    private readonly Session? _session = SessionOf(connection);

    /// <summary>Whether there is a session of the connection's tenant.</summary>
    public bool HasSession => _session is not null;

    /// <summary>Returns the cause of a sign-in that Entra refused.</summary>
    public Task<CauseFound> OfSignInAsync(ServiceRefusedException refused, CancellationToken cancellationToken)
    {
        if (_session is not { } session)
        {
            return Task.FromResult(CauseFound.NotReadable);
        }

        return connection.Person is null
            ? OfApps.Contains(refused.Reason)
                ? TryAsync(() => SignInAsync(session, cancellationToken)) : Task.FromResult(CauseFound.NotReadable)
            : refused.Reason is MailCheckReason.AccountBlocked or MailCheckReason.AccountNotFound
                ? TryAsync(() => AccountState.FindAsync(session, connection, cancellationToken))
                : Task.FromResult(CauseFound.NotReadable);
    }

    /// <summary>Adds to a refused sign-in the policy that blocked it, where one can be the cause.</summary>
    public Task<MailCheck> OfPolicyAsync(MailCheck refused, CancellationToken cancellationToken) =>
        SignInPolicy.CanExplain(refused) ? new SignInPolicy(_session, connection).ExplainAsync(refused, cancellationToken)
            : Task.FromResult(refused);

    /// <summary>Whether the user of the mailbox has a license; null if it can't be read.</summary>
    public async Task<MailCheck?> LicenseAsync(ExchangeMailbox mailbox, CancellationToken cancellationToken) =>
        (await ReadAsync(
            async s => [await MailboxLicense.CheckAsync(s, mailbox, cancellationToken).ConfigureAwait(false)])
            .ConfigureAwait(false)).FirstOrDefault();

    /// <summary>Returns the checks of size, retention, and forwarding; empty if they can't be read.</summary>
    public Task<IReadOnlyList<MailCheck>> HealthAsync(ExchangeMailbox mailbox, CancellationToken cancellationToken) =>
        ReadAsync(async s =>
        [
            .. HealthChecks.Of(
                await MailboxHealth.ReadAsync(s, mailbox, cancellationToken).ConfigureAwait(false), mailbox.Address),
        ]);

    private async Task<IReadOnlyList<MailCheck>> ReadAsync(Func<Session, Task<IReadOnlyList<MailCheck>>> read)
    {
        try
        {
            return _session is null ? [] : await read(_session).ConfigureAwait(false);
        }
        catch (MailAdminException e)
        {
            VerboseLog.Write($"The state of the mailbox can't be determined: {e.Message}");
            return [];
        }
    }

    /// <summary>Returns the cause of a refused mailbox access; or that access is granted as configured.</summary>
    /// <param name="sends">Whether it is about sending.</param>
    /// <param name="token">The token that was used; null if it isn't known.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<CauseFound> OfMailboxAsync(bool sends, AccessToken? token, CancellationToken cancellationToken) =>
        _session is null ? Task.FromResult(CauseFound.NotReadable)
            : TryAsync(() => MailboxAsync(_session, sends, token, cancellationToken));

    private static async Task<CauseFound> TryAsync(Func<Task<CauseFound>> look)
    {
        try
        {
            return await look().ConfigureAwait(false);
        }
        catch (MailAdminException e)
        {
            VerboseLog.Write($"The cause can't be determined: {e.Message}");
            return CauseFound.NotReadable;
        }
    }

    private async Task<CauseFound> SignInAsync(Session session, CancellationToken cancellationToken)
    {
        var to = new AccessRemedies(connection.ClientId, connection.Mailbox);
        var app = await new AppLookup(session).FindAsync(connection.ClientId, cancellationToken).ConfigureAwait(false);
        if (app is null)
        {
            return new CauseFound(
                new MailCheck("Token", CheckStatus.Failed)
                {
                    Reason = MailCheckReason.AppNotFound,
                    Cause = $"The tenant has no app with the client ID {connection.ClientId}.",
                    Advice = "Use the client ID of an app of this tenant. To list the apps, run "
                        + "Get-MailAppRegistration. A deleted app can be restored for 30 days.",
                    Remedy = new Remedy("Get-MailAppRegistration") { RequiredRole = "Directory Readers" },
                },
                IsAllowed: false);
        }

        var state = await AppState.CheckAsync(session, app, to, cancellationToken).ConfigureAwait(false);
        return state.Status == CheckStatus.Failed
            ? new CauseFound(state, IsAllowed: false)
            : new CauseFound(await CredentialAsync(session, app, cancellationToken).ConfigureAwait(false), IsAllowed: true);
    }

    /// <summary>Whether the app has a credential of the kind that was used.</summary>
    private async Task<MailCheck?> CredentialAsync(
        Session session, MailAppRegistration app, CancellationToken cancellationToken)
    {
        var kind = connection.CredentialType == "Certificate" ? CredentialKind.Certificate : CredentialKind.Secret;
        var (word, cmdlet) = kind == CredentialKind.Certificate
            ? ("certificate", "New-MailAppCertificate") : ("secret", "New-MailAppSecret");
        var all = new List<MailAppCredential>();
        await foreach (var one in new AppCredentials(session).ListAsync(app, cancellationToken).ConfigureAwait(false))
        {
            all.Add(one);
        }

        var now = session.Wire.Time.GetUtcNow();
        var own = all.Where(c => c.Kind == kind).ToArray();
        if (own.Any(c => !AppCredentials.HasEnded(c, now)))
        {
            return null;
        }

        return new MailCheck("Token", CheckStatus.Failed)
        {
            Reason = own.Length == 0 ? MailCheckReason.CredentialWrong : MailCheckReason.CredentialExpired,
            Cause = own.Length == 0 ? $"The app has no {word}."
                : $"All {word}s of the app have expired, the last on {own.Max(c => c.ExpiresAt):yyyy-MM-dd}.",
            Advice = $"Create a new {word}, and store it where the product reads it. Get-MailAppCredential lists what has "
                + "expired and what expires next.",
            Remedy = new Remedy($"{cmdlet} -App {CommandText.Of(app.ClientId)}")
            {
                RequiredRole = "Cloud Application Administrator",
            },
        };
    }

    private async Task<CauseFound> MailboxAsync(
        Session session, bool sends, AccessToken? token, CancellationToken cancellationToken)
    {
        var state = await MailboxState.FindAsync(session, connection.Mailbox, cancellationToken).ConfigureAwait(false);
        if (state.Mailbox is not { } mailbox)
        {
            return new CauseFound(
                new MailCheck("Mailbox", CheckStatus.Failed)
                {
                    Reason = state.Reason, Cause = state.Cause, Advice = state.Advice,
                },
                IsAllowed: false);
        }

        if (connection.Person is not null)
        {
            var found = await new PersonAccess(session, connection, mailbox).FindAsync(sends, token, cancellationToken)
                .ConfigureAwait(false);
            return found with { Mailbox = mailbox };
        }

        var app = await new AppLookup(session).FindAsync(connection.ClientId, cancellationToken).ConfigureAwait(false);
        if (app is null)
        {
            return CauseFound.NotReadable with { Mailbox = mailbox };
        }

        var test = await new EffectiveAccess(session) { Deep = true }.TestAsync(
            new AppFacts(session, app), mailbox, connection.Protocol, null, cancellationToken).ConfigureAwait(false);
        var answer = connection.Protocol switch
        {
            MailProtocol.Imap => test.Imap,
            MailProtocol.Smtp => test.Smtp,
            _ => sends ? test.GraphSend : test.Graph,
        };
        return answer.HasAccess switch
        {
            false => new CauseFound(answer.Decisive, IsAllowed: false, answer.ConclusiveAfter) { Mailbox = mailbox },
            true => new CauseFound(null, IsAllowed: true, answer.ConclusiveAfter) { Mailbox = mailbox },
            null => CauseFound.NotReadable with { Mailbox = mailbox },
        };
    }

    /// <summary>The session, if it is one of the connection's tenant, and administers there.</summary>
    public static Session? SessionOf(MailboxConnection connection) =>
        connection.Server is null && MailboxAccess.SessionOf(connection) is { } session
            && (Same(connection.TenantId, session.TenantId) || Same(connection.TenantId, session.Tokens.Tenant))
            ? session : null;

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
