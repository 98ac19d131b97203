using System.Runtime.CompilerServices;
using MailAdmin.Core.Base;
using MailAdmin.Core.Mail.Mime;
using MailKit.Net.Imap;

namespace MailAdmin.Core.Mail.Imap;

/// <summary>
/// Represents a mailbox over IMAP (RFC 3501, RFC 9051), signed in with an OAuth token. Messages are in the order of their UIDs,
/// which is the order of their arrival in the folder. Messages marked \Deleted are neither listed nor fetched.
/// </summary>
internal sealed class ImapMailStore : IMailStore
{
    private readonly ImapPool _pool;
    private readonly ImapFolders _folders;
    private readonly ImapProcessing _processing;
    private readonly ImapWatch _watch;
    private readonly ImapMessageReader _reader;
    private static readonly string Version = typeof(ImapMailStore).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Creates a store. No connection is opened yet.</summary>
    /// <param name="mailbox">Its address: the user name of the login.</param>
    /// <param name="getToken">
    /// Returns an access token for IMAP; true requests a new one, after the server refused or dropped the last.
    /// </param>
    /// <param name="options">Limits, patience and log; null for the usual.</param>
    /// <param name="described">The connection that folders and messages carry on; null for none.</param>
    public ImapMailStore(
        Wire wire, ImapServer server, string mailbox, Func<bool, CancellationToken, ValueTask<string>> getToken,
        ImapOptions? options = null,
        MailboxConnection? described = null)
    {
        _pool = new ImapPool(wire, server, mailbox, getToken, options ?? new ImapOptions());
        _folders = new ImapFolders(_pool, mailbox, described);
        _processing = new ImapProcessing(_pool, _folders);
        _watch = new ImapWatch(_pool, wire.Time);
        _reader = new ImapMessageReader(_pool);
    }

    /// <summary>Signs in and sends a command, because a successful login doesn't prove access to the mailbox.</summary>
    /// <exception cref="ServiceRefusedException">
    /// Code AUTHENTICATIONFAILED: the token was refused, and so was a new one. NOTCONNECTED: the token is valid, but access to
    /// the mailbox is denied. AUTHMECHANISM: the server doesn't accept tokens. THROTTLED: the server requires a longer wait than
    /// allowed.
    /// </exception>
    /// <exception cref="ConnectionLostException">The server couldn't be reached, or its certificate isn't trusted.</exception>
    public Task<ImapServerInfo> ConnectAsync(CancellationToken cancellationToken) => _pool.RunAsync(
        async client =>
        {
            ImapImplementation? about = null;
            if (client.Capabilities.HasFlag(ImapCapabilities.Id))
            {
                var us = new ImapImplementation { Name = "MailAdmin", Version = Version };
                about = await client.DoAsync(
                    "ID", token => client.IdentifyAsync(us, token), cancellationToken).ConfigureAwait(false);
            }

            return new ImapServerInfo(client.Server.ToString(), client.Words.Capabilities, about?.Name, about?.Version);
        },
        cancellationToken);

    public async IAsyncEnumerable<MailFolder> GetFoldersAsync(
        string? parentPath, bool recurse, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var folder in await _folders.ListAsync(parentPath, recurse, cancellationToken).ConfigureAwait(false))
        {
            yield return folder;
        }
    }

    public Task<MailFolder?> FindFolderAsync(string folder, CancellationToken cancellationToken, bool counted = true) =>
        _folders.FindAsync(folder, counted, cancellationToken);

    public Task<MailFolder> CreateFolderAsync(string path, CancellationToken cancellationToken) =>
        _folders.CreateAsync(path, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ServiceRefusedException">
    /// Code MESSAGEUNREADABLE, at the end, after all other messages: the server lists messages and returns nothing of them.
    /// </exception>
    public async IAsyncEnumerable<MailboxMessage> GetMessagesAsync(
        MailFolder folder, MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var unreadable = new List<MailboxMessage>();
        var reading = new ImapReading(_pool, folder, query, openSink: null);
        await foreach (var listed in reading.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (listed.Error is null)
            {
                yield return listed.Message;
            }
            else
            {
                unreadable.Add(listed.Message);
            }
        }

        if (unreadable.Count > 0)
        {
            throw ImapErrors.Unreadable(unreadable);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// For bodies and attachments, the whole message is downloaded, a large one to a temporary file. A form of the body that the
    /// message doesn't have is created here; over Graph, the service creates it.
    /// </remarks>
    /// <exception cref="InvalidRequestException">No folder is given: a UID means nothing without it.</exception>
    public Task<MailboxMessage?> FindMessageAsync(
        MailFolder? folder, string id, MessageDetail detail, CancellationToken cancellationToken) =>
        folder is not null ? _reader.FindAsync(folder, id, detail, cancellationToken)
        : throw new InvalidRequestException("FolderRequired", "Over IMAP, a message can be found only in its folder.")
        {
            Target = id,
            Advice = "Specify the folder that the message was listed in.",
        };

    /// <inheritdoc/>
    /// <remarks>
    /// A lost connection is opened again, and the interrupted message starts over. Its sink is emptied if it can seek; otherwise
    /// the message has an error. If this ends early because of cancellation or an exception, the caller might not have received
    /// the last opened sink. The opener of the sink disposes it. <see cref="MailboxMessage.HasAttachments"/> is null here,
    /// because the content determines it.
    /// </remarks>
    public IAsyncEnumerable<FetchedMessage> FetchAsync(
        MailFolder folder, MessageQuery query, Func<MailboxMessage, Stream?> openSink, CancellationToken cancellationToken) =>
        query.Detail == MessageDetail.None
            ? FetchContentAsync(folder, query, (message, _) => openSink(message), cancellationToken)
            : FetchDetailAsync(folder, query, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// Delete moves to the Deleted Items folder, and fails if it can't be identified (DeletedItemsNotFound). A message that is
    /// already in it is marked \Deleted and expunged by its UID, like with Purge. A server without UIDPLUS keeps messages that
    /// are marked.
    /// </remarks>
    public Task<IReadOnlyList<ProcessedMessage>> ProcessAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, AfterProcessing action, MailFolder? target,
        CancellationToken cancellationToken) =>
        _processing.RunAsync(folder, messages, action, target, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Delete needs a Deleted Items folder, known by its attribute (RFC 6154) or its English name.</remarks>
    /// <exception cref="InvalidRequestException">It can't be identified (DeletedItemsNotFound).</exception>
    public Task RequireAsync(AfterProcessing action, CancellationToken cancellationToken) => action != AfterProcessing.Delete
        ? Task.CompletedTask
        : _pool.RunAsync(connection => _folders.FindDeletedItemsAsync(connection, cancellationToken), cancellationToken);

    public int ProcessingBatch => ImapProcessing.BatchSize;

    public Task<IReadOnlyList<ProcessedMessage>> CopyAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, MailFolder target, CancellationToken cancellationToken) =>
        _processing.CopyAsync(folder, messages, target, cancellationToken);

    public Task<IReadOnlyList<ProcessedMessage>> ForwardAsync(
        MailFolder folder, IReadOnlyList<MailboxMessage> messages, string address, CancellationToken cancellationToken) =>
        throw new InvalidRequestException("ForwardingRequiresGraph", "Can't forward messages over IMAP.")
        {
            Target = address,
            Advice = "Copy them to a folder, or receive over Graph. The app then also requires Mail.Send.",
        };

    public Task WaitForNewsAsync(MailFolder folder, TimeSpan interval, TimeSpan longest, CancellationToken cancellationToken) =>
        _watch.WaitAsync(folder, interval, longest, cancellationToken);

    public ValueTask SuspendAsync() => _pool.DisposeAsync();

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private async IAsyncEnumerable<FetchedMessage> FetchContentAsync(
        MailFolder folder, MessageQuery query, Func<MailboxMessage, long, Stream?> openSink,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Ids is { Count: 0 })
        {
            yield break;
        }

        var reading = new ImapReading(_pool, folder, query with { Descending = false }, openSink);
        await foreach (var fetched in reading.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return fetched;
        }

        if (query.Cursor is { } cursor)
        {
            cursor.End = reading.End;
        }
    }

    /// <summary>Returns messages as objects. Each is spooled, and the requested properties are read from there.</summary>
    private async IAsyncEnumerable<FetchedMessage> FetchDetailAsync(
        MailFolder folder, MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var contents = FetchContentAsync(folder, query, static (_, _) => new Spool(), cancellationToken);
        await foreach (var fetched in contents.ConfigureAwait(false))
        {
            yield return await ImapMessageReader.CompleteAsync(fetched, query.Detail, cancellationToken).ConfigureAwait(false);
        }
    }
}
