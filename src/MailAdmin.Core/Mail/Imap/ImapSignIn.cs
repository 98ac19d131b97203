namespace MailAdmin.Core.Mail.Imap;

/// <summary>From the greeting to a session that somebody is signed in to.</summary>
internal static class ImapSignIn
{
    /// <summary>
    /// Signs in, and asks for something: Exchange Online answers OK to the login of an app that may not open the mailbox, and
    /// "BAD User is authenticated but not connected." to what comes next. The answers are not waited for, so that the first
    /// real command need not wait either; reading one that is not OK throws, whoever reads it.
    /// </summary>
    /// <param name="connection">Nobody is signed in.</param>
    /// <param name="user">The mailbox.</param>
    /// <param name="token">The access token.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>When the login was accepted.</returns>
    /// <exception cref="ServiceRefusedException">Code AUTHENTICATIONFAILED or what else the server says.</exception>
    public static async Task RunAsync(
        ImapConnection connection, string user, string token, CancellationToken cancellationToken)
    {
        var session = connection.Session;
        if (session.Capabilities.IsEmpty)
        {
            await connection.ExecuteAsync(ImapCommands.Capability(), null, cancellationToken).ConfigureAwait(false);
        }

        var before = session.Capabilities;
        var mechanism = Choose(before, connection.Server, user, token);
        await connection.ExecuteAsync(ImapCommand.Authenticate(mechanism, before.SaslInitialResponse), null, cancellationToken)
            .ConfigureAwait(false);

        var known = session.Capabilities.IsEmpty ? before : session.Capabilities;
        if (session.Capabilities.IsEmpty)
        {
            Ask(ImapCommands.Capability());
        }

        Ask(known.Has("NAMESPACE") ? ImapCommands.Namespace() : ImapCommands.Status(MailboxName.Inbox));
        if (known.Has("ID"))
        {
            Ask(ImapCommands.Id("MailAdmin", Version));
        }

        if (known.Has("UTF8=ACCEPT"))
        {
            Ask(ImapCommands.Enable("UTF8=ACCEPT"));
        }

        void Ask(ImapCommand question)
        {
            question.ProvesLogin = true;
            connection.Send(question);
        }
    }

    private static readonly string Version = typeof(ImapSignIn).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static SaslMechanism Choose(ImapCapabilities capabilities, ImapServer server, string user, string token) =>
        capabilities.Has("AUTH=XOAUTH2") ? SaslMechanism.XOAuth2(user, token)
        : capabilities.Has("AUTH=OAUTHBEARER") ? SaslMechanism.OAuthBearer(user, token, server.Host, server.Port)
        : throw new ServiceRefusedException($"{server} offers neither XOAUTH2 nor OAUTHBEARER: it takes no OAuth token.")
        {
            Service = "IMAP",
            Code = "AUTHMECHANISM",
        };
}
