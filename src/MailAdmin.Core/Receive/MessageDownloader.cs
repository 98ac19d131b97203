// Longer than 250 lines: a message on its way passes all of these steps in turn.
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MailAdmin.Core.Files;
using MailAdmin.Core.Mail;

namespace MailAdmin.Core.Receive;

/// <summary>
/// Downloads the messages of a folder to files. Each has its final name before it's returned. Recognizes messages that were
/// processed under another ID.
/// </summary>
/// <param name="store">The mailbox.</param>
/// <param name="options">The destination and the durability.</param>
/// <param name="targets">The target folders on the server.</param>
/// <param name="place">The place of the messages, and the processed ones.</param>
internal sealed class MessageDownloader(
    IMailStore store, ReceiveOptions options, MailFolder folder, Targets targets, FolderPlace place)
{
    /// <summary>
    /// The number of consecutive messages that can't be written after which the error isn't about single messages.
    /// </summary>
    private const int MostWriteFailures = 3;

    /// <summary>The maximum number of messages, and of octets, that are flushed together.</summary>
    private const int MostTogether = 16;
    private const long LargestTogether = 256 * 1024;

    private readonly string _owner = SourceName.Owner(folder, options.StatePath);
    // A store opens the next file on its own thread while this one is processed.
    private readonly ConcurrentDictionary<string, IMessageFile> _open = new(StringComparer.Ordinal);
    private readonly FolderState? _memory = place.Memory;
    private readonly KindFilter _kinds = new(options.Kinds);
    private int _writeFailures;

    /// <summary>Whether messages are objects only, without files.</summary>
    private bool IsBare => place.Messages is null;

    /// <summary>Whether the content of a message is just coming, or has shown that it is of another kind.</summary>
    public bool IsTaken(string id) => _open.ContainsKey(id) || _kinds.IsOther(id);

    /// <summary>Downloads messages. Each is on disk under its final name when it's returned.</summary>
    /// <param name="query">Which of the folder.</param>
    /// <returns>The messages to return. One that isn't new was processed under another ID, and is already acknowledged.</returns>
    public async IAsyncEnumerable<Delivery> DownloadAsync(
        MessageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Processed messages can follow, too. With a position in between, the next run would receive them as new.
        var isResync = query.Ids is null && _memory is { Position: null, HasEntries: true };
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
                    group = await NextAsync(source, cancellationToken).ConfigureAwait(false);
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
            await DiscardOpenAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Opens the file for a message's content.</summary>
    /// <remarks>Also if a file of its name exists: only its content shows whether it's this message.</remarks>
    /// <exception cref="InvalidRequestException">The file can't be created (DestinationNotWritable).</exception>
    private MessageSink Open(MailboxMessage message)
    {
        try
        {
            var file = place.Messages!.Create(MessageFile.NameFor(message), _owner, hashed: _memory is not null);
            _open[message.Id] = file;
            return file.Sink;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw DestinationErrors.Of(options.Destination!, e);
        }
    }

    /// <summary>
    /// Receives the next messages, and writes them to disk. Small messages that follow immediately are flushed together, because
    /// that takes little longer than one. Without flushing, no message waits.
    /// </summary>
    /// <returns>
    /// The complete messages, and the error after them, which is thrown after they're returned. After a cancellation, the error
    /// is thrown again.
    /// </returns>
    private async ValueTask<Group> NextAsync(
        IAsyncEnumerator<FetchedMessage> source, CancellationToken cancellationToken)
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

        if (place.Messages is { } messages)
        {
            await messages.FlushAsync(
                [.. together.Where(item => item.Error is null).Select(item => _open.GetValueOrDefault(item.Message.Id))
                    .OfType<IMessageFile>()], cancellationToken).ConfigureAwait(false);
        }

        return new Group(together, !more, failure);
    }

    /// <summary>Gives a flushed message its final name; null if it's of another kind.</summary>
    /// <param name="item">The message; its octets, if any, are in the file that was opened for it.</param>
    /// <param name="isResync">
    /// Whether the folder is read again. Then the message might have been processed under another ID, if the server changed
    /// UIDVALIDITY, and no position is saved before the end.
    /// </param>
    private async Task<Delivery?> CompleteAsync(FetchedMessage item, bool isResync, CancellationToken cancellationToken)
    {
        _open.TryRemove(item.Message.Id, out var file);
        var error = item.Error ?? (file is null ? null : MessageCheck.Fault(file.Sink, item.Message, options.Destination));
        var content = _memory is null ? null : file?.Sink.Hash() ?? ContentHash.OfListing(item.Message);
        var position = isResync ? null : item.Position;
        var isRenumbered = isResync && IsByUid(item.Message) && (item.Numbering is null || item.Numbering != _memory!.Numbering);
        if (error is null && isRenumbered && await _memory!.TakeContentAsync(content!, cancellationToken).ConfigureAwait(false))
        {
            await DiscardAsync(file).ConfigureAwait(false);
            return Delivery.Known(item.Message, position);
        }

        var (length, redelivered) = (file?.Sink.Length, false);
        var wanted = error is not null ? item
            : await _kinds.JudgeAsync(item, file, cancellationToken).ConfigureAwait(false);
        if (wanted is null)
        {
            await DiscardAsync(file).ConfigureAwait(false);
            return null;
        }

        if (file is not null)
        {
            (error, redelivered) = await CommitAsync(file, item.Message, error, cancellationToken).ConfigureAwait(false);
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
            (message, error) = await AddAttachmentsAsync(message, file!, cancellationToken).ConfigureAwait(false);
        }

        await DiscardAsync(file).ConfigureAwait(false);

        return new Delivery(message, error)
        {
            Position = position,
            Numbering = item.Numbering,
            Content = content,
            IsArrival = true,
        };
    }

    /// <summary>Gives a file its final name, if nothing is wrong with it.</summary>
    /// <returns>The error, and whether the file existed.</returns>
    private async ValueTask<(Exception? Error, bool Redelivered)> CommitAsync(
        IMessageFile file, MailboxMessage message, Exception? error, CancellationToken cancellationToken)
    {
        if (error is null)
        {
            try
            {
                await place.RequireLockAsync(cancellationToken).ConfigureAwait(false);
                var redelivered = await file.CommitAsync(cancellationToken).ConfigureAwait(false);
                _writeFailures = 0;
                return (null, redelivered);
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                error = DestinationErrors.Of(message, options.Destination, e);
            }
        }

        await file.DiscardAsync().ConfigureAwait(false);
        return error is InvalidRequestException && !DestinationErrors.IsBlocked(error)
            && ++_writeFailures == MostWriteFailures ? throw error : (error, false);
    }

    /// <summary>Saves the attachments of a message that has its name, and adds them to it.</summary>
    private async ValueTask<(ReceivedMessage Message, Exception? Error)> AddAttachmentsAsync(
        ReceivedMessage message, IMessageFile file, CancellationToken cancellationToken)
    {
        try
        {
            var saved = await place.Messages!.SaveAttachmentsAsync(file, _owner, cancellationToken).ConfigureAwait(false);
            return (message with { Attachment = saved, HasAttachments = saved.Length > 0 }, null);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            return (message, DestinationErrors.Of(message, options.Destination, e));
        }
    }

    /// <summary>The store can be ahead of the caller: messages that weren't returned are removed.</summary>
    private async ValueTask DiscardOpenAsync()
    {
        foreach (var file in _open.Values)
        {
            await file.DiscardAsync().ConfigureAwait(false);
        }

        _open.Clear();
    }

    private static ValueTask DiscardAsync(IMessageFile? file) => file?.DiscardAsync() ?? ValueTask.CompletedTask;

    private static bool IsByUid(MailboxMessage message) => message.Connection?.Protocol is null or MailProtocol.Imap;

    /// <summary>Represents messages that were flushed to disk together.</summary>
    /// <param name="Failure">The error after them; null for none.</param>
    private readonly record struct Group(IReadOnlyList<FetchedMessage> Messages, bool IsLast, ExceptionDispatchInfo? Failure)
    {
        public static readonly Group First = new([], false, null);
    }
}
