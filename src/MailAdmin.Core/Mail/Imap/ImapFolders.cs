namespace MailAdmin.Core.Mail.Imap;

/// <summary>The folders of a mailbox: finding, listing and making them.</summary>
internal sealed class ImapFolders(ImapPool pool, string mailbox, MailboxConnection? described)
{
    private const int StatusInFlight = 50;
    private const int MaximumFolders = 100_000;
    private ImapFolderTree? _known;

    private string PersonalPath =>
        ServerPath.FromName(pool.Personal.Prefix.Octets, pool.Personal.Separator).TrimEnd('/');

    /// <summary>Lists folders, parents before children.</summary>
    /// <param name="parent">Path or well-known name of the folder to start below; null for the top.</param>
    /// <param name="recurse">Whether to descend.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The folders with their counts.</returns>
    public Task<IReadOnlyList<MailFolder>> ListAsync(string? parent, bool recurse, CancellationToken cancellationToken) =>
        pool.RunAsync(
            async connection =>
            {
                var status = new StatusTable();
                await RefreshAsync(connection, status, withStatus: true, cancellationToken).ConfigureAwait(false);
                var top = parent is null ? null : _known!.Find(parent, PersonalPath) ?? throw MailStoreExtensions.NotFound(parent);
                return await DescribeAsync(connection, [.. _known!.Below(top, recurse)], status, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Finds a folder.</summary>
    /// <param name="folder">Well-known name, path or id.</param>
    /// <param name="counted">Whether its counts are wanted; without them nothing is asked for the Inbox, which every server has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The folder; null when there is none.</returns>
    public async Task<MailFolder?> FindAsync(string folder, bool counted, CancellationToken cancellationToken)
    {
        var isInbox = new MailboxName(folder).IsInbox;
        return !counted && isInbox ? Describe(ImapFolder.Inbox, null) : await pool.RunAsync(
            async connection =>
            {
                var status = new StatusTable();
                if (_known is null && isInbox)
                {
                    // The one name that is known before it is listed: its counts come in the same round trip.
                    connection.Send(ImapCommands.Status(MailboxName.Inbox));
                }

                return await FindAsync(connection, folder, status, cancellationToken).ConfigureAwait(false) is not { } found ? null
                    : counted ? (await DescribeAsync(connection, [found], status, cancellationToken).ConfigureAwait(false))[0]
                    : Describe(found, null);
            },
            cancellationToken,
            settled: false).ConfigureAwait(false);
    }

    /// <summary>Finds a folder.</summary>
    /// <param name="connection">To ask on.</param>
    /// <param name="folder">Well-known name, path or id.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The folder; null when there is none.</returns>
    public Task<ImapFolder?> FindAsync(ImapConnection connection, string folder, CancellationToken cancellationToken) =>
        FindAsync(connection, folder, new StatusTable(), cancellationToken);

    private async Task<ImapFolder?> FindAsync(ImapConnection connection, string folder, StatusTable status, CancellationToken cancellationToken)
    {
        // A list from a moment ago is good for finding, and no proof that there is none.
        if (_known?.Find(folder, PersonalPath) is { } found)
        {
            return found;
        }

        await RefreshAsync(connection, status, withStatus: false, cancellationToken).ConfigureAwait(false);
        return _known!.Find(folder, PersonalPath);
    }

    /// <summary>Finds the folder that deleted messages go to.</summary>
    /// <param name="connection">To ask on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="InvalidRequestException">It can't be told which one that is (DeletedItemsNotFound).</exception>
    public async Task<ImapFolder> FindDeletedItemsAsync(ImapConnection connection, CancellationToken cancellationToken)
    {
        const string name = "deleteditems";
        var found = await FindAsync(connection, name, cancellationToken).ConfigureAwait(false);
        if (found is { CanSelect: true, WellKnownName: name })
        {
            return found;
        }

        var message = $"Over IMAP, the Deleted Items folder of {mailbox} can't be identified.";
        throw new InvalidRequestException("DeletedItemsNotFound", message)
        {
            Target = mailbox,
            Advice = "Use -AfterProcessing Move -MoveTo and the folder that deleted messages go to, or -AfterProcessing Purge to "
                + "delete messages permanently. Nothing was deleted.",
        };
    }

    /// <summary>Makes a folder and the missing ones above it.</summary>
    /// <param name="path">Path from the top.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The folder, and what was done.</returns>
    public Task<MailFolder> CreateAsync(string path, CancellationToken cancellationToken) =>
        pool.RunAsync(
            async connection =>
            {
                await RefreshAsync(connection, new StatusTable(), withStatus: false, cancellationToken).ConfigureAwait(false);
                var found = _known!.Find(path, PersonalPath);
                var change = found is { CanSelect: true } ? ChangeKind.Unchanged : ChangeKind.Created;
                if (change == ChangeKind.Created)
                {
                    foreach (var name in MissingNames(path, connection.Session.IsUtf8Accepted))
                    {
                        var completion = await connection.CompleteAsync(
                            connection.Send(ImapCommands.Create(name)), null, cancellationToken).ConfigureAwait(false);
                        if (completion.Condition != ImapCondition.Ok && completion.Code?.Name != "ALREADYEXISTS")
                        {
                            throw ImapErrors.Refused(completion);
                        }
                    }

                    await RefreshAsync(connection, new StatusTable(), withStatus: false, cancellationToken).ConfigureAwait(false);
                    found = _known.Find(path, PersonalPath) ?? throw MailStoreExtensions.NotFound(path);
                }

                var described = await DescribeAsync(connection, [found!], new StatusTable(), cancellationToken).ConfigureAwait(false);
                return described[0] with { Change = change };
            },
            cancellationToken);

    private List<MailboxName> MissingNames(string path, bool utf8)
    {
        var separator = pool.Personal.Separator ?? '/';
        var parts = FolderPath.Split(path);
        if (parts.Any(part => part.Contains(separator, StringComparison.Ordinal)))
        {
            throw new InvalidRequestException("InvalidFolderPath", $"'{path}' cannot be a folder: the server separates names by '{separator}'.")
            {
                Target = path,
            };
        }

        var names = new List<MailboxName>();
        var prefix = pool.Personal.Prefix.Octets;
        var hasPrefix = string.Equals(parts[0] + separator, prefix, StringComparison.OrdinalIgnoreCase);
        for (var depth = 1; depth <= parts.Count; depth++)
        {
            if (_known!.Find(FolderPath.Join(parts.Take(depth)), PersonalPath) is { } existing
                && (depth < parts.Count || existing.CanSelect))
            {
                continue;
            }

            var name = MailboxName.FromText(string.Join(separator, parts.Take(depth)), utf8);
            names.Add(hasPrefix ? name : new MailboxName(prefix + name.Octets));
        }

        return names;
    }

    /// <summary>Lists all folders, and reads the answers to what was asked before that.</summary>
    private async Task RefreshAsync(ImapConnection connection, StatusTable status, bool withStatus, CancellationToken cancellationToken)
    {
        var folders = new List<ImapFolder>();
        await connection.ExecuteAsync(
            ImapCommands.List(connection.Session.Capabilities, withStatus),
            response =>
            {
                status.Note(response);
                // A name that no command can carry names nothing.
                if (response is ListResponse { Name.Octets.Length: > 0 } listed && !listed.Name.Octets.Contains('\0', StringComparison.Ordinal))
                {
                    folders.Add(ImapFolder.From(listed, connection.Session));
                }

                if (folders.Count > MaximumFolders)
                {
                    throw new ConnectionLostException($"{connection.Server} lists more than {MaximumFolders} folders.")
                    {
                        Endpoint = connection.Server.ToString(),
                        MayRecover = false,
                    };
                }
            },
            cancellationToken).ConfigureAwait(false);
        await connection.SettleAsync(status.Note, cancellationToken).ConfigureAwait(false);
        _known = new ImapFolderTree(folders, PersonalPath);
    }

    private async Task<IReadOnlyList<MailFolder>> DescribeAsync(
        ImapConnection connection, ImapFolder[] folders, StatusTable status, CancellationToken cancellationToken)
    {
        var unknown = folders.Where(folder => folder.CanSelect && status.Of(folder.Name) is null);
        foreach (var some in unknown.Chunk(StatusInFlight))
        {
            foreach (var question in some.Select(folder => connection.Send(ImapCommands.Status(folder.Name))).ToArray())
            {
                // NO means that it went in the meantime or may not be read; then there are no counts.
                var completion = await connection.CompleteAsync(question, status.Note, cancellationToken).ConfigureAwait(false);
                if (completion.Condition != ImapCondition.Ok && ImapErrors.TryThrottled(completion.Text) is { } throttled)
                {
                    throw throttled;
                }
            }
        }

        return [.. folders.Select(folder => Describe(folder, status.Of(folder.Name)))];
    }

    private MailFolder Describe(ImapFolder folder, MailboxStatusResponse? status) => new()
    {
        Mailbox = mailbox,
        Id = folder.Name.Octets,
        Path = folder.Path,
        Name = FolderPath.NameOf(folder.Path),
        WellKnownName = folder.WellKnownName,
        TotalItemCount = ToCount(status?.Messages),
        UnreadItemCount = ToCount(status?.Unseen),
        ChildFolderCount = _known?.CountChildren(folder),
        UidValidity = status?.UidValidity,
        Connection = described,
    };

    private static int? ToCount(uint? number) => number is { } n ? (int)Math.Min(n, int.MaxValue) : null;

    /// <summary>What STATUS told, by mailbox.</summary>
    private sealed class StatusTable
    {
        private readonly Dictionary<string, MailboxStatusResponse> _byName = new(StringComparer.Ordinal);

        public void Note(ImapResponse response)
        {
            if (response is MailboxStatusResponse status)
            {
                _byName[Key(status.Name)] = status;
            }
        }

        public MailboxStatusResponse? Of(MailboxName name) => _byName.GetValueOrDefault(Key(name));

        private static string Key(MailboxName name) => name.IsInbox ? MailboxName.Inbox.Octets : name.Octets;
    }
}
