namespace MailAdmin.Tenant.Imap;

/// <summary>Commands about the session itself.</summary>
internal static class SessionCommands
{
    /// <summary>As Exchange Online lists them, captured by several client libraries; none of them is documented.</summary>
    private const string SignedOut = "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE "
        + "NAMESPACE LITERAL+";

    private const string SignedIn = "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID UNSELECT CLIENTACCESSRULES "
        + "CLIENTNETWORKPRESENCELOCATION BACKENDAUTHENTICATE CHILDREN IDLE NAMESPACE LITERAL+";

    public static string Capability(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        session.Output.Line("* CAPABILITY " + (session.Mailbox is null ? SignedOut : SignedIn));
        return "CAPABILITY completed.";
    }

    public static string Noop(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        return "NOOP completed.";
    }

    public static string Logout(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        session.Selected = null;
        session.IsOver = true;
        session.Output.Line("* BYE Microsoft Exchange Server IMAP4 server signing off.");
        return "LOGOUT completed.";
    }

    /// <summary>RFC 2971; the client's own data is ignored.</summary>
    public static string Id(ImapSession session, ImapArguments arguments)
    {
        arguments.Space();
        if (arguments.Next('('))
        {
            arguments.List(() => arguments.Next('"') || arguments.Next('{') ? arguments.AString() : arguments.Atom());
        }
        else if (arguments.Keyword() != "NIL")
        {
            throw ImapRefusal.Syntax();
        }

        arguments.End();
        session.Output.Line("* ID (\"name\" \"Microsoft.Exchange.Imap4.Imap4Server\" \"version\" \"15.20\")");
        return "ID completed";
    }

    /// <summary>RFC 2342.</summary>
    public static string Namespace(ImapSession session, ImapArguments arguments)
    {
        arguments.End();
        session.Output.Line("* NAMESPACE ((\"\" \"/\")) NIL NIL");
        return "NAMESPACE completed.";
    }

    /// <summary>
    /// Passwords aren't taken any more:
    /// https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online.
    /// </summary>
    public static string Login(ImapSession session, ImapArguments arguments) => throw ImapRefusal.SignIn("LOGIN");

    /// <summary>RFC 3501 section 6.2.2, the initial response of RFC 4959.</summary>
    public static async ValueTask<string> AuthenticateAsync(
        ImapSession session, ImapArguments arguments, CancellationToken cancellationToken)
    {
        arguments.Space();
        var mechanism = arguments.Keyword();
        string? response;
        if (arguments.Take(' '))
        {
            response = arguments.Atom();
            arguments.End();
        }
        else
        {
            arguments.End();
            session.Output.Line("+ ");
            await session.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            response = await session.Input.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }

        if (response is null)
        {
            session.IsOver = true;
            return "";
        }

        if (response == "*")
        {
            throw new ImapRefusal("BAD AUTHENTICATE canceled.");
        }

        lock (session.Tenant.Gate)
        {
            var (caller, mailbox) = ImapCaller.Authenticate(session.Tenant, mechanism, response);
            session.SignIn(caller, mailbox);
        }

        return "AUTHENTICATE completed.";
    }

    /// <summary>RFC 2177: changes are sent as they occur, until the client sends DONE.</summary>
    public static async ValueTask<string> IdleAsync(
        ImapSession session, ImapArguments arguments, CancellationToken cancellationToken)
    {
        arguments.End();
        session.Output.Line("+ IDLE accepted, awaiting DONE command.");
        var said = session.Input.ReadLineAsync(cancellationToken).AsTask();
        Task changed;
        do
        {
            lock (session.Tenant.Gate)
            {
                changed = session.Mailbox!.WhenChanged;
                session.Report(mayExpunge: true);
            }

            await session.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        while (await Task.WhenAny(said, changed).ConfigureAwait(false) != said);

        switch ((await said.ConfigureAwait(false))?.ToUpperInvariant())
        {
            case "DONE":
                return "IDLE completed.";
            case null:
                session.IsOver = true;
                return "";
            default:
                throw ImapRefusal.Unknown();
        }
    }
}
