// Longer than 250 lines: opening, signing in and its refusals are one dialogue, with the state that is kept between its steps.
using MailAdmin.Core.Base;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Represents a MailKit session on the wire's stream. <see cref="ImapErrors"/> maps its errors. Any failure and cancellation end
/// the connection for good (<see cref="IsBroken"/>), because its state in the dialogue is unknown.
/// </summary>
internal sealed class MailAdminImapClient : ImapClient
{
    /// <summary>
    /// Extensions that aren't used even if a server has them. COMPRESS would hide the server's lines from
    /// <see cref="GuardedStream"/>. Exchange Online doesn't have the others, and MailAdmin has no code for them.
    /// </summary>
    private const ImapCapabilities Unused = ImapCapabilities.Compress | ImapCapabilities.Quota | ImapCapabilities.Sort
        | ImapCapabilities.SortDisplay | ImapCapabilities.ESort | ImapCapabilities.CondStore | ImapCapabilities.QuickResync
        | ImapCapabilities.Annotate | ImapCapabilities.Notify | ImapCapabilities.Metadata | ImapCapabilities.MetadataServer;

    // Octets that a server need not take in one command (RFC 7162 section 4): a longer token follows by itself.
    private const int LongestCommand = 8000;

    private readonly Dictionary<string, IMailFolder> _folders = new(StringComparer.Ordinal);
    private readonly GuardedStream _stream;
    private bool _isLost;

    private MailAdminImapClient(ImapServer server, GuardedStream stream, ServerWords words) : base(words)
    {
        (Server, _stream, Words) = (server, stream, words);
        CheckCertificateRevocation = false;
    }

    public ImapServer Server { get; }

    public ServerWords Words { get; }

    /// <summary>Whether it can't be used anymore.</summary>
    public bool IsBroken => _isLost || !IsConnected;

    /// <summary>The user's own namespace: the separator, and the prefix, which is often empty.</summary>
    public FolderNamespace Personal => PersonalNamespaces.Count > 0 ? PersonalNamespaces[0] : new FolderNamespace('/', "");

    /// <summary>Connects, starts TLS, and reads the greeting, without sign-in.</summary>
    /// <param name="time">The clock of the timeouts.</param>
    public static async Task<MailAdminImapClient> OpenAsync(
        StreamOpener open, TimeProvider time, ImapServer server, ImapOptions options, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var words = new ServerWords(options.Log);
        MailAdminImapClient? client = null;
        try
        {
            var stream = await open(server.Host, server.Port, both.Token).ConfigureAwait(false);
            // A stream within this process can't be listened to.
            var security = stream is InProcessStream ? (ImapSecurity?)null : server.Security;
            stream = security switch
            {
                ImapSecurity.Tls => await server.SecureAsync(stream, both.Token).ConfigureAwait(false),
                ImapSecurity.StartTls => await ImapTls.StartAsync(stream, server, words, both.Token).ConfigureAwait(false),
                _ => stream,
            };
            var guarded = new GuardedStream(stream, security == ImapSecurity.StartTls, options, time, words);
            client = new MailAdminImapClient(server, guarded, words);
            await client.ConnectAsync(
                guarded, server.Host, server.Port, SecureSocketOptions.None, both.Token).ConfigureAwait(false);
            return client;
        }
        catch (Exception e)
        {
            var cause = e is OperationCanceledException late && patience.IsCancellationRequested
                ? ConnectionErrors.NotOpened(options.Timeout, late) : e;
            var error = client?.Translate("CAPABILITY", cause, cancellationToken)
                ?? ImapErrors.Translate(cause, server, cancellationToken);
            client?.Dispose();
            throw error;
        }
    }

    /// <summary>
    /// Signs in, and sends a command with MailKit. Exchange Online accepts the login of an app that isn't allowed to open the
    /// mailbox, and then answers "BAD User is authenticated but not connected.".
    /// </summary>
    /// <exception cref="ServiceRefusedException">Code AUTHENTICATIONFAILED, or another code of the server.</exception>
    public async Task SignInAsync(string user, string token, CancellationToken cancellationToken)
    {
        var mechanism = OAuthMechanism.Choose(
            AuthenticationMechanisms, "IMAP", Server.Host, Server.Port, user, token, LongestCommand);
        Words.Hide(token, mechanism.Response);
        Words.Forget();
        try
        {
            await AuthenticateAsync(mechanism, cancellationToken).ConfigureAwait(false);
            if (Words.Refusal is { } refusal)
            {
                throw Refused("NAMESPACE", refusal, null);
            }

            Capabilities &= ~Unused;
            if (Capabilities.HasFlag(ImapCapabilities.UTF8Accept))
            {
                await EnableUTF8Async(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            var isLogin = e is AuthenticationException || !IsAuthenticated;
            throw Translate(isLogin ? "AUTHENTICATE" : "NAMESPACE", e, cancellationToken, mechanism.Refusal);
        }
    }

    /// <summary>Runs an operation of the dialogue.</summary>
    /// <param name="command">The name of the command in errors.</param>
    /// <exception cref="ServiceRefusedException">NO or BAD.</exception>
    /// <exception cref="ConnectionLostException">The connection is lost.</exception>
    public async Task<T> DoAsync<T>(string command, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Words.Forget();
        try
        {
            return await work(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Translate(command, e, cancellationToken);
        }
    }

    /// <summary>Runs an operation whose refusal can be about single messages.</summary>
    /// <returns>That refusal; null after success.</returns>
    public async Task<ServiceRefusedException?> TryAsync(
        string command, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await DoAsync(command, work, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ServiceRefusedException e) when (ImapErrors.MayBeOfMessages(e) && !IsBroken)
        {
            return e;
        }
    }

    public Task DoAsync(string command, Func<CancellationToken, Task> work, CancellationToken cancellationToken) => DoAsync(
        command,
        async token =>
        {
            await work(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Gives a folder. One that was listed on this connection keeps the name in the server's own octets.</summary>
    /// <param name="id">Its id, as <see cref="ListedFolder"/> has it.</param>
    /// <exception cref="ServiceRefusedException">Code NONEXISTENT: the folder doesn't exist.</exception>
    public async Task<IMailFolder> FolderAsync(string id, CancellationToken cancellationToken)
    {
        if (ListedFolder.IsInbox(id))
        {
            return Inbox;
        }

        if (!_folders.ContainsKey(id) && ListedFolder.MayBeEncoded(id))
        {
            // MailKit finds folders only by the decoded name.
            await ListAsync(withStatus: false, cancellationToken).ConfigureAwait(false);
        }

        return _folders.TryGetValue(id, out var known) ? known
            : _folders[id] = await DoAsync("LIST", token => GetFolderAsync(id, token), cancellationToken).ConfigureAwait(false);
    }

    /// <param name="readOnly">Whether reading is enough; then nothing can be changed by mistake.</param>
    public async Task<StreamingFolder> OpenFolderAsync(string id, bool readOnly, CancellationToken cancellationToken)
    {
        var folder = await FolderAsync(id, cancellationToken).ConfigureAwait(false);
        if (!folder.IsOpen || (!readOnly && folder.Access != FolderAccess.ReadWrite))
        {
            var access = readOnly ? FolderAccess.ReadOnly : FolderAccess.ReadWrite;
            await DoAsync(readOnly ? "EXAMINE" : "SELECT", token => folder.OpenAsync(access, token), cancellationToken)
                .ConfigureAwait(false);
        }

        return (StreamingFolder)folder;
    }

    public async Task<IList<UniqueId>> SearchAsync(
        StreamingFolder folder, ImapQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var search = query.ToSearch(withinAscii: false);
            var found = await DoAsync("UID SEARCH", token => folder.SearchAsync(search, token), cancellationToken)
                .ConfigureAwait(false);
            if (Words.Refusal is null)
            {
                return found;
            }
        }
        catch (ServiceRefusedException e) when (query.NeedsCharset && e.Code != ImapCodes.Throttled)
        {
            // Exchange supports only US-ASCII.
        }

        // If the server doesn't support the charset, MailKit repeats the search with replaced letters, which finds too little.
        // This search finds too much, and the exact comparison follows here.
        var wider = query.ToSearch(withinAscii: true);
        return await DoAsync("UID SEARCH", token => folder.SearchAsync(wider, token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists all folders, in the server's order.</summary>
    /// <param name="withStatus">Whether to request the counts in the same response (RFC 5819).</param>
    public async Task<IReadOnlyList<IMailFolder>> ListAsync(bool withStatus, CancellationToken cancellationToken)
    {
        var items = withStatus && Capabilities.HasFlag(ImapCapabilities.ListStatus) ? ImapFolders.Counts : StatusItems.None;
        var found = new Dictionary<string, IMailFolder>(StringComparer.Ordinal);
        var places = Personal.Path.Length == 0 ? [Personal] : PersonalNamespaces.Concat(SharedNamespaces).Concat(OtherNamespaces);
        foreach (var place in places)
        {
            var folders = await DoAsync("LIST", token => GetFoldersAsync(place, items, false, token), cancellationToken)
                .ConfigureAwait(false);
            foreach (var folder in folders)
            {
                var id = ListedFolder.From(folder).Id;
                found.TryAdd(id, folder);
                _folders[id] = folder;
            }
        }

        var lacksInbox = Personal.Path.Length > 0 && !found.ContainsKey(ListedFolder.Inbox.Id);
        return lacksInbox ? [Inbox, .. found.Values] : [.. found.Values];
    }

    /// <summary>Waits for a change in the folder that is open (RFC 9051 section 6.3.13).</summary>
    /// <param name="done">Ends the waiting, and nothing else.</param>
    public async Task WaitAsync(CancellationToken done, CancellationToken cancellationToken)
    {
        using var ended = done.UnsafeRegister(static stream => ((GuardedStream)stream!).EndIdle(), _stream);
        _stream.BeginIdle();
        try
        {
            await DoAsync("IDLE", token => IdleAsync(done, token), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _stream.EndIdle();
        }
    }

    /// <summary>Closes the connection, without waiting for the response: the server frees the session at once.</summary>
    /// <param name="isQuiet">Whether nothing is under way.</param>
    public async ValueTask CloseAsync(bool isQuiet)
    {
        if (isQuiet && !IsBroken)
        {
            try
            {
                Words.Sent("Z1 LOGOUT");
                await _stream.WriteAsync("Z1 LOGOUT\r\n"u8.ToArray()).ConfigureAwait(false);
            }
            catch (Exception e)
                when (e is IOException or TimeoutException or OperationCanceledException or ObjectDisposedException)
            {
                // It's already closed.
            }
        }

        _isLost = true;
        Dispose();
    }

    protected override ImapFolder CreateImapFolder(ImapFolderConstructorArgs args) => new StreamingFolder(args);

    /// <summary>Exchange reports an expired token with any refused command. Then the connection can't be used anymore.</summary>
    private MailAdminException Refused(string command, StatusLine refusal, string? reason) => Words.IsTokenExpired
        ? ImapErrors.Closed(Server.ToString(), refusal.Text) : ImapErrors.Refused(command, refusal, reason);

    private Exception Translate(string command, Exception error, CancellationToken cancellationToken, string? reason = null)
    {
        var told = error switch
        {
            _ when cancellationToken.IsCancellationRequested => null,
            MailAdminException => error,
            ImapCommandException or FolderNotFoundException or AuthenticationException or MessageNotFoundException
                when Words.Refusal is { } refusal => Refused(command, refusal, reason),
            _ when Words.Farewell is { } text => ImapErrors.Closed(Server.ToString(), text),
            _ when _stream.Failure is ServiceRefusedException throttled => throttled,
            _ when _stream.Failure is { } failure => ImapErrors.Translate(failure, Server, cancellationToken),
            FolderNotFoundException missing =>
                ImapErrors.Cannot(ImapCodes.NonExistent, $"The folder '{missing.FolderName}' wasn't found on the server."),
            _ => null,
        };

        // A refusal doesn't change the state of the dialogue. Any other error does.
        _isLost |= told is not ServiceRefusedException || !IsConnected || Words.Farewell is not null;
        return told ?? ImapErrors.Translate(error, Server, cancellationToken);
    }
}
