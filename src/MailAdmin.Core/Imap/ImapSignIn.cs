using MailAdmin.Core.Imap.Responses;

namespace MailAdmin.Core.Imap;

/// <summary>From the greeting to a session that is known to work.</summary>
internal static class ImapSignIn
{
    /// <summary>
    /// Signs in, and asks for something: Exchange Online answers OK to the login of an app that may not open the mailbox, and
    /// "BAD User is authenticated but not connected." to what comes next.
    /// </summary>
    /// <param name="connection">Nobody is signed in.</param>
    /// <param name="user">The mailbox.</param>
    /// <param name="token">The access token.</param>
    /// <param name="cancellationToken">Ends it, and the connection.</param>
    /// <returns>The user's own namespace.</returns>
    /// <exception cref="ServiceRefusedException">Code AUTHENTICATIONFAILED, NOTCONNECTED or what else the server says.</exception>
    public static async Task<ImapNamespace> RunAsync(
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

        // One round trip for all there is to ask; the first answer that is not OK says that the login was not good.
        var questions = new List<ImapCommand>();
        if (session.Capabilities.IsEmpty)
        {
            questions.Add(ImapCommands.Capability());
        }

        var known = session.Capabilities.IsEmpty ? before : session.Capabilities;
        questions.Add(known.Has("NAMESPACE") ? ImapCommands.Namespace() : ImapCommands.Status(MailboxName.Inbox));
        if (known.Has("ID"))
        {
            questions.Add(ImapCommands.Id("MailAdmin", Version));
        }

        if (known.Has("UTF8=ACCEPT"))
        {
            questions.Add(ImapCommands.Enable("UTF8=ACCEPT"));
        }

        ImapNamespace? personal = null;
        questions.ForEach(question => connection.Send(question));
        foreach (var question in questions)
        {
            var completion = await connection.CompleteAsync(question, Note, cancellationToken).ConfigureAwait(false);
            if (completion.Condition != ImapCondition.Ok)
            {
                throw ImapErrors.Refused(completion);
            }
        }

        return personal ?? new ImapNamespace(new MailboxName(""), null);

        void Note(ImapResponse response)
        {
            if (response is NamespaceResponse { Personal: [var first, ..] })
            {
                personal = first;
            }
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
