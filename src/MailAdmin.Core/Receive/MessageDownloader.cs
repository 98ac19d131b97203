using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Downloads the messages of a folder to their files, each under its final name before anybody sees it, and recognises what was
/// dealt with under another id.
/// </summary>
/// <param name="store">The mailbox.</param>
/// <param name="options">Where to, and how durably.</param>
/// <param name="targets">Where messages go on the server.</param>
/// <param name="disk">Writes the files.</param>
/// <param name="memory">What was dealt with; null when nothing is remembered.</param>
internal sealed class MessageDownloader(
    IMailStore store, ReceiveOptions options, MailFolder folder, Targets targets, Disk disk, FolderState? memory)
{
    /// <summary>So many messages in a row that can't be written: it is not about the message.</summary>
    private const int MostWriteFailures = 3;

    /// <summary>So many messages, and so many octets, come to the disk together.</summary>
    private const int MostTogether = 16;
    private const long LargestTogether = 256 * 1024;

    private readonly string _owner = SourceName.Owner(folder, options.StatePath);
    // A store opens the next file from a thread of its own while this one is dealt with.
    private readonly ConcurrentDictionary<string, MessageFile> _open = new(StringComparer.Ordinal);
    private readonly KindFilter _kinds = new(options.Kinds);
    private int _writeFailures;

    /// <summary>Whether messages are objects only, and make no files.</summary>
    private bool IsBare => options.Destination is null;

    /// <summary>Whether the content of a message is just coming, or has shown that it is of another kind.</summary>
    public bool IsTaken(string id) => _open.ContainsKey(id) || _kinds.IsOther(id);

    /// <summary>Downloads messages: each is on the disk under its final name when it is returned.</summary>
    /// <param name="query">Which of the folder.</param>
    /// <returns>What to hand over; one that is no arrival was dealt with under another id, and is acknowledged already.</returns>
    public async IAsyncEnumerable<Delivery> DownloadAsync(
        MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What was dealt with lies ahead, too: a position on the way would make the next run take it for new.
        var isResync = query.Ids is null && memory is { Position: null, HasEntries: true };
        var most = query.First ?? int.MaxValue;
        query = _kinds.Widen(
            query with { Detail = IsBare ? MessageDetail.Body | MessageDetail.Attachments : MessageDetail.None });
        try
        {
            var source = store.FetchAsync(folder, query, m => IsBare ? null : Open(m), cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            await using (source.ConfigureAwait(false))
            {
                for (var group = Group.First; !group.IsLast;)
                {
                    group = await NextAsync(source).ConfigureAwait(false);
                    foreach (var item in group.Messages)
                    {
                        if (await CompleteAsync(item, isResync, cancellationToken).ConfigureAwait(false) is { } delivery)
                        {
                            yield return delivery;
                            most -= delivery.IsArrival ? 1 : 0;
                        }

                        if (most == 0)
                        {
                            yield break;
                        }
                    }

                    group.Failure?.Throw();
                }
            }
        }
        finally
        {
            DiscardOpen();
        }
    }

    /// <summary>Opens the file that a message's octets go to.</summary>
    /// <remarks>Also when a file of its name is there: only the message itself tells whether that is it.</remarks>
    /// <exception cref="InvalidRequestException">It can't be made (DestinationNotWritable).</exception>
    private FileSink Open(MailboxMessage message)
    {
        try
        {
            var path = Path.Combine(options.Destination!, MessageFile.NameFor(message));
            var file = MessageFile.Create(disk, path, _owner, hashed: memory is not null);
            _open[message.Id] = file;
            return file.Sink;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw DestinationErrors.Of(options.Destination!, e);
        }
    }

    /// <summary>
    /// Takes the next messages, and brings their octets to the disk. One waits for those right behind it while they are small:
    /// files that are flushed together take little longer than one. Where nothing is flushed, none waits.
    /// </summary>
    /// <returns>
    /// What came whole, and what went wrong after it, which is thrown once that is handed over; stopped, it comes again.
    /// </returns>
    private async ValueTask<Group> NextAsync(IAsyncEnumerator<FetchedMessage> source)
    {
        var waits = options is { Durability: Durability.Full, Destination: not null };
        var (together, octets, next, more) = (new List<FetchedMessage>(), 0L, (long?)0, true);
        ExceptionDispatchInfo? failure = null;
        try
        {
            while (together.Count < MostTogether && octets + next <= LargestTogether
                && (more = await source.MoveNextAsync().ConfigureAwait(false)))
            {
                together.Add(source.Current);
                octets += source.Current.Message.Size ?? 0;
                next = waits ? source.Current.FollowerSize : null;
            }
        }
        catch (Exception e) when (together.Count > 0 && e is not OperationCanceledException)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        MessageFile.Flush(
            [.. together.Where(item => item.Error is null).Select(item => _open.GetValueOrDefault(item.Message.Id))
                .OfType<MessageFile>()]);
        return new Group(together, !more, failure);
    }

    /// <summary>Brings a message that was flushed to its final name; null for one of a kind that is not wanted.</summary>
    /// <param name="item">The message; its octets, if any, are in the file that was opened for it.</param>
    /// <param name="isResync">
    /// Whether the folder is gone through again: then it may have been dealt with under another id, where the server has numbered
    /// its messages anew, and there is no position before the end.
    /// </param>
    private async Task<Delivery?> CompleteAsync(FetchedMessage item, bool isResync, CancellationToken cancellationToken)
    {
        _open.TryRemove(item.Message.Id, out var file);
        var error = item.Error ?? (file is null ? null : MessageCheck.Fault(file.Sink, item.Message, options.Destination));
        var content = memory is null ? null : file?.Sink.Hash() ?? ContentHash.OfListing(item.Message);
        var position = isResync ? null : item.Position;
        var isRenumbered = isResync && IsByUid(item.Message) && (item.Numbering is null || item.Numbering != memory!.Numbering);
        if (error is null && isRenumbered && memory!.TakeContent(content!))
        {
            file?.Discard();
            return Delivery.Known(item.Message, position);
        }

        var (length, redelivered) = (file?.Sink.Length, false);
        var wanted = error is not null ? item
            : await _kinds.JudgeAsync(item, file?.Close(), cancellationToken).ConfigureAwait(false);
        if (wanted is null)
        {
            file?.Discard();
            return null;
        }

        if (file is not null)
        {
            (error, redelivered) = Commit(file, item.Message, error);
        }

        var message = new ReceivedMessage(wanted.Message)
        {
            Size = error is null && length is not null ? length : item.Message.Size,
            Path = error is null ? file?.FinalPath : null,
            Redelivered = redelivered,
            AfterProcessing = options.AfterProcessing,
            MovedTo = targets.Move?.Path,
            DeletedTo = targets.DeletedTo(options.AfterProcessing, folder),
        };
        if (message.Path is not null && options.SaveAttachments)
        {
            (message, error) = await AttachmentFiles.AddAsync(message, disk, _owner, cancellationToken).ConfigureAwait(false);
        }

        return new Delivery(message, error)
        {
            Position = position,
            Numbering = item.Numbering,
            Content = content,
            IsArrival = true,
        };
    }

    /// <summary>Gives a file its final name, if nothing is wrong with it.</summary>
    /// <returns>What was wrong or went wrong; and whether the file was there already.</returns>
    private (Exception? Error, bool Redelivered) Commit(MessageFile file, MailboxMessage message, Exception? error)
    {
        if (error is null)
        {
            try
            {
                var redelivered = file.Commit();
                _writeFailures = 0;
                return (null, redelivered);
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                error = DestinationErrors.Of(message, options.Destination, e);
            }
        }

        file.Discard();
        return error is InvalidRequestException && !DestinationErrors.IsBlocked(error)
            && ++_writeFailures == MostWriteFailures ? throw error : (error, false);
    }

    /// <summary>The store may have been ahead of the caller: what was not handed over leaves no trace.</summary>
    private void DiscardOpen()
    {
        foreach (var file in _open.Values)
        {
            file.Discard();
        }

        _open.Clear();
    }

    private static bool IsByUid(MailboxMessage message) => message.Connection?.Protocol is null or MailProtocol.Imap;

    /// <summary>Messages whose octets came to the disk together.</summary>
    /// <param name="Failure">What went wrong after them; null for nothing.</param>
    private readonly record struct Group(IReadOnlyList<FetchedMessage> Messages, bool IsLast, ExceptionDispatchInfo? Failure)
    {
        public static readonly Group First = new([], false, null);
    }
}
