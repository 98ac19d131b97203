using System.Security;
using System.Security.Cryptography.X509Certificates;
using MailAdmin.Core.Base;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Connections;

/// <summary>Creates connections from apps, sessions, and parameters.</summary>
internal static class MailboxConnections
{
    /// <summary>A mailbox as an app.</summary>
    /// <param name="app">The app; it leads to the tenant that it was read from.</param>
    /// <param name="mailbox">Id, user principal name or any address.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="session">
    /// The session for an app object that was read from a file, which has no tenant; null for the real service.
    /// </param>
    /// <param name="secret">The app's secret, when the object doesn't carry it.</param>
    /// <param name="certificate">
    /// The app's certificate, if the object doesn't contain it. It takes precedence over a secret.
    /// </param>
    /// <param name="mailboxId">The mailbox's object ID for Graph; null if it's unknown.</param>
    /// <param name="primary">The primary address for IMAP; null if it's unknown.</param>
    /// <returns>The connection; nothing was sent.</returns>
    public static MailboxConnection As(
        MailAppRegistration app, string mailbox, MailProtocol protocol = MailProtocol.Graph, Session? session = null,
        SecureString? secret = null, X509Certificate2? certificate = null, string? mailboxId = null, string? primary = null)
    {
        var at = app.Handle as Session ?? session;
        var key = certificate ?? (secret is null ? app.Certificate : null);
        return new MailboxConnection
        {
            TenantId = app.TenantId,
            ClientId = app.ClientId,
            Mailbox = mailbox,
            MailboxId = mailboxId,
            PrimarySmtpAddress = primary,
            Protocol = protocol,
            Environment = at?.Cloud.Environment ?? MailEnvironment.Global,
            ClientSecret = key is null ? secret ?? app.ClientSecret : null,
            Certificate = key,
            Handle = at,
        };
    }

    /// <summary>A mailbox as who is signed in.</summary>
    /// <param name="session">The session of that user.</param>
    /// <param name="mailbox">Id, user principal name or any address.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="mailboxId">The mailbox's object ID for Graph; null if it's unknown.</param>
    /// <param name="primary">The primary address for IMAP; null if it's unknown.</param>
    /// <returns>The connection; nothing was sent. See <see cref="CheckSignedInAsync"/>.</returns>
    public static MailboxConnection AsSignedIn(
        Session session, string mailbox, MailProtocol protocol, string? mailboxId = null, string? primary = null) => new()
        {
            TenantId = session.TenantId,
            ClientId = session.ClientId,
            Mailbox = mailbox,
            MailboxId = mailboxId,
            PrimarySmtpAddress = primary,
            Protocol = protocol,
            Environment = session.Cloud.Environment,
            IsSignedIn = true,
            Handle = session,
        };

    /// <summary>Determines whether the signed-in account can open a mailbox.</summary>
    /// <exception cref="InvalidRequestException">No (AppRequired).</exception>
    /// <exception cref="ServiceRefusedException">No token.</exception>
    /// <exception cref="ConnectionLostException">The service couldn't be reached.</exception>
    /// <remarks>
    /// https://learn.microsoft.com/exchange/permissions-exo/application-rbac: a role that Exchange assigned to an app isn't in
    /// its token, so the mailbox is queried. It applies only to Graph.
    /// </remarks>
    public static async Task CheckSignedInAsync(MailboxConnection connection, CancellationToken cancellationToken)
    {
        var session = (Session)connection.Handle!;
        var isGraph = connection.Protocol == MailProtocol.Graph;
        var token = await session.Tokens.GetAsync(
            isGraph ? session.Cloud.GraphScope : session.Cloud.ExchangeScope, fresh: false,
            cancellationToken).ConfigureAwait(false);
        var permission = isGraph ? "Mail." : $"{connection.Protocol.ToString().ToUpperInvariant()}.";
        if (!token.IsReadable || token.Roles.Concat(token.Scopes).Any(p => p.StartsWith(permission, StringComparison.Ordinal)))
        {
            return;
        }

        if (isGraph && token.Scopes.Count == 0)
        {
            try
            {
                var store = MailboxAccess.Open(connection);
                await using (store.ConfigureAwait(false))
                {
                    await store.FindFolderAsync("Inbox", cancellationToken, counted: false).ConfigureAwait(false);
                    return;
                }
            }
            catch (ServiceRefusedException e) when (e.IsDenied)
            {
                VerboseLog.Write($"{session.Account} can't access {connection.Mailbox}: {e.Message}");
            }
        }

        throw new InvalidRequestException(
            "AppRequired", $"{session.Account} can't access {connection.Mailbox} over {connection.Protocol}.")
        {
            Target = connection.Mailbox,
            Advice = "Specify an app with -App. To list the apps that can access the mailbox, run Get-MailAppAccess "
                + $"-Mailbox {connection.Mailbox}. To use your own permissions, run New-MailboxConnection "
                + "-Delegated.",
        };
    }

    /// <summary>A mailbox with ids and a credential.</summary>
    /// <param name="tenantId">The tenant's ID or one of its domains.</param>
    /// <param name="clientId">The app's client ID.</param>
    /// <param name="mailbox">Id, user principal name or any address.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="environment">The cloud; null for that of the session.</param>
    /// <param name="session">The session with the destination; null for the real service.</param>
    /// <param name="secret">A secret of the app.</param>
    /// <param name="certificate">A certificate of the app.</param>
    /// <param name="mailboxId">The mailbox's object ID for Graph; null if it's unknown.</param>
    /// <param name="primary">The primary address for IMAP; null if it's unknown.</param>
    /// <returns>The connection; nothing was sent.</returns>
    public static MailboxConnection With(
        string tenantId, string clientId, string mailbox, MailProtocol protocol, MailEnvironment? environment, Session? session,
        SecureString? secret, X509Certificate2? certificate, string? mailboxId = null, string? primary = null) => new()
        {
            TenantId = tenantId,
            ClientId = clientId,
            Mailbox = mailbox,
            MailboxId = mailboxId,
            PrimarySmtpAddress = primary,
            Protocol = protocol,
            Environment = environment ?? session?.Cloud.Environment ?? MailEnvironment.Global,
            ClientSecret = secret,
            Certificate = certificate,
            Handle = session,
        };

    /// <summary>
    /// Creates connections to mailboxes for a user, who signs in now. Each mailbox is the user's own, or one that the user can
    /// open.
    /// </summary>
    /// <param name="tenantId">The tenant's ID or one of its domains; null for the person's own.</param>
    /// <param name="mailboxes">Id, user principal name or any address of each.</param>
    /// <param name="protocol">The protocol.</param>
    /// <param name="environment">The cloud; null for that of the session.</param>
    /// <param name="session">The session with the destination; null for the real service.</param>
    /// <param name="clientId">The tenant's own client; null for Microsoft's.</param>
    /// <param name="signIn">Creates the sign-in from the permissions to request.</param>
    /// <param name="user">The user who signs in, a user principal name; null for the mailbox's owner.</param>
    /// <returns>The connections; they share the sign-in.</returns>
    /// <exception cref="ServiceRefusedException">Entra refused the sign-in, or the user canceled it.</exception>
    /// <exception cref="ConnectionLostException">Entra couldn't be reached.</exception>
    /// <exception cref="InvalidRequestException">The sign-in method isn't possible here.</exception>
    public static async Task<IReadOnlyList<MailboxConnection>> ForPersonAsync(
        string? tenantId, IReadOnlyList<string> mailboxes, MailProtocol protocol, MailEnvironment? environment, Session? session,
        string? clientId, Func<IReadOnlyList<string>, UserSignIn> signIn, string? user, CancellationToken cancellationToken)
    {
        var cloud = Cloud.Of(environment ?? session?.Cloud.Environment ?? MailEnvironment.Global);
        var tenant = tenantId ?? session?.TenantId ?? UserSignIn.AnyTenant;
        var person = signIn(
        [
            .. mailboxes.SelectMany(
                m => DelegatedScopes.ForMailbox(
                    cloud, protocol, user is not null && !string.Equals(m, user, StringComparison.OrdinalIgnoreCase),
                    clientId)).Distinct(),
        ]);
        using var tokens = new TokenSource(session?.Wire ?? Wire.Real, cloud, tenant, person);
        var token = await tokens.GetAsync(
            protocol == MailProtocol.Graph ? cloud.GraphScope : cloud.MailScope, fresh: false,
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. mailboxes.Select(m => new MailboxConnection
            {
                TenantId = token.TenantId ?? tenant,
                ClientId = person.ClientId,
                Mailbox = m,
                Protocol = protocol,
                Environment = cloud.Environment,
                UserPrincipalName = token.User ?? user,
                Person = person,
                Handle = session,
            }),
        ];
    }

    /// <summary>Connects to a mailbox on any IMAP or SMTP server, with an existing access token.</summary>
    /// <param name="server">Host name; its certificate has to be for it.</param>
    /// <param name="port">Port; null for 993, or 143 with STARTTLS; of SMTP 465, or 587 with STARTTLS.</param>
    /// <param name="security">When TLS begins.</param>
    /// <param name="mailbox">The user name to sign in with.</param>
    /// <param name="trustedCertificate">The one certificate to trust; null for what the system trusts.</param>
    /// <param name="allowsExpired">Whether the certificate can be expired.</param>
    /// <param name="protocol">IMAP or SMTP.</param>
    /// <returns>The connection; nothing was sent.</returns>
    public static MailboxConnection At(
        string server, int? port, ImapSecurity security, string mailbox, SecureString accessToken,
        X509Certificate2? trustedCertificate, bool allowsExpired = false, MailProtocol protocol = MailProtocol.Imap) => new()
        {
            TenantId = "",
            ClientId = "",
            Mailbox = mailbox,
            Protocol = protocol,
            Server = server,
            Port = port,
            Security = security,
            AccessToken = accessToken,
            TrustedCertificate = trustedCertificate,
            AllowsExpiredCertificate = allowsExpired,
        };
}
