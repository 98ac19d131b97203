using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>Receives one folder: as often as it is asked to, each time what is new.</summary>
internal sealed class FolderRun : IDisposable
{
    /// <summary>So many messages in a row that can't be written: it is not about the message.</summary>
    private const int MostWriteFailures = 3;

    private static readonly TimeSpan ShortestAside = TimeSpan.FromMinutes(1), LongestAside = TimeSpan.FromHours(1);

    private readonly IMailStore _store;
    private readonly ReceiveOptions _options;
    private readonly Targets _targets;
    private readonly TimeProvider _time;
    private readonly Disk _disk;
    private readonly SourceLock? _lock;
    private readonly FolderMemory? _memory;
    private readonly Filing _filing;
    private readonly string _owner;
    private readonly Dictionary<string, MessageFile> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DateTimeOffset Until, TimeSpan For)> _aside = new(StringComparer.Ordinal);
    private Delivery? _inHand;
    private int _writeFailures;
    private bool _fromTheBeginning;

    /// <summary>Locks the folder, and removes what a run that died has left behind.</summary>
    /// <exception cref="InvalidRequestException">Another run is at it (DestinationInUse), or the disk can't be written to (DestinationNotWritable).</exception>
    public FolderRun(IMailStore store, ReceiveOptions options, MailFolder folder, Targets targets, TimeProvider time)
    {
        (_store, _options, Folder, _targets, _time) = (store, options, folder, targets, time);
        _disk = new Disk(options.Durability, options.Watcher);
        _owner = SourceName.Owner(folder);
        if (options.StateFolder is { } place)
        {
            try
            {
                var path = Path.Combine(Disk.MakeFolder(place), SourceName.Of(folder));
                Disk.Hide(options.StatePath is null ? place : null);
                _lock = SourceLock.Take(path, folder, time.GetUtcNow());
                _memory = options.Remembers ? FolderMemory.Open(_disk, path, folder, options.Resync) : null;
                if (options.Destination is { } destination)
                {
                    MessageFile.RemoveLeftovers(destination, _owner);
                }
            }
            catch (Exception e)
            {
                _lock?.Dispose();
                if (e is IOException or UnauthorizedAccessException)
                {
                    throw CannotWrite(place, e);
                }

                throw;
            }
        }

        else if (options.Remembers)
        {
            _memory = FolderMemory.Open(_disk, null, folder, forget: true);
        }

        _filing = new Filing(store, options, folder, targets, _disk, _memory, time);
    }

    /// <summary>The folder.</summary>
    public MailFolder Folder { get; }

    /// <summary>What is there and new, oldest first; before that, what was left behind earlier.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<Delivery> PassAsync(int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _memory?.StartPass();
        ForgetAside();
        string[] left = [.. _memory?.Left.Where(id => !IsAside(id)) ?? []];
        if (left.Length > 0)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var delivery in ReadAsync(_options.Query with { Ids = left, First = most }, null, cancellationToken).ConfigureAwait(false))
            {
                seen.Add(delivery.Message.Id);
                most -= delivery.IsArrival ? 1 : 0;
                yield return delivery;
            }

            if (most > 0)
            {
                // What is no longer in the folder has been dealt with by somebody else.
                _memory!.ForgetLeft(left.Where(id => !seen.Contains(id) && !IsAside(id)));
            }
        }

        if (most > 0)
        {
            var cursor = _memory is null ? null : new FolderCursor(_memory.Position);
            await foreach (var delivery in ReadAsync(_options.Query with { First = most == int.MaxValue ? null : most, Cursor = cursor }, cursor, cancellationToken).ConfigureAwait(false))
            {
                yield return delivery;
            }
        }
    }

    /// <summary>The position was lost: the next pass starts from the beginning, and the ledger tells what is known.</summary>
    public void StartOver()
    {
        Narration.Tell($"The server no longer knows where the reading of '{Folder.Path}' stood; the folder is gone through again.");
        _memory!.ForgetPosition();
        _filing.ForgetPosition();
    }

    /// <summary>Whether a failure only means <see cref="StartOver"/>.</summary>
    public bool IsLost(Exception error) => _memory is { Position: not null } && FolderCursor.IsLost(error);

    /// <summary>Files what was acknowledged.</summary>
    /// <returns>What the server did not do.</returns>
    public async Task<IReadOnlyList<Delivery>> FlushAsync(CancellationToken cancellationToken)
    {
        var failed = await FlushFilesAsync(cancellationToken).ConfigureAwait(false);
        foreach (var outcome in failed)
        {
            PutAside(outcome.Message.Id);
        }

        return [.. failed.Select(f => new Delivery((ReceivedMessage)f.Message, f.Error))];
    }

    /// <summary>The caller wants no more, for whatever reason: what was acknowledged is filed, the rest comes again.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (_inHand is { IsAcknowledged: true } last)
        {
            _filing.Take(last);
        }

        _inHand = null;
        foreach (var failed in await FlushFilesAsync(cancellationToken).ConfigureAwait(false))
        {
            Narration.Tell($"{failed.Message.Id} stays in '{Folder.Path}': {failed.Error!.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    private async IAsyncEnumerable<Delivery> ReadAsync(MessageQuery query, FolderCursor? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _fromTheBeginning = cursor is { Start: null };
        var isBare = _options.Destination is null;
        var given = query.Where;
        query = query with
        {
            Where = m => IsWanted(m) && (given?.Invoke(m) ?? true),
            Detail = isBare ? MessageDetail.Body | MessageDetail.Attachments : MessageDetail.None,
        };
        try
        {
            await foreach (var item in _store.FetchAsync(Folder, query, m => isBare ? null : OpenSink(m), cancellationToken).ConfigureAwait(false))
            {
                await DecideAsync(cancellationToken).ConfigureAwait(false);
                foreach (var failed in _filing.IsDue ? await FlushAsync(cancellationToken).ConfigureAwait(false) : [])
                {
                    yield return failed;
                }

                if (await CompleteAsync(item, cancellationToken).ConfigureAwait(false) is { } delivery)
                {
                    _inHand = delivery;
                    yield return delivery;
                }
            }

            await DecideAsync(cancellationToken).ConfigureAwait(false);
            _filing.Reach(cursor?.End);
            foreach (var failed in await FlushAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return failed;
            }
        }
        finally
        {
            // The store may have been ahead of the caller: what was not handed over leaves no trace.
            foreach (var file in _open.Values)
            {
                file.Discard();
            }

            _open.Clear();
        }
    }

    /// <summary>The next message is asked for: what the caller thinks of the one before is settled.</summary>
    private async Task DecideAsync(CancellationToken cancellationToken)
    {
        if (_inHand is not { } delivery)
        {
            return;
        }

        _inHand = null;
        var isBad = delivery.Error is ServiceRefusedException { IsTransient: false };
        if (isBad && _targets.Quarantine is { } quarantine)
        {
            var outcome = await _store.ProcessAsync(Folder, [delivery.Message], AfterProcessing.Move, quarantine, cancellationToken).ConfigureAwait(false);
            if (outcome[0].Error is null)
            {
                _filing.Reach(delivery.Position);
                return;
            }

            Narration.Tell($"{delivery.Message.Id} can't be moved to '{quarantine.Path}': {outcome[0].Error!.Message}");
        }

        if (!delivery.IsAcknowledged || delivery.Error is not null)
        {
            PutAside(delivery.Message.Id);
        }

        _filing.Take(delivery);
    }

    private bool IsWanted(MailboxMessage message) =>
        !IsAside(message.Id) && !_open.ContainsKey(message.Id) && !_filing.Holds(message.Id) && _inHand?.Message.Id != message.Id
        && _memory?.IsKnown(message.Id) != true;

    private bool IsAside(string id) => _aside.TryGetValue(id, out var aside) && _time.GetUtcNow() < aside.Until;

    /// <summary>In a run that goes on, what failed is tried again later and later.</summary>
    private void PutAside(string id)
    {
        if (_options.Wait)
        {
            var next = _aside.TryGetValue(id, out var last) ? last.For * 2 : ShortestAside;
            next = next > LongestAside ? LongestAside : next;
            _aside[id] = (_time.GetUtcNow() + next, next);
        }
    }

    /// <summary>A pass after its time was up has found the message again, or it is gone: a run may last for months.</summary>
    private void ForgetAside()
    {
        var now = _time.GetUtcNow();
        foreach (var (id, aside) in _aside)
        {
            if (now - aside.Until > LongestAside)
            {
                _aside.Remove(id);
            }
        }
    }

    private FileSink? OpenSink(MailboxMessage message)
    {
        var path = Path.Combine(_options.Destination!, MessageFile.NameFor(message));
        if (File.Exists(path))
        {
            return null;
        }

        try
        {
            var file = MessageFile.Create(_disk, path, _owner, hashed: _memory is not null);
            _open.Add(message.Id, file);
            return file.Sink;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(_options.Destination!, e);
        }
    }

    /// <summary>Brings a message to its final name.</summary>
    /// <returns>Null for one that was dealt with under another id.</returns>
    private async Task<Delivery?> CompleteAsync(FetchedMessage item, CancellationToken cancellationToken)
    {
        var path = _options.Destination is null ? null : Path.Combine(_options.Destination, MessageFile.NameFor(item.Message));
        var redelivered = path is not null && item is { Content: null, Error: null };
        var (error, content) = (item.Error, (byte[]?)null);
        if (_open.Remove(item.Message.Id, out var file))
        {
            (error, content, redelivered) = Commit(file, item, redelivered);
        }
        else if (_memory is not null)
        {
            content = redelivered ? await HashAsync(path!, cancellationToken).ConfigureAwait(false) : Fingerprint(item.Message);
        }

        var isKnown = error is null && _fromTheBeginning && content is not null && IsByUid(item.Message) && _memory?.TakeContent(content) == true;
        var message = new ReceivedMessage(item.Message)
        {
            Size = error is null && path is not null && !isKnown ? new FileInfo(path).Length : item.Message.Size,
            Path = error is null ? path : null,
            Redelivered = redelivered,
            AfterProcessing = _options.AfterProcessing,
            MovedTo = _targets.Move?.Path,
            DeletedTo = _targets.DeletedTo(_options.AfterProcessing, Folder),
        };
        if (isKnown)
        {
            if (!redelivered && path is not null)
            {
                _disk.Remove(path);
            }

            var known = new Delivery(message, null) { Position = item.Position, Content = content };
            known.Acknowledge();
            _filing.Take(known);
            return null;
        }

        if (message.Path is not null && _options.SaveAttachments)
        {
            try
            {
                message = message with { Attachment = await AttachmentFiles.SaveAsync(message.Path, _disk, _owner, cancellationToken).ConfigureAwait(false) };
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error = CannotWrite(message, e);
            }
        }

        return new Delivery(message, error) { Position = item.Position, Content = content, IsArrival = true };
    }

    private (Exception? Error, byte[]? Content, bool Redelivered) Commit(MessageFile file, FetchedMessage item, bool redelivered)
    {
        var error = item.Error ?? (file.Sink.Failure is { } failure ? CannotWrite(item.Message, failure) : null);
        // A message may be empty, but then the listing says so too.
        if (error is null && file.Sink.Length == 0 && item.Message.Size != 0)
        {
            error = new ServiceRefusedException($"The server sent nothing for the message {item.Message.Id}.")
            {
                Service = item.Message.Connection?.Protocol == MailProtocol.Imap ? "IMAP" : "Graph",
                Code = "EmptyContent",
                Advice = "It stays where it is; open it in Outlook to see whether it is damaged.",
            };
        }

        var content = file.Sink.Hash;
        if (error is null)
        {
            try
            {
                file.Commit();
                _writeFailures = 0;
                return (null, content, redelivered);
            }
            catch (IOException) when (File.Exists(file.FinalPath))
            {
                // The same message came in by another folder meanwhile: its file is as good.
                file.Discard();
                return (null, content, true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                error = CannotWrite(item.Message, e);
            }
        }

        file.Discard();
        if (error is InvalidRequestException && ++_writeFailures == MostWriteFailures)
        {
            throw error;
        }

        return (error, content, redelivered);
    }

    private async Task<IReadOnlyList<ProcessedMessage>> FlushFilesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _filing.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Asked again, the disk might say yes to what it has already lost.
            _filing.Abandon();
            throw CannotWrite(_options.StateFolder!, e);
        }
    }

    private static bool IsByUid(MailboxMessage message) => message.Connection?.Protocol is null or MailProtocol.Imap;

    private static async Task<byte[]> HashAsync(string path, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous);
        await using (file.ConfigureAwait(false))
        {
            return await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Where the content is not brought, what a listing tells stands for it.</summary>
    private static byte[] Fingerprint(MailboxMessage message) => SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{message.InternetMessageId}\n{message.ReceivedAt.UtcTicks}\n{message.Size}\n{message.From?.Address}\n{message.Subject}"));

    private InvalidRequestException CannotWrite(MailboxMessage message, Exception e) =>
        new("DestinationNotWritable", $"Message {message.Id} in '{message.Folder}' can't be written to '{_options.Destination}': {e.Message}", e)
        {
            Target = message.Id,
            Advice = "It stays where it is on the server; make room or choose another -Destination, and run it again.",
        };

    private static InvalidRequestException CannotWrite(string place, Exception e) =>
        new("DestinationNotWritable", $"'{place}' can't be written to: {e.Message}", e)
        {
            Target = place,
            Advice = "Nothing was changed on the server for the messages that are not on disk; make room or choose another -Destination, and run it again.",
        };
}
