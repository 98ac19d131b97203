using MailAdmin.Core.Base;
using MailAdmin.Core.Mail;
using MailAdmin.Core.Mail.Graph;
using MailAdmin.Core.Mail.Imap;
using MailAdmin.Core.Mail.Smtp;
using MailAdmin.Core.Service;
using MailAdmin.Core.SignIn;

namespace MailAdmin.Core.Connections;

/// <summary>Opens the mailbox that a connection describes.</summary>
internal static class MailboxAccess
{
    /// <summary>Opens a store. Nothing is sent before it is used.</summary>
    /// <param name="connection">The mailbox, the account, and the protocol.</param>
    /// <param name="tokens">
    /// Existing tokens of the connection's app or user; null to request new ones. The caller disposes them.
    /// </param>
    /// <returns>The store; the caller disposes it.</returns>
    /// <exception cref="InvalidRequestException">The connection has no credential.</exception>
    public static IMailStore Open(MailboxConnection connection, TokenSource? tokens = null) => connection.Protocol switch
    {
        MailProtocol.Graph => new GraphMailStore(GraphMailbox(connection, tokens)),
        MailProtocol.Imap => OpenImap(connection, tokens),
        MailProtocol.Smtp => throw new InvalidRequestException(
            "SmtpOnlySends", $"Can't read the mailbox {connection.Mailbox} over SMTP, which can only send.")
        {
            Target = connection.Mailbox,
            Advice = "Use a connection over Graph or IMAP.",
        },
        _ => throw new ArgumentOutOfRangeException(nameof(connection)),
    };

    /// <summary>Opens a mailbox by IMAP. Exchange Online unless the connection names another server.</summary>
    /// <param name="connection">The connection; its protocol is IMAP.</param>
    /// <param name="tokens">Existing tokens; null to request new ones.</param>
    /// <returns>The store; the caller disposes it.</returns>
    /// <exception cref="InvalidRequestException">The connection has no credential.</exception>
    internal static ImapMailStore OpenImap(MailboxConnection connection, TokenSource? tokens = null)
    {
        var wire = connection.Server is null ? WireOf(connection) : Wire.Real;
        var server = new ImapServer
        {
            Host = connection.Server ?? Cloud.Of(connection.Environment).ImapHost,
            Port = connection.Port ?? (connection.Security == ImapSecurity.Tls ? 993 : 143),
            Security = connection.Security,
            TrustedCertificate = connection.TrustedCertificate ?? wire.TrustedCertificate,
            AllowsExpired = connection.AllowsExpiredCertificate,
        };
        return new ImapMailStore(
            wire, server, connection.PrimarySmtpAddress ?? connection.Mailbox, ExchangeTokens(connection, tokens),
            described: connection);
    }

    private static GraphMailbox GraphMailbox(MailboxConnection connection, TokenSource? tokens = null) =>
        new(connection, WireOf(connection), tokens?.Share() ?? Tokens(connection), SessionOf(connection));

    private static Func<bool, CancellationToken, ValueTask<string>> ExchangeTokens(
        MailboxConnection connection, TokenSource? shared)
    {
        if (connection.AccessToken is { } given)
        {
            // An access token from another source can't be renewed here. The server's error about it is reported.
            return (_, _) => ValueTask.FromResult(Secret.Reveal(given));
        }

        if (connection.Server is { } server)
        {
            // A token that is meant for Exchange Online would let that server into the mailbox there.
            throw new InvalidRequestException("NoCredential", $"No access token is available for the server {server}.")
            {
                Target = server,
                Advice = "Specify the token with -AccessToken of New-MailboxConnection, or with -ClientSecret of "
                    + "Get-MailboxConnection.",
            };
        }

        var tokens = shared ?? Tokens(connection);
        var scope = tokens.Cloud.MailScope;
        return async (
            fresh, cancellationToken) => (await tokens.GetAsync(scope, fresh, cancellationToken).ConfigureAwait(false)).Value;
    }

    /// <summary>Opens the way out of a mailbox. Nothing is sent before it is used.</summary>
    /// <param name="connection">The mailbox and the account.</param>
    /// <returns>The sender; the caller disposes it.</returns>
    /// <exception cref="InvalidRequestException">The connection has no credential, or is over IMAP.</exception>
    public static IMailSender OpenSender(MailboxConnection connection) => connection.Protocol switch
    {
        MailProtocol.Graph => OpenGraphSender(connection),
        MailProtocol.Smtp => OpenSmtp(connection),
        _ => throw new InvalidRequestException("SendingRequiresGraph", $"Can't send over {connection.Protocol}.")
        {
            Target = connection.Protocol,
            Advice = "Send over Graph with the permission Mail.Send, or over SMTP with SMTP.SendAsApp. The same app "
                + "can have both.",
        },
    };

    /// <summary>Opens the way out over Graph.</summary>
    /// <param name="connection">The connection; its protocol is Graph.</param>
    /// <param name="tokens">Existing tokens, which the caller disposes; null to request new ones.</param>
    internal static GraphMailSender OpenGraphSender(MailboxConnection connection, TokenSource? tokens = null) =>
        new(GraphMailbox(connection, tokens));

    /// <summary>Opens a mailbox's submission over SMTP. Exchange Online unless the connection names another server.</summary>
    /// <param name="connection">The connection; its protocol is SMTP.</param>
    /// <param name="tokens">Existing tokens, which the caller disposes; null to request new ones.</param>
    internal static SmtpMailSender OpenSmtp(MailboxConnection connection, TokenSource? tokens = null)
    {
        var wire = connection.Server is null ? WireOf(connection) : Wire.Real;
        var own = connection.AccessToken is null && tokens is null ? Tokens(connection) : null;
        return new SmtpMailSender(
            wire, SmtpServerOf(connection), connection, ExchangeTokens(connection, tokens ?? own),
            connection.Server is null && connection.Person is null
                ? (id, cancellationToken) => WasSentAsync(connection, own ?? tokens, id, cancellationToken) : null,
            own);
    }

    /// <summary>The server at which a connection submits mail.</summary>
    internal static SmtpServer SmtpServerOf(MailboxConnection connection)
    {
        var security = connection.Server is null ? ImapSecurity.StartTls : connection.Security;
        return new SmtpServer
        {
            Host = connection.Server ?? Cloud.Of(connection.Environment).SmtpHost,
            Port = connection.Port ?? (security == ImapSecurity.Tls ? 465 : 587),
            Security = security,
            TrustedCertificate = connection.TrustedCertificate
                ?? (connection.Server is null ? WireOf(connection).TrustedCertificate : null),
            AllowsExpired = connection.AllowsExpiredCertificate,
            IsExchangeOnline = connection.Server is null,
        };
    }

    private static async Task<bool?> WasSentAsync(
        MailboxConnection connection, TokenSource? tokens, string messageId, CancellationToken cancellationToken)
    {
        var graph = OpenGraphSender(connection, tokens);
        await using (graph.ConfigureAwait(false))
        {
            return await graph.WasSentAsync(messageId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Tokens of the app or person that a connection names.</summary>
    /// <returns>A separate source, which the caller disposes.</returns>
    /// <exception cref="InvalidRequestException">The connection has no credential.</exception>
    public static TokenSource Tokens(MailboxConnection connection) => connection.IsSignedIn
        ? SessionOf(connection)!.Tokens.Share()
        : new(WireOf(connection), Cloud.Of(connection.Environment), connection.TenantId,
            connection.Person as UserSignIn ?? (SignInMethod)new AppSignIn(connection.ClientId, CredentialOf(connection)));

    /// <summary>Returns the clock of a mailbox: a sandbox has its own.</summary>
    /// <returns>The clock.</returns>
    public static TimeProvider TimeOf(MailboxConnection connection) => WireOf(connection).Time;

    internal static Wire WireOf(MailboxConnection connection) => SessionOf(connection)?.Wire ?? Wire.Real;

    internal static Session? SessionOf(MailboxConnection connection) => connection.Handle as Session;

    private static AppCredential CredentialOf(MailboxConnection connection) => connection switch
    {
        { Certificate: { } certificate } => AppCredential.From(certificate),
        { ClientSecret: { } secret } => new AppCredential.ClientSecret(secret),
        _ => throw new InvalidRequestException(
            "NoCredential", $"No credential is available for the app {connection.ClientId}.")
        {
            Target = connection.ClientId,
            Advice = "Entra shows a secret value only when the secret is created. Specify -ClientSecret or "
                + "-Certificate, or create a new secret with Update-MailAppSecret.",
        },
    };
}
